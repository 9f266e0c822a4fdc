#!/usr/bin/env bash
# When the decision takes longer than FreeRADIUS's max_request_time, it is waited for, and then nobody is told.
#
# Version:  freeradius 3.2.1+dfsg-4+deb12u1 with freeradius-rest (Debian 12). 3.2.7 (backports) did the same.
# Guess:    The rest module's own timeout is what bounds a slow decision; at max_request_time the client gets a reject.
# Happens:  At max_request_time (30 seconds as shipped) the log has "Unresponsive child". The module goes on waiting.
#           The decision comes, the log says "became unblocked", and the client is sent nothing: no accept, no reject.
#           That is with a thread pool, as shipped; without one the late answer is sent.
#           So somebody who says yes to a telephone call after 31 seconds is turned away in silence.
# Seen on 30 November 2026 (max_request_time 5, the module's timeout 60):
#   decided after 1 s: Access-Accept
#   decided after 8 s: no answer within 12 s
#   log: Unresponsive child for request 1, in component authorize module rest
#   log: (1) WARNING: Module rlm_rest became unblocked
# Enrol:    speaks no RADIUS today. /v1/approvals holds a request for a minute at most, so a FreeRADIUS in front of it
#           needs max_request_time above its module's timeout, and that above a minute.
# Needs:    python3; Debian's apt-get and dpkg-deb (unpacked, not installed). About 30 seconds.
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
import glob, http.server, json, os, socket, subprocess, sys, threading, time

work = sys.argv[1]
root = work + "/root"


class Decision(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        time.sleep(int(asked["User-Name"]["value"][0].removeprefix("after-")))
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
max_request_time = 5
log {{
    destination = stdout
}}
thread pool {{
    start_servers = 2
    max_servers = 4
    min_spare_servers = 1
    max_spare_servers = 3
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
            timeout = 60
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
ask = [root + "/usr/bin/radclient", *common, "-t", "12", "-r", "1", f"127.0.0.1:{port}", "auth", "testing123"]


def sign_in(seconds):
    """The answer to a sign-in that is decided after so long, in 12 seconds and one try."""
    attributes = f'User-Name = "after-{seconds}", User-Password = "any"\n'
    said = subprocess.run(ask, input=attributes, env=environment, capture_output=True, text=True).stdout
    answers = [line.split()[1] for line in said.splitlines() if line.startswith("Received")]
    seen = answers[0] if answers else "no answer within 12 s"
    print(f"decided after {seconds} s: {seen}")
    return seen


with open(work + "/said", "w") as said:
    server = subprocess.Popen([root + "/usr/sbin/freeradius", "-f", "-l", "stdout", *common],
                              env=environment, stdout=said, stderr=said)
try:
    end = time.monotonic() + 20
    while "Ready to process requests" not in open(work + "/said").read():
        assert server.poll() is None and time.monotonic() < end, open(work + "/said").read()
        time.sleep(0.1)
    seen = sign_in(1), sign_in(8)
finally:
    server.terminate()
    server.wait()
log = open(work + "/said").read()
words = "Unresponsive child for request", "became unblocked"
for line in log.splitlines():
    if any(word in line for word in words):
        print("log:", line.split(": ", 2)[-1])
assert seen[0] == "Access-Accept", log
sys.exit(0 if seen[1] == "no answer within 12 s" and all(word in log for word in words) else 3)
END
python3 "$work/probe.py" "$work" && rc=0 || rc=$?
case $rc in
  0) echo "as stated: a late decision is told to nobody" ;;
  3) echo "changed: a late decision is answered otherwise than stated" >&2; exit 1 ;;
  *) echo "cannot run: see above" >&2; exit 2 ;;
esac
