#!/usr/bin/env bash
# wixl packs a file that has a version as if it had none, and drops the attribute that would tell it.
#
# Versions: wixl and msitools 0.101+repack-1 (Debian 12); the file is msvcp140_1.dll of msvc-runtime 14.44.35112 (PyPI).
# Guess:    The table File has the version of the file's resource, as WiX writes it, or that of DefaultVersion.
#           An attribute that is not supported is an error.
# Happens:  Version and Language stay empty, and MsiFileHash gets a row, which is for files without a version.
#           Windows Installer goes by versions: by its documents an upgrade may then keep the older file.
#           DefaultVersion, and Secure on a property, are warned of on standard error, left out, and the status is 0.
# Seen on 30 November 2026:
#   the file's own version: 14.44.35211.0
#   in the package: version '', rows of MsiFileHash 1, COLOUR among SecureCustomProperties: no
#   wixl: exit status 0, warned of: DefaultVersion Secure
# Enrol:    packaging/windows/msi writes Version and Language, deletes the hash, and completes SecureCustomProperties by
#           msibuild. The stories of tests/it/windows/installing.rs upgrade under wine.
# Needs:    python3 with venv; Debian's apt-get and dpkg-deb (unpacked, not installed). About 15 seconds.
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
unpack wixl msitools
libraries=$(printf '%s:' "$work"/root/usr/lib/*-linux-gnu "$work"/root/lib/*-linux-gnu)
unpacked() { LD_LIBRARY_PATH=$libraries "$work/root/usr/bin/$1" "${@:2}"; }

cd "$work"
python3 -m venv venv
venv/bin/pip download -q --disable-pip-version-check --no-deps --only-binary=:all: --platform win_amd64 \
  --python-version 3.11 msvc-runtime==14.44.35112 ||
  { echo "cannot run: the packages do not come" >&2; exit 2; }
python3 - <<'END'
import glob, struct, zipfile

with zipfile.ZipFile(glob.glob("*.whl")[0]) as wheel:
    name = next(name for name in wheel.namelist() if name.endswith("/data/msvcp140_1.dll"))
    content = wheel.read(name)
open("versioned.dll", "wb").write(content)
at = content.index(struct.pack("<I", 0xFEEF04BD))  # VS_FIXEDFILEINFO
high, low = struct.unpack_from("<II", content, at + 8)
print(f"the file's own version: {high >> 16}.{high & 0xffff}.{low >> 16}.{low & 0xffff}")
END

cat > probe.wxs <<'END'
<?xml version="1.0" encoding="utf-8"?>
<Wix xmlns="http://schemas.microsoft.com/wix/2006/wi">
  <Product Id="*" Name="Probe" Language="1033" Version="1.0.0" Manufacturer="Nobody"
      UpgradeCode="0D5A4C5E-6F0B-4B7A-9C51-3D1F0E8A7B11">
    <Package InstallerVersion="500" Compressed="yes" InstallScope="perMachine" />
    <Media Id="1" Cabinet="probe.cab" EmbedCab="yes" />
    <MajorUpgrade DowngradeErrorMessage="A newer one is there." />
    <Property Id="COLOUR" Secure="yes" />
    <Directory Id="TARGETDIR" Name="SourceDir">
      <Directory Id="ProgramFiles64Folder">
        <Directory Id="INSTALLDIR" Name="Probe">
          <Component Id="Program" Guid="0D5A4C5E-6F0B-4B7A-9C51-3D1F0E8A7B12" Win64="yes">
            <File Id="Versioned" Source="versioned.dll" KeyPath="yes" DefaultVersion="14.44.35211.0" />
          </Component>
        </Directory>
      </Directory>
    </Directory>
    <Feature Id="All" Level="1"><ComponentRef Id="Program" /></Feature>
  </Product>
</Wix>
END
unpacked wixl -a x64 -o probe.msi probe.wxs 2> said && status=0 || status=$?
[ -e probe.msi ] || { cat said >&2; echo "changed: wixl makes no package of this (exit status $status)" >&2; exit 1; }

# Columns: file, component, name, size, version, language, ...
version=$(unpacked msiinfo export probe.msi File | awk -F '\t' '$1 == "Versioned" {print $5}')
hashes=$(unpacked msiinfo export probe.msi MsiFileHash | grep -c '^Versioned' || true)
unpacked msiinfo export probe.msi Property | grep '^SecureCustomProperties' | grep -q COLOUR && secure=yes || secure=no
warned=$(grep -o "no property named '[A-Za-z]*'" said | cut -d "'" -f 2 | sort -u | tr '\n' ' ')
echo "in the package: version '$version', rows of MsiFileHash $hashes, COLOUR among SecureCustomProperties: $secure"
echo "wixl: exit status $status, warned of: $warned"
[ "$version.$hashes.$secure.$status.$warned" = ".1.no.0.DefaultVersion Secure " ] ||
  { echo "changed: wixl treats versions or these attributes otherwise than stated" >&2; exit 1; }
echo "as stated: a file's version is not in the package"
