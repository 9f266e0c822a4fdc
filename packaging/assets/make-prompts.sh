#!/usr/bin/env bash
# Makes the sound of every prompt in assets/prompts again, beside its text: 8 kHz,
# 16 bit, one channel, which Asterisk plays as it is. Needs: espeak-ng, sox.
# With the tools at the same versions the files come out byte for byte the same.
#
#   packaging/assets/make-prompts.sh            write into assets/prompts
#   packaging/assets/make-prompts.sh --check    write nothing; say what differs
#   packaging/assets/make-prompts.sh --deploy FOLDER NAME...
#       put all prompts, and the names that the voice says, into a folder for
#       Asterisk. The names are the trust's and those of what staff sign in to,
#       each of letters, digits and spaces: "Ash Grove Trust" "remote desktop"
#
# A better voice: record the same words under the same file names.
set -euo pipefail
export LC_ALL=C.UTF-8

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
prompts="$(cd "$here/../../assets/prompts" && pwd)"

usage() {
    sed -n '2,14s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
    exit 2
}

mode="${1:-}"
case "$mode" in
    "" | --check) [ $# -le 1 ] || usage ;;
    --deploy) [ $# -ge 3 ] || usage ;;
    *) usage ;;
esac

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

voice_of() { # language
    case "$1" in
        en) echo en-gb ;;
        cy) echo cy ;;
        *) echo "no voice for $1" >&2 && exit 1 ;;
    esac
}

speak() { # language, file of text, sound file
    espeak-ng -v "$(voice_of "$1")" -s 145 -f "$2" -w "$work/spoken.wav"
    # Silence at the ends goes but for a breath, so that parts follow each other as in one sentence.
    sox -R -D "$work/spoken.wav" -r 8000 -c 1 -b 16 "$3" \
        silence 1 0.01 0.2% reverse silence 1 0.01 0.2% reverse pad 0.05 0.1 norm -3
}

# The stem of a name's file, as SpokenName::file_stem has it.
stem_of() { # name
    local name="${1,,}" stem="" c i
    for ((i = 0; i < ${#name}; i++)); do
        c="${name:i:1}"
        case "$c" in
            " ") stem+="-" ;;
            [abcdefghijklmnopqrstuvwxyz0123456789]) stem+="$c" ;;
            *) stem+="$(printf 'u%04x' "'$c")" ;;
        esac
    done
    printf '%s' "$stem"
}

if [ "$mode" = --deploy ]; then
    folder="$2"
    shift 2
    for language in en cy; do
        mkdir -p "$folder/$language/names"
        cp "$prompts/$language"/*.wav "$folder/$language/"
        for name in "$@"; do
            if ! [[ "$name" =~ ^[[:alnum:]]+(\ [[:alnum:]]+)*$ ]]; then
                echo "not a name of letters, digits and single spaces: $name" >&2
                exit 1
            fi
            printf '%s\n' "$name" >"$work/name.txt"
            speak "$language" "$work/name.txt" "$folder/$language/names/$(stem_of "$name").wav"
        done
    done
    find "$folder" -type f | wc -l | xargs printf '%s files in '"$folder"'\n'
    exit 0
fi

status=0
for text in "$prompts"/*/*.txt; do
    language="$(basename "$(dirname "$text")")"
    sound="${text%.txt}.wav"
    speak "$language" "$text" "$work/made.wav"
    if [ "$mode" != --check ]; then
        cp "$work/made.wav" "$sound"
    elif ! cmp -s "$work/made.wav" "$sound"; then
        echo "differs  ${sound#"$prompts"/}"
        status=1
    fi
done
du -sh "$prompts"
exit "$status"
