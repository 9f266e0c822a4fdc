#!/usr/bin/env bash
# FreeRADIUS's rest module writes each byte of a text as a character of its own: no accent reaches the JSON whole.
#
# Version:  freeradius 3.2.1+dfsg-4+deb12u1 with freeradius-rest (Debian 12). 3.2.7 (backports) did the same.
# Guess:    With body = 'json' a User-Name in UTF-8 arrives as that text.
# Happens:  Each byte above 127 becomes a \u escape of its own. "ä" (C3 A4) is sent as "\u00C3\u00A4", which every JSON
#           reader takes for the two characters "Ã¤". Names with accents and passwords with "£" never match anything.
#           It can be undone: the text's characters are the bytes, so write it as Latin-1 and read that as UTF-8.
# Seen on 30 November 2026 (the client sends siän with the password p£ss):
#   sent to the service: "User-Name":{"type":"string","value":["si\u00C3\u00A4n"]}
#   a JSON reader reads 'siÃ¤n'; as bytes of UTF-8 it is 'siän'
# Enrol:    speaks no RADIUS today. Whoever puts FreeRADIUS in front of /v1/verify has to undo this on the way, or
#           nobody with an accent in their sign-in name is found.
# Needs:    python3; Debian's apt-get and dpkg-deb (unpacked, not installed). About 15 seconds.
set -euo pipefail

for tool in python3 apt-get; do
  command -v "$tool" > /dev/null || { echo "cannot run: $tool is missing" >&2; exit 2; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

unpack() { # PACKAGE...: with what they stand on and this computer lacks, into a folder
  mkdir -p "$work/debs" "$work/root"
  { printf '%s\n' "$@"; apt-get install --simulate --no-install-recommends "$@" | awk '/^Inst/ {print $2}'; } |
    sort -u > "$work/names" || { echo "cannot run: apt-get update first?" >&2; exit 2; }
  (cd "$work/debs" && xargs apt-get download -qq < "$work/names" 2> "$work/apt") ||
    { cat "$work/apt" >&2; echo "cannot run: the packages do not come" >&2; exit 2; }
  for package in "$work"/debs/*.deb; do dpkg-deb -x "$package" "$work/root"; done
  for package in "$@"; do echo "$package $(dpkg-deb -f "$work/debs/${package}_"*.deb Version)"; done
}
unpack freeradius freeradius-rest freeradius-utils

cat > "$work/probe.py" <<'END'
import glob, http.server, json, os, re, socket, subprocess, sys, threading, time

work = sys.argv[1]
root = work + "/root"
posts = []


class Decision(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        posts.append(self.rfile.read(int(self.headers["Content-Length"])).decode("ascii"))
        answer = b'{"control:Auth-Type": "Accept"}'
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


service = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Decision)
threading.Thread(target=service.serve_forever, daemon=True).start()
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
    free.bind(("127.0.0.1", 0))
    port = free.getsockname()[1]
os.mkdir(work + "/raddb")
with open(work + "/raddb/radiusd.conf", "w") as file:
    file.write(f"""
libdir = {root}/usr/lib/freeradius
pidfile = {work}/pid
log {{
    destination = stdout
}}
security {{
    reject_delay = 0
}}
client here {{
    ipaddr = 127.0.0.1
    secret = testing123
}}
modules {{
    rest {{
        tls {{
        }}
        connect_uri = "http://127.0.0.1:{service.server_port}"
        authorize {{
            uri = "${{..connect_uri}}/"
            method = 'post'
            body = 'json'
            tls = ${{..tls}}
        }}
        pool {{
            start = 0
            min = 0
            max = 4
            spare = 0
        }}
    }}
}}
server default {{
    listen {{
        type = auth
        ipaddr = 127.0.0.1
        port = {port}
    }}
    authorize {{
        rest
    }}
}}
""")
folders = glob.glob(root + "/usr/lib/*-linux-gnu") + glob.glob(root + "/lib/*-linux-gnu")
folders.append(root + "/usr/lib/freeradius")
environment = {**os.environ, "LD_LIBRARY_PATH": ":".join(folders)}
common = ["-d", work + "/raddb", "-D", root + "/usr/share/freeradius"]
ask = [root + "/usr/bin/radclient", *common, "-t", "5", "-r", "1", f"127.0.0.1:{port}", "auth", "testing123"]
with open(work + "/said", "w") as said:
    server = subprocess.Popen([root + "/usr/sbin/freeradius", "-f", "-l", "stdout", *common],
                              env=environment, stdout=said, stderr=said)
try:
    end = time.monotonic() + 20
    while "Ready to process requests" not in open(work + "/said").read():
        assert server.poll() is None and time.monotonic() < end, open(work + "/said").read()
        time.sleep(0.1)
    sign_in = 'User-Name = "siän", User-Password = "p£ss"\n'
    answer = subprocess.run(ask, input=sign_in, env=environment, capture_output=True, encoding="utf-8").stdout
finally:
    server.terminate()
    server.wait()
assert "Received Access-Accept" in answer and len(posts) == 1, answer
print("sent to the service:", re.search(r'"User-Name":\{[^}]*\}', posts[0]).group())
sent = json.loads(posts[0])
name, password = (sent[attribute]["value"][0] for attribute in ("User-Name", "User-Password"))
try:
    whole = name.encode("latin-1").decode("utf-8"), password.encode("latin-1").decode("utf-8")
except UnicodeError:
    whole = None, None
print(f"a JSON reader reads {name!r}; as bytes of UTF-8 it is {whole[0]!r}")
sys.exit(0 if name != "siän" and whole == ("siän", "p£ss") else 3)
END
PYTHONIOENCODING=utf-8 python3 "$work/probe.py" "$work" && rc=0 || rc=$?
case $rc in
  0) echo "as stated: a text is sent byte by byte" ;;
  3) echo "changed: texts are sent otherwise than stated" >&2; exit 1 ;;
  *) echo "cannot run: see above" >&2; exit 2 ;;
esac
