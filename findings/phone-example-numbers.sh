#!/usr/bin/env bash
# To libphonenumber some of Ofcom's numbers for films are no numbers at all, and a favourite example is in Guernsey.
#
# Version:  phonenumbers 9.0.43 (PyPI). rlibphonenumber 2.2.15 (crates.io) answers the same.
# Guess:    Ofcom's numbers for drama are all treated alike, and +44 7... is a mobile of the United Kingdom.
# Happens:  07700 900123 and 01632 960123 are not valid, of unknown type and of no region. 020 7946 0123 is valid.
#           07911 123456, the example of many a manual, is a mobile of Guernsey: +44 is four regions.
#           So a form that asks "valid in GB?" refuses good numbers of Guernsey, Jersey and Man,
#           and tests with numbers for drama refuse what they should accept.
# Seen on 30 November 2026:
#   07700 900123: not valid, region None, type unknown
#   01632 960123: not valid, region None, type unknown
#   020 7946 0123: valid, region GB, type land line
#   07911 123456: valid, region GG, type mobile
#   07797 712345: valid, region JE, type mobile
#   07400 123456: valid, region GB, type mobile
# Enrol:    has a rule of its own for two of Ofcom's ranges (is_for_drama in src/numbers/src/library.rs), and classes
#           for the islands (src/numbers/src/classes.rs); both are in src/numbers/src/tests/forms.txt.
# Needs:    python3 with venv. About 10 seconds.
set -euo pipefail

command -v python3 > /dev/null || { echo "cannot run: python3 is missing" >&2; exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check phonenumbers==9.0.43 ||
  { echo "cannot run: the packages do not come" >&2; exit 2; }

cat > "$work/probe.py" <<'END'
import sys, phonenumbers as library
from phonenumbers import PhoneNumberType as Type

expected = {
    "07700 900123": (False, None, Type.UNKNOWN),
    "01632 960123": (False, None, Type.UNKNOWN),
    "020 7946 0123": (True, "GB", Type.FIXED_LINE),
    "07911 123456": (True, "GG", Type.MOBILE),
    "07797 712345": (True, "JE", Type.MOBILE),
    "07400 123456": (True, "GB", Type.MOBILE),
}
types = {Type.UNKNOWN: "unknown", Type.FIXED_LINE: "land line", Type.MOBILE: "mobile"}
changed = False
for typed, stated in expected.items():
    found = library.parse(typed, "GB")
    seen = (library.is_valid_number(found), library.region_code_for_number(found), library.number_type(found))
    print(f"{typed}: {'valid' if seen[0] else 'not valid'}, region {seen[1]}, type {types.get(seen[2], seen[2])}")
    changed |= seen != stated
sys.exit(3 if changed else 0)
END
"$work/venv/bin/python" "$work/probe.py" && rc=0 || rc=$?
case $rc in
  0) echo "as stated: examples are no numbers, or of another region" ;;
  3) echo "changed: these numbers are taken otherwise than stated" >&2; exit 1 ;;
  *) echo "cannot run: see above" >&2; exit 2 ;;
esac
