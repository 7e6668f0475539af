#!/usr/bin/env bash
# `make bare`: do the two commands of the README work on a Debian 12 with python3, python3-venv, make and git, and no more?
# Builds such a root in a temporary folder, copies the tracked files into it, runs `make demo` until it answers, and the
# ten tests marked smoke. Needs root on a Debian, whose own sources and pip configuration the new root gets.
# Not part of the gate: it downloads for minutes. KEEP=1 leaves the root where it is.
set -euo pipefail
cd "$(dirname "$0")/.."
export DEBIAN_FRONTEND=noninteractive
PATIENCE=3600 # seconds until the demonstration answers, on a busy machine

[ "$(id -u)" = 0 ] || { echo "A bare Debian can only be built as root."; exit 2; }
command -v apt-get >/dev/null || { echo "A bare Debian can only be built on a Debian."; exit 2; }
command -v debootstrap >/dev/null || { apt-get update -qq; apt-get install -y -qq debootstrap >/dev/null; }

root=$(mktemp -d "${TMPDIR:-/var/tmp}/litmus-bare.XXXXXX")
demo=""
finish() {
  status=$?
  if [ -n "$demo" ]; then kill -KILL "$demo" 2>/dev/null || true; wait "$demo" 2>/dev/null || true; fi
  if [ -n "${KEEP:-}" ]; then echo "The root is still in $root."; else rm -rf "$root"; fi
  exit "$status"
}
trap finish EXIT
say() { printf '\n=== %s (%d s so far)\n' "$*" "$SECONDS"; }

# Enters the root and runs the last argument there. Mounts and processes are its own: all of them go when it ends.
# (unshare passes no other signal on than KILL.)
mapfile -t passed < <(env | grep -E '^(PIP_[^F]|(https?|no)_proxy=|SSL_CERT_FILE=|REQUESTS_CA_BUNDLE=)')
# shellcheck disable=SC2016
enter=(unshare --mount --pid --fork --kill-child bash -c '
  root=$1 command=${!#}
  mount -t proc proc "$root/proc" && mount --rbind /dev "$root/dev" &&
  exec chroot "$root" /usr/bin/env -i "${@:2:$#-2}" HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 \
    bash -c "cd /litmus && $command"' bash "$root" "${passed[@]}")

say "A bare Debian 12"
mapfile -t sources < <(apt-get indextargets --format 'deb $(SITE) $(RELEASE) $(COMPONENT)' "Created-By: Packages" | grep -E ' bookworm[^ ]* main$' | sort -u)
mirror=$(printf '%s\n' "${sources[@]}" | awk '$3 == "bookworm" { print $2; exit }')
[ -n "$mirror" ] || { echo "This machine's own sources name no Debian 12."; exit 2; }
debootstrap --variant=minbase --include=python3,python3-venv,make,git bookworm "$root" "$mirror" >"$root.log" 2>&1 \
  || { tail -n 20 "$root.log"; echo "The root could not be built."; exit 1; }
rm -f "$root.log"
printf '%s\n' "${sources[@]}" >"$root/etc/apt/sources.list"
for file in /etc/resolv.conf /etc/hosts /etc/pip.conf /etc/xdg/pip /etc/ssl/certs/ca-certificates.crt /etc/apt/auth.conf.d \
  $(grep -lis proxy /etc/apt/apt.conf.d/* || true); do
  if [ -e "$file" ]; then mkdir -p "$root$(dirname "$file")"; cp -rL "$file" "$root$(dirname "$file")/"; fi
done
mkdir "$root/litmus"
git ls-files -z | tar --create --null --files-from=- | tar --extract --directory "$root/litmus"

say "make demo"
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
"${enter[@]}" "exec make demo PORT=$port" &
demo=$!
answers() { python3 -c "import urllib.request as r; print(r.urlopen('http://127.0.0.1:$port/healthz', timeout=10).read(200).decode())" 2>/dev/null; }
until answers; do
  kill -0 "$demo" 2>/dev/null || { echo "make demo ended before it answered."; exit 1; }
  [ "$SECONDS" -lt "$PATIENCE" ] || { echo "make demo did not answer."; exit 1; }
  sleep 1
done
say "The demonstration answers"
kill -KILL "$demo"; wait "$demo" 2>/dev/null || true
demo=""

say "make test, ten of them, one in the browser"
"${enter[@]}" 'make test ARGS="-m smoke"' | tee "$root/smoke.log"
grep -qE "(^|= )10 passed" "$root/smoke.log" || { echo "Ten tests should have passed."; exit 1; }
say "Both commands work on a bare Debian 12"
