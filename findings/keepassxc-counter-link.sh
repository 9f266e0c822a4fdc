#!/usr/bin/env bash
# KeePassXC takes a counter-based otpauth link and shows time-based codes for it.
#
# Version:  keepassxc 2.7.4+dfsg.1-2 (Debian 12).
# Guess:    "otpauth://hotp/..." is refused, or counted (RFC 4226).
# Happens:  The link is taken without a word. The codes are those of the same secret by time (RFC 6238), which whoever
#           waits for counted codes refuses.
# Seen on 30 November 2026 (the secret is that of the RFCs' test values; the first three change each half minute):
#   hotp link: 675505, totp link: 675505, by oathtool: time 675505, counter 755224
# Enrol:    writes "totp" alone, and counts nothing unless a code from the phone was right:
#           src/domain/src/authenticator.rs. So an app that misread the link is found before Send.
# Needs:    Debian's apt-get and dpkg-deb (unpacked, not installed). About 15 seconds.
set -euo pipefail

command -v apt-get > /dev/null || { echo "cannot run: apt-get is missing" >&2; exit 2; }
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
unpack keepassxc oathtool

secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ
entry() { # NAME ID LINK
  echo "<Entry><UUID>$2</UUID><String><Key>Title</Key><Value>$1</Value></String>"
  echo "<String><Key>otp</Key><Value>$3</Value></String></Entry>"
}
{
  echo '<?xml version="1.0" encoding="UTF-8"?><KeePassFile><Meta><Generator>by hand</Generator></Meta><Root>'
  echo '<Group><UUID>AAAAAAAAAAAAAAAAAAAAAQ==</UUID><Name>Root</Name>'
  entry counter AAAAAAAAAAAAAAAAAAAAAg== "otpauth://hotp/Oak:a?secret=$secret&amp;issuer=Oak&amp;counter=0"
  entry time AAAAAAAAAAAAAAAAAAAAAw== "otpauth://totp/Oak:a?secret=$secret&amp;issuer=Oak"
  echo '</Group></Root></KeePassFile>'
} > "$work/in.xml"

libraries=$(printf '%s:' "$work"/root/usr/lib/*-linux-gnu "$work"/root/lib/*-linux-gnu)
unpacked() { # PROGRAM ARGUMENT...
  env HOME="$work" QT_QPA_PLATFORM=offscreen LD_LIBRARY_PATH="$libraries" "$work/root/usr/bin/$1" "${@:2}"
}
printf 'pw\npw\n' | unpacked keepassxc-cli import -q -p "$work/in.xml" "$work/db.kdbx" > /dev/null 2>&1
show() { printf 'pw\n' | unpacked keepassxc-cli show -q -t "$work/db.kdbx" "$1" 2> /dev/null; }

for _ in 1 2 3; do # Again where the half minute ended between two of them.
  by_counter=$(show counter)
  by_time=$(show time)
  oath_time=$(unpacked oathtool -b --totp "$secret")
  [ "$by_time" != "$oath_time" ] || break
done
oath_counter=$(unpacked oathtool -b --hotp -c 0 "$secret")
echo "hotp link: $by_counter, totp link: $by_time, by oathtool: time $oath_time, counter $oath_counter"
[ "$by_time" = "$oath_time" ] || { echo "changed: its time-based code is not oathtool's" >&2; exit 1; }
[ "$by_counter" = "$oath_time" ] || { echo "changed: the counter's link shows another code" >&2; exit 1; }
echo "as stated: a counter's link is shown as a time's"
