#!/usr/bin/env bash
# A plus in an otpauth link's issuer is a space to some readers and a plus to others.
#
# Versions: pyotp 2.12.1 (PyPI); otpauth 9.5.2 and @otplib/uri 13.5.0 (npm).
# Guess:    A query is a query. "issuer=Oak+Trust" is read as "Oak Trust", as every web form writes it.
# Happens:  pyotp reads a space. Both npm libraries keep the plus, and say nothing.
#           So a link whose issuer went through a form encoder shows as "Oak+Trust" in some apps and not in others.
#           "%20" is a space to all three.
# Seen on 30 November 2026:
#   pyotp:       + is 'Oak Trust', %20 is 'Oak Trust'
#   otpauth:     + is 'Oak+Trust', %20 is 'Oak Trust'
#   @otplib/uri: + is 'Oak+Trust', %20 is 'Oak Trust'
# Enrol:    writes "%20", never "+", and the same issuer in label and parameter: src/domain/src/authenticator.rs,
#           held by its own test of a link with a space, a plus and an accent.
# Needs:    python3 with venv, node and npm. About 15 seconds.
set -euo pipefail

for tool in python3 node npm; do
  command -v "$tool" > /dev/null || { echo "cannot run: $tool is missing" >&2; exit 2; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check pyotp==2.12.1 ||
  { echo "cannot run: the packages do not come" >&2; exit 2; }
npm install --silent --no-audit --no-fund --prefix "$work" otpauth@9.5.2 @otplib/uri@13.5.0 > /dev/null ||
  { echo "cannot run: the packages do not come" >&2; exit 2; }

cat > read.py <<'END'
import sys, pyotp
print(pyotp.parse_uri(sys.argv[1]).issuer)
END
cat > read.mjs <<'END'
import * as OTPAuth from "otpauth";
import { parse } from "@otplib/uri";
const [reader, link] = process.argv.slice(2);
console.log(reader === "otpauth" ? OTPAuth.URI.parse(link).issuer : parse(link).params.issuer);
END
read_by() { # READER LINK
  if [ "$1" = pyotp ]; then venv/bin/python read.py "$2"; else node read.mjs "$1" "$2"; fi
}

# The secret is that of the test values of RFC 6238.
link='otpauth://totp/Oak%20Trust:asample?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Oak'
changed=
for pair in 'pyotp=Oak Trust' 'otpauth=Oak+Trust' '@otplib/uri=Oak+Trust'; do
  reader=${pair%%=*}
  plus=$(read_by "$reader" "$link+Trust")
  space=$(read_by "$reader" "$link%20Trust")
  echo "$reader: + is '$plus', %20 is '$space'"
  [ "$plus" = "${pair#*=}" ] && [ "$space" = 'Oak Trust' ] || changed="$changed $reader"
done
[ -z "$changed" ] || { echo "changed: read otherwise by$changed" >&2; exit 1; }
echo "as stated: a plus is a space to one reader and a plus to two"
