#!/usr/bin/env bash
# Makes assets/fonts/*.ttf and assets/icons/*.ttf again, from the pinned npm
# packages below. Needs: npm, python3 with venv, and a reachable npm and PyPI.
# With the tools at these versions the files come out byte for byte the same.
#
#   packaging/assets/make-fonts.sh            write into assets/
#   packaging/assets/make-fonts.sh --check    write nothing; say what differs
#   packaging/assets/make-fonts.sh --icon     draw the PNGs of enrol.svg as well
#                                             (needs rsvg-convert, librsvg2-bin)
set -euo pipefail

atkinson="@fontsource/atkinson-hyperlegible-next@5.3.0"
phosphor="@phosphor-icons/web@2.1.2"
python_packages=("fonttools==4.68.0" "brotli==1.2.1")

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
root="$(cd "$here/../.." && pwd)"
mode="${1:-}"
case "$mode" in
    "" | --check | --icon) ;;
    *)
        sed -n '2,10s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
        exit 2
        ;;
esac

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

unpack() { # package, folder
    mkdir -p "$work/$2"
    (cd "$work/$2" && npm pack --silent "$1" >/dev/null && tar -xzf ./*.tgz)
}
unpack "$atkinson" atkinson
unpack "$phosphor" phosphor

python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check "${python_packages[@]}"

mkdir -p "$work/out/fonts" "$work/out/icons"
"$work/venv/bin/python" "$here/make_fonts.py" \
    "$work/atkinson/package" "$work/phosphor/package" "$work/out"

if [ "$mode" = --check ]; then
    status=0
    while IFS= read -r file; do
        if cmp -s "$work/out/$file" "$root/assets/$file"; then
            echo "same     assets/$file"
        else
            echo "differs  assets/$file"
            status=1
        fi
    done < <(cd "$work/out" && find . -type f | sed 's|^\./||' | sort)
    exit "$status"
fi

cp "$work"/out/fonts/* "$root/assets/fonts/"
cp "$work"/out/icons/* "$root/assets/icons/"

if [ "$mode" = --icon ]; then
    for size in 64 256; do
        rsvg-convert -w "$size" -h "$size" "$root/assets/icons/enrol.svg" \
            -o "$root/assets/icons/enrol-$size.png"
    done
fi
ls -l "$root/assets/fonts" "$root/assets/icons"
