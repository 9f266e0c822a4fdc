#!/usr/bin/env bash
# espeak-ng says the word "comma", in English, in the middle of a six-digit code that it is asked to spell.
#
# Version:  espeak-ng 1.51+dfsg-10+deb12u2 (Debian 12).
# Guess:    SSML's say-as "characters" speaks 482913 as six digits, in the voice's language.
# Happens:  It speaks "4 8 2 comma 9 1 3". The Welsh voice changes to English for that word. Four digits have none.
#           Without say-as a telephone number of five and six digits is spoken as two numbers: "07700 900123" ends in
#           "nine hundred thousand ...". Digits with ", " between them are spoken one by one.
# Seen on 30 November 2026 (phonemes of the voice cy; k'0m@ is the English "comma"):
#   characters of 482913, cy: p,Edwar_|w,YT_|d,aY_!_:(en)k'0m@(cy)_! n,aU_|,Yn_|tr'i:_!
#   characters of 482913, en-gb: f,o@_|,eIt_|t,u:_!k'0m@_! n,aIn_|w,0n_|Tr'i:_!
#   characters of 4829, cy: p,Edwar_|w,YT_|d,aY_!n'aU_!
#   4, 8, 2, 9, 1, 3, cy: p'Edwar w'YT d'aY n'aU 'Yn tr'i:
#   07700 900123, cy: n'Uls'aIT_! s'aITn'Ul_!n'Ul n'aUk'ant m'i:l__! k'ant d'aYD,e:gtr'i:
# Enrol:    speaks each digit from a file of its own, made from the digit's word: assets/prompts/cy/digit-4.txt is
#           "pedwar". packaging/assets/make-prompts.sh makes them, and gives the voice no figures.
# Needs:    Debian's apt-get and dpkg-deb (unpacked, not installed). About 10 seconds.
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
unpack espeak-ng libespeak-ng1 espeak-ng-data
folder=$(echo "$work"/root/usr/lib/*-linux-gnu)
phonemes() { # VOICE TEXT
  ESPEAK_DATA_PATH=$folder LD_LIBRARY_PATH=$folder "$work/root/usr/bin/espeak-ng" -v "$1" -m -q -x "$2" | tr '\n' ' '
}
characters() { echo "<speak><say-as interpret-as=\"characters\">$1</say-as></speak>"; }

comma=$(phonemes en-gb comma)
comma=${comma// /}
thousand=$(phonemes cy mil) # Welsh for it.
thousand=${thousand// /}
changed=
says() { # VOICE TEXT PHONEMES yes|no NAME
  local said is_said=no
  said=$(phonemes "$1" "$2")
  case $said in *"$3"*) is_said=yes ;; esac
  echo "$5: $said"
  [ "$is_said" = "$4" ] || changed="$changed $5;"
}
says cy "$(characters 482913)" "$comma" yes 'characters of 482913, cy'
says en-gb "$(characters 482913)" "$comma" yes 'characters of 482913, en-gb'
says cy "$(characters 4829)" "$comma" no 'characters of 4829, cy'
says cy '4, 8, 2, 9, 1, 3' "$comma" no '4, 8, 2, 9, 1, 3, cy'
says cy '07700 900123' "$thousand" yes '07700 900123, cy'
says cy '0, 7, 7, 0, 0' "$thousand" no '0, 7, 7, 0, 0, cy'
[ -z "$changed" ] || { echo "changed:$changed spoken otherwise than stated" >&2; exit 1; }
echo "as stated: a comma is spoken where none was written"
