#!/usr/bin/env bash
# zbar reads a QR code that has no quiet zone at all; other readers do not. So zbar cannot show that one is missing.
#
# Versions: libzbar0 0.23.92-7+deb12u1 (Debian 12); zxing-cpp 3.1.1, segno 1.6.6, Pillow 13.0.0 and numpy 2.4.6 (PyPI).
# Guess:    What zbar reads, a phone reads; or at least, a code that breaks the standard's margin is refused by all.
# Happens:  On a dark page zbar reads a code whose edge touches the dark, and zxing-cpp does not.
#           With one module of white both read it. The standard (ISO/IEC 18004) asks for four.
# Seen on 30 November 2026, a link of an authenticator, version 8-M, six pixels a module:
#   4 white modules on a dark page: zbar reads it, zxing-cpp reads it
#   1 white modules on a dark page: zbar reads it, zxing-cpp reads it
#   0 white modules on a dark page: zbar reads it, zxing-cpp reads nothing
# Enrol:    draws four white modules in every theme: src/assistant/src/window/qr.rs. The stories read the screen by zbar
#           (tests/rig/phone.rs), so they would not notice if these went.
# Needs:    python3 with venv; Debian's apt-get and dpkg-deb (unpacked, not installed). About 20 seconds.
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
unpack libzbar0
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check \
  pyzbar==0.1.9 zxing-cpp==3.1.1 segno==1.6.6 pillow==13.0.0 numpy==2.4.6 ||
  { echo "cannot run: the packages do not come" >&2; exit 2; }

cat > "$work/probe.py" <<'END'
import ctypes.util, glob, sys
import numpy, segno, zxingcpp
from PIL import Image

library = glob.glob(sys.argv[1] + "/usr/lib/*/libzbar.so.0")[0]
ctypes.util.find_library = lambda name: library
from pyzbar import pyzbar

LINK = ("otpauth://totp/Oak%20Trust:asample?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
        "&issuer=Oak%20Trust&algorithm=SHA1&digits=6&period=30")
DARK, WHITE, PIXELS, ROOM = 20, 255, 6, 60
code = numpy.array([list(row) for row in segno.make(LINK, error="m", boost_error=False).matrix])
expected = {4: (True, True), 1: (True, True), 0: (True, False)}
changed = False
for quiet, (zbar_should, zxing_should) in expected.items():
    modules = numpy.pad(numpy.where(code == 1, 0, WHITE), quiet, constant_values=WHITE)
    picture = numpy.kron(modules, numpy.ones((PIXELS, PIXELS))).astype(numpy.uint8)
    page = numpy.pad(picture, ROOM, constant_values=DARK)
    zbar = LINK.encode() in [found.data for found in pyzbar.decode(Image.fromarray(page))]
    zxing = LINK in [found.text for found in zxingcpp.read_barcodes(page)]
    words = {True: "reads it", False: "reads nothing"}
    print(f"{quiet} white modules on a dark page: zbar {words[zbar]}, zxing-cpp {words[zxing]}")
    changed |= (zbar, zxing) != (zbar_should, zxing_should)
sys.exit(3 if changed else 0)
END
libraries=$(printf '%s:' "$work"/root/usr/lib/*-linux-gnu "$work"/root/lib/*-linux-gnu)
LD_LIBRARY_PATH=$libraries "$work/venv/bin/python" "$work/probe.py" "$work/root" && rc=0 || rc=$?
case $rc in
  0) echo "as stated: without a quiet zone zbar alone reads the code" ;;
  3) echo "changed: the readers agree otherwise than stated" >&2; exit 1 ;;
  *) echo "cannot run: see above" >&2; exit 2 ;;
esac
