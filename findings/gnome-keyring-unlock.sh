#!/usr/bin/env bash
# gnome-keyring-daemon --unlock exits with 0 whatever it is given: nothing, a wrong password, or a line with its end.
#
# Version:  gnome-keyring 42.1-1+b2 (Debian 12).
# Guess:    The status says whether the keyring is unlocked; and "echo PASSWORD |" gives the same password as "printf".
# Happens:  With nothing on standard input no keyring is made and none is unlocked, exit status 0.
#           The line's end belongs to the password: "pw" and "pw\n" are two. With the wrong one it stays locked.
#           Only the Secret Service tells: ReadAlias default is "/" without a keyring, and Locked is true or false.
# Seen on 30 November 2026, a fresh daemon each time:
#   nothing: exit status 0, no keyring
#   pw: exit status 0, unlocked
#   pw again: exit status 0, unlocked
#   pw and a line's end: exit status 0, locked
#   another: exit status 0, locked
# Enrol:    tests/rig/keyring.rs writes a password without a line's end, waits for the keyring's file, and trusts no
#           status. At a station the worker alone waits for a keyring: src/assistant/src/effects/station/store.rs.
# Needs:    gnome-keyring, dbus and libglib2.0-bin, installed (it says which is missing). About 5 seconds.
set -euo pipefail

missing=
for tool in gnome-keyring-daemon:gnome-keyring dbus-run-session:dbus gdbus:libglib2.0-bin; do
  command -v "${tool%%:*}" > /dev/null || missing="$missing ${tool##*:}"
done
[ -z "$missing" ] || { echo "cannot run: install$missing" >&2; exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -m 700 "$work/run"
export HOME=$work XDG_DATA_HOME=$work/data XDG_RUNTIME_DIR=$work/run
unset XDG_CONFIG_HOME DISPLAY WAYLAND_DISPLAY

# A bus that starts nothing by itself: another daemon would answer in place of this one.
cat > "$work/bus.conf" <<END
<busconfig>
  <type>session</type>
  <listen>unix:dir=$work/run</listen>
  <policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy>
</busconfig>
END
cat > "$work/inside.sh" <<'END'
set -euo pipefail
call() { # DESTINATION PATH METHOD ARGUMENT...
  gdbus call --session --timeout 5 --dest "$1" --object-path "$2" --method "$3" "${@:4}" 2> /dev/null
}
bus() { call org.freedesktop.DBus /org/freedesktop/DBus "org.freedesktop.DBus.$1" org.freedesktop.secrets; }
state() {
  local keyring
  keyring=$(call org.freedesktop.secrets /org/freedesktop/secrets org.freedesktop.Secret.Service.ReadAlias default)
  case $keyring in
    *"'/'"*) echo 'no keyring' ;;
    *) call org.freedesktop.secrets "$(cut -d "'" -f 2 <<< "$keyring")" org.freedesktop.DBus.Properties.Get \
         org.freedesktop.Secret.Collection Locked | sed 's/.*true.*/locked/; s/.*false.*/unlocked/' ;;
  esac
}
is_there() { # true|false: waits until the Secret Service is
  for _ in $(seq 50); do
    case $(bus NameHasOwner) in *"$1"*) return ;; esac
    sleep 0.1
  done
  echo "cannot run: is the Secret Service on the bus? Not $1 after 5 seconds" >&2
  exit 2
}
changed=
try() { # NAME WHAT-IS-TYPED STATED
  local status=0 pid seen
  printf "$2" | gnome-keyring-daemon --unlock --components=secrets > /dev/null 2>&1 || status=$?
  is_there true
  seen="exit status $status, $(state)"
  echo "$1: $seen"
  [ "$seen" = "exit status 0, $3" ] || changed="$changed $1;"
  pid=$(bus GetConnectionUnixProcessID | grep -o '[0-9]*,)' | tr -dc 0-9)
  kill "$pid"
  is_there false
}
try nothing '' 'no keyring'
try pw pw unlocked
try 'pw again' pw unlocked
try "pw and a line's end" 'pw\n' locked
try another another locked
[ -z "$changed" ] || { echo "changed:$changed" >&2; exit 1; }
END
timeout 60 dbus-run-session --config-file="$work/bus.conf" -- bash "$work/inside.sh"
echo "as stated: the exit status is 0 whether or not a keyring is unlocked"
