# What the commands of a page find: the real programs, and folders of the page's own. Read by bash before the page.
unset BASH_ENV
set -Eeuo pipefail
shopt -s expand_aliases
trap 'echo "failed: line $LINENO: $BASH_COMMAND" >&2' ERR
trap 'for job in $(jobs -p); do kill "$job" 2> /dev/null; done; wait 2> /dev/null || true' EXIT

mkdir -p "$HOME/etc" "$HOME/var/lib" "$HOME/srv/backups"
mkdir -m 700 "$WORKING_FOLDER"
cd "$WORKING_FOLDER"

# `cargo run` starts the demo: it is the only default member. What `cargo build` builds is built.
cargo() {
  case "$1" in
    run) shift ;;
    build) return ;;
    *) echo "only cargo run and cargo build are known here" >&2; return 2 ;;
  esac
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

# A service with the certificate that a page made: it is the host's, and a client that trusts it is answered.
practice-certificate() {
  local host=$1
  export ENROL_HOSTS="[\"$host\"]" ENROL_TLS__CERTIFICATE=$PWD/$2 ENROL_TLS__KEY=$PWD/$3
  practice-service
  enrol-service serve --check-config > checked
  grep "are right" checked
  if grep "does not name" checked; then return 1; fi
  ENROL_HOSTS='["other.example"]' enrol-service serve --check-config | grep "does not name other.example"
  curl --silent --show-error --fail --cacert "$2" --connect-to "$host:443:$ENROL_LISTEN" "https://$host/health"
}

stop-the-service() {
  kill "$!"
  wait "$!"
}
