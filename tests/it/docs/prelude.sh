# What the commands of a page find: the real programs, and folders of the page's own. Read by bash before the page.
unset BASH_ENV
set -Eeuo pipefail
shopt -s expand_aliases
trap 'echo "failed: line $LINENO: $BASH_COMMAND" >&2' ERR
trap 'for job in $(jobs -p); do kill "$job" 2> /dev/null; done; wait 2> /dev/null || true' EXIT

mkdir -p "$HOME/etc" "$HOME/var/lib" "$HOME/srv/backups" "$HOME/here"
cd "$HOME/here"

# `cargo run` starts the demo: it is the only default member.
cargo() {
  [ "$1" = run ] || { echo "only cargo run is known here" >&2; return 2; }
  shift
  [ "${1-}" != -- ] || shift
  enrol-demo --port 0 "$@"
}

# A service with the example's settings and rules, as if a page had set it up before.
practice-service() {
  export ENROL_CONFIG=$HOME/etc/enrol/service.toml
  export ENROL_DATA=$HOME/var/lib/enrol ENROL_KEYS=$HOME/etc/enrol/keys/keys.toml
  mkdir -p "$HOME/etc/enrol/keys" "$ENROL_DATA"
  enrol-service default-config > "$ENROL_CONFIG"
  enrol-service default-config --policy > "$HOME/etc/enrol/policy.toml"
  enrol-service serve --make-keys &
  until enrol-service ready 2> /dev/null; do sleep 0.1; done
}

stop-the-service() {
  kill "$!"
  wait "$!"
}
