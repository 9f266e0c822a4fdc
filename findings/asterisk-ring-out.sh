#!/usr/bin/env bash
# A call that Asterisk gives up by its own time-out ends with SIP's 480, which nobody sent: also on a dead trunk.
#
# Version:  Asterisk 22.10.1+dfsg+~cs6.17.60671434-1 (Debian forky), chan_pjsip, driven by ARI.
# Guess:    tech_cause is the far end's answer. So 480 means that the phone is off; a trunk that says nothing has none.
# Happens:  With the time-out over, ChannelDestroyed has cause 19 "User alerting, no answer" and tech_cause 480, whether
#           the phone rang or nothing ever answered. A real 480 gives the very same numbers.
#           Two things tell them apart: a Dial event that says RINGING, and ChannelHangupRequest, which comes only with
#           a real answer.
# Seen on 30 November 2026 (the phone of the test sends what stands in brackets until the time-out of 2 seconds):
#   rings [180]: cause 19, tech_cause 480, rang True, hangup request False
#   silent []: cause 19, tech_cause 480, rang False, hangup request False
#   away [480]: cause 19, tech_cause 480, rang False, hangup request True
# Enrol:    asks whether it rang and whether the time was over, beside the cause: src/telephony/src/asterisk/cause.rs
#           with its table, and the story of a dead trunk in tests/it/telephone_calls/line.rs.
# Needs:    Debian's apt-get, as ../tests/asterisk does, which unpacks Asterisk in a folder (kept, when
#           TESTS_ASTERISK_ROOT names one); python3. About 40 seconds.
set -euo pipefail

here=$(dirname "$(readlink -f "$0")")
command -v python3 > /dev/null || { echo "cannot run: python3 is missing" >&2; exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
asterisk=$(TESTS_ASTERISK_ROOT=${TESTS_ASTERISK_ROOT:-$work/asterisk} "$here/../tests/asterisk" 2> "$work/said") ||
  { cat "$work/said" >&2; echo "cannot run: Asterisk does not come" >&2; exit 2; }
tail -n 1 "$work/said"

cat > "$work/probe.py" <<'END'
import base64, http.client, json, os, re, socket, subprocess, sys, threading, time

program, home = sys.argv[1], sys.argv[2] + "/home"
for folder in ("etc", "data/sounds", "var/keys", "log", "run", "spool"):
    os.makedirs(f"{home}/{folder}")
os.symlink(program + "/usr/share/asterisk/documentation", home + "/data/documentation")
phone = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
phone.bind(("127.0.0.1", 0))
with socket.socket() as free, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free_too:
    free.bind(("127.0.0.1", 0))
    free_too.bind(("127.0.0.1", 0))
    port, trunk = free.getsockname()[1], free_too.getsockname()[1]
places = {"etc": "etc", "data": "data", "varlib": "var", "db": "var", "key": "var", "agi": "var", "cache": "var",
          "sbin": "var", "spool": "spool", "run": "run", "log": "log"}
modules = """res_sorcery_config res_sorcery_memory res_sorcery_astdb res_timing_timerfd codec_ulaw bridge_simple
    res_pjproject res_pjsip res_pjsip_session res_pjsip_sdp_rtp res_pjsip_caller_id res_pjsip_endpoint_identifier_ip
    res_rtp_asterisk res_pjsip_pubsub chan_pjsip res_http_websocket res_websocket_client res_stasis res_stasis_answer
    res_stasis_playback res_stasis_recording res_stasis_snoop app_stasis res_ari res_ari_model res_ari_applications
    res_ari_asterisk res_ari_channels res_ari_events""".split()
files = {
    "asterisk.conf": f"[directories]\nastmoddir => {program}/modules\n"
    + "".join(f"ast{name}dir => {home}/{place}\n" for name, place in places.items()),
    "modules.conf": "[modules]\nautoload = no\n" + "".join(f"load = {name}.so\n" for name in modules),
    "ari.conf": "[general]\nenabled = yes\n[probe]\ntype = user\nread_only = no\n"
    "password_format = plain\npassword = probe\n",
    "http.conf": f"[general]\nenabled = yes\nbindaddr = 127.0.0.1\nbindport = {port}\n",
    "pjsip.conf": f"[udp]\ntype = transport\nprotocol = udp\nbind = 127.0.0.1:{trunk}\n"
    "[trunk]\ntype = endpoint\ntransport = udp\ncontext = none\ndisallow = all\nallow = ulaw\n",
}
for name, text in files.items():
    with open(f"{home}/etc/{name}", "w") as file:
        file.write(text)

login = "Basic " + base64.b64encode(b"probe:probe").decode()
events, sent = [], []
ANSWERS = {"rings": "180 Ringing", "away": "480 Temporarily Unavailable"}


def telephone():
    while True:
        datagram, sender = phone.recvfrom(65535)
        lines = datagram.decode().split("\r\n\r\n")[0].split("\r\n")

        def answer(words, method):
            heads = []
            for line in lines[1:]:
                name = line.split(":")[0].lower()
                if name == "to" and "tag=" not in line:
                    line += ";tag=phone"
                if name == "cseq":
                    line = f"CSeq: {line.split()[1]} {method}"
                if name in ("via", "from", "to", "call-id", "cseq"):
                    heads.append(line)
            text = "\r\n".join([f"SIP/2.0 {words}", *heads, "Content-Length: 0", "", ""])
            phone.sendto(text.encode(), sender)

        method, who = lines[0].split()[0], re.search(r"sip:(\w+)@", lines[0]).group(1)
        if method == "INVITE" and who in ANSWERS:
            sent.append(ANSWERS[who].split()[0])
            answer(ANSWERS[who], "INVITE")
        if method == "CANCEL":
            answer("200 OK", "CANCEL")
            answer("487 Request Terminated", "INVITE")


def ask(method, path, body=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request(method, "/ari" + path, body and json.dumps(body),
                       {"Authorization": login, "Content-Type": "application/json"})
    return connection.getresponse().status


def listen():
    """Events, one a frame, as Asterisk sends them (RFC 6455)."""
    stream = socket.create_connection(("127.0.0.1", port))
    stream.sendall(f"GET /ari/events?app=probe HTTP/1.1\r\nHost: here\r\nAuthorization: {login}\r\n"
                   "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                   "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode())
    reader = stream.makefile("rb")
    while reader.readline().strip():
        pass
    events.append({"type": "listening"})
    while head := reader.read(2):
        length = head[1] & 127
        if length > 125:
            length = int.from_bytes(reader.read(2 if length == 126 else 8), "big")
        frame = reader.read(length)
        if head[0] & 15 == 1:
            events.append(json.loads(frame))


def wait(is_meant, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for event in list(events):
            if is_meant(event):
                return event
        time.sleep(0.05)
    return None


def begins(name):
    path = f"/channels/{name}?endpoint=PJSIP/trunk/sip:{name}@127.0.0.1:{phone.getsockname()[1]}&app=probe&timeout=2"
    return ask("POST", path, {}) == 200


def until(is_so, what):
    end = time.monotonic() + 20
    while time.monotonic() < end:
        try:
            if is_so():
                return
        except OSError:
            pass
        time.sleep(0.2)
    raise SystemExit(f"{what} within 20 seconds")


def probe():
    threading.Thread(target=telephone, daemon=True).start()
    until(lambda: ask("GET", "/asterisk/ping") == 200, "Asterisk does not start")
    threading.Thread(target=listen, daemon=True).start()
    assert wait(lambda event: event["type"] == "listening", 10), "no events"
    # ARI answers a little earlier than the trunk takes calls.
    expected = {"rings": (True, False), "silent": (False, False), "away": (False, True)}
    changed = False
    for name, stated in expected.items():
        del sent[:]
        until(lambda: begins(name), f"no call of {name!r} begins")
        is_of_it = lambda event: name in (event.get("channel", {}).get("id"), event.get("peer", {}).get("id"))
        end = wait(lambda event: is_of_it(event) and event["type"] == "ChannelDestroyed", 30)
        assert end, "the call does not end"
        mine = [event for event in list(events) if is_of_it(event)]
        rang = any(event.get("dialstatus") == "RINGING" for event in mine)
        asked = any(event["type"] == "ChannelHangupRequest" for event in mine)
        cause, answer = end.get("cause"), end.get("tech_cause")
        print(f"{name} [{' '.join(sent)}]: cause {cause}, tech_cause {answer}, rang {rang}, hangup request {asked}")
        changed |= (cause, answer) != (19, 480) or (rang, asked) != stated
    return changed


with open(home + "/said", "w") as said:
    asterisk = subprocess.Popen([program + "/asterisk", "-f", "-n", "-C", home + "/etc/asterisk.conf"],
                                stdout=said, stderr=said)
try:
    sys.exit(3 if probe() else 0)
finally:
    asterisk.terminate()
    asterisk.wait()
END
python3 "$work/probe.py" "$asterisk" "$work" && rc=0 || rc=$?
case $rc in
  0) echo "as stated: a time-out bears a 480 that nobody sent" ;;
  3) echo "changed: a call that is given up ends otherwise than stated" >&2; exit 1 ;;
  *) echo "cannot run: see above" >&2; exit 2 ;;
esac
