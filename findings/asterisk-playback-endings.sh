#!/usr/bin/env bash
# How Asterisk's ARI ends a playback says nothing of a sound that is missing in the middle of it, or of a scheme that
# it does not know.
#
# Version:  Asterisk 22.10.1+dfsg+~cs6.17.60671434-1 (Debian forky).
# Guess:    PlaybackFinished says "failed" when a sound of the list was not there, and it comes for every playback.
# Happens:  Of a list only the last sound decides: a missing one before it is skipped, and the whole ends as "done".
#           A media URI of an unknown scheme is answered 201, PlaybackStarted comes, and PlaybackFinished never does.
#           Both are told in Asterisk's own log alone.
# Seen on 30 November 2026 ("here" is a sound of half a second, "none" is missing):
#   here: 201, playing, done
#   none: 201, playing, failed
#   none, here: 201, playing, continuing, playing, done
#   here, none: 201, playing, continuing, playing, failed
#   unknown scheme: 201, playing, and nothing for 5 seconds
# Enrol:    ends a list at each name, the one sound that a trust may lack: AsteriskLeg::play in
#           src/telephony/src/asterisk/leg.rs. The call as a whole has a time limit (src/telephony/src/talk.rs).
#           A missing sound that is no name and not the last of its list is not noticed.
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
import base64, http.client, json, os, socket, subprocess, sys, threading, time, wave

program, home = sys.argv[1], sys.argv[2] + "/home"
for folder in ("etc", "data/sounds", "var/keys", "log", "run", "spool"):
    os.makedirs(f"{home}/{folder}")
os.symlink(program + "/usr/share/asterisk/documentation", home + "/data/documentation")
with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    port = free.getsockname()[1]
places = {"etc": "etc", "data": "data", "varlib": "var", "db": "var", "key": "var", "agi": "var", "cache": "var",
          "sbin": "var", "spool": "spool", "run": "run", "log": "log"}
modules = """res_sorcery_config res_sorcery_memory res_sorcery_astdb res_timing_timerfd codec_ulaw codec_resample
    format_pcm format_sln format_wav bridge_simple pbx_config res_http_websocket res_websocket_client res_stasis
    res_stasis_answer res_stasis_playback res_stasis_recording res_stasis_snoop app_stasis res_ari res_ari_model
    res_ari_applications res_ari_asterisk res_ari_channels res_ari_events res_ari_playbacks""".split()
files = {
    "asterisk.conf": f"[directories]\nastmoddir => {program}/modules\n"
    + "".join(f"ast{name}dir => {home}/{place}\n" for name, place in places.items()),
    "modules.conf": "[modules]\nautoload = no\n" + "".join(f"load = {name}.so\n" for name in modules),
    "ari.conf": "[general]\nenabled = yes\n[probe]\ntype = user\nread_only = no\n"
    "password_format = plain\npassword = probe\n",
    "http.conf": f"[general]\nenabled = yes\nbindaddr = 127.0.0.1\nbindport = {port}\n",
    "extensions.conf": "[called]\nexten => s,1,Answer()\n same => n,Wait(60)\n",
}
for name, text in files.items():
    with open(f"{home}/etc/{name}", "w") as file:
        file.write(text)
with wave.open(home + "/data/sounds/here.wav", "wb") as sound:
    sound.setnchannels(1), sound.setsampwidth(2), sound.setframerate(8000)
    sound.writeframes(bytes(8000))

login = "Basic " + base64.b64encode(b"probe:probe").decode()
events = []


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
        if any(is_meant(event) for event in list(events)):
            return True
        time.sleep(0.05)
    return False


def is_up():
    try:
        return ask("GET", "/asterisk/ping") == 200
    except OSError:
        return False


def probe():
    end = time.monotonic() + 20
    while not is_up():
        assert time.monotonic() < end, "Asterisk does not start"
        time.sleep(0.1)
    threading.Thread(target=listen, daemon=True).start()
    assert wait(lambda event: event["type"] == "listening", 10), "no events"
    assert ask("POST", "/channels/call?endpoint=Local/s@called&app=probe", {}) == 200, "no call"
    assert wait(lambda event: event["type"] == "StasisStart", 10), "the call is not there"
    expected = {
        "here": "201, playing, done",
        "none": "201, playing, failed",
        "none, here": "201, playing, continuing, playing, done",
        "here, none": "201, playing, continuing, playing, failed",
        "unknown scheme": "201, playing, and nothing for 5 seconds",
    }
    changed = False
    for place, (what, stated) in enumerate(expected.items()):
        playback = f"playback-{place}"
        media = ["unknown:here"] if what == "unknown scheme" else ["sound:" + name for name in what.split(", ")]
        status = ask("POST", f"/channels/call/play/{playback}", {"media": media})
        is_of_it = lambda event: event.get("playback", {}).get("id") == playback
        ended = wait(lambda event: is_of_it(event) and event["type"] == "PlaybackFinished", 5)
        states = [event["playback"]["state"] for event in list(events) if is_of_it(event)]
        seen = ", ".join([str(status), *states] + ([] if ended else ["and nothing for 5 seconds"]))
        print(f"{what}: {seen}")
        changed |= seen != stated
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
  0) echo "as stated: the last sound alone decides, and an unknown scheme has no end" ;;
  3) echo "changed: playbacks end otherwise than stated" >&2; exit 1 ;;
  *) echo "cannot run: see above" >&2; exit 2 ;;
esac
