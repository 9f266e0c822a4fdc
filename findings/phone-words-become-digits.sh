#!/usr/bin/env bash
# libphonenumber turns the word behind a telephone number into more digits of it.
#
# Version:  phonenumbers 9.0.43 (PyPI). rlibphonenumber 2.2.15 (crates.io) answers the same.
# Guess:    "07700 900123 (mobile)" is the number, or an error. Letters are for numbers like "0800 FLOWERS".
# Happens:  From three letters on, each letter behind the digits becomes the digit of its key, and parsing has no error.
#           "mobile" is 662453, so the number that comes back has 16 digits.
#           Where digits were forgotten, the word fills them up, and the result is a valid number of somebody else.
# Seen on 30 November 2026 (region GB; the numbers are Ofcom's for drama):
#   '07700 900123' -> +447700900123
#   '07700 900123 (mobile)' -> +447700900123662453
#   '07700 900123 mb' -> +447700900123
#   '020 7946 0 (fax)' -> +442079460329, valid
# Enrol:    takes what was typed apart itself and hands the library digits alone: src/numbers/src/reading.rs, with a
#           table of forms in src/numbers/src/tests/forms.txt.
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

expected = {
    "07700 900123": ("+447700900123", False),
    "07700 900123 (mobile)": ("+447700900123662453", False),
    "07700 900123 mb": ("+447700900123", False),
    "020 7946 0 (fax)": ("+442079460329", True),
}
changed = False
for typed, stated in expected.items():
    found = library.parse(typed, "GB")
    seen = (library.format_number(found, library.PhoneNumberFormat.E164), library.is_valid_number(found))
    print(f"{typed!r} -> {seen[0]}{', valid' if seen[1] else ''}")
    changed |= seen != stated
sys.exit(3 if changed else 0)
END
"$work/venv/bin/python" "$work/probe.py" && rc=0 || rc=$?
case $rc in
  0) echo "as stated: words become digits" ;;
  3) echo "changed: words are read otherwise than stated" >&2; exit 1 ;;
  *) echo "cannot run: see above" >&2; exit 2 ;;
esac
