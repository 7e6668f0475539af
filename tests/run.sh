#!/usr/bin/env bash
# `make test`: set up what the tests need, run them all, and say aloud what could not be run.
# Exit 0 all passed; 1 a test failed; 2 everything that could run passed, but something is missing.
set -uo pipefail
cd "$(dirname "$0")/.."
PY=.venv/bin/python
export HTTPS=0

"$PY" -m lms.catalogues

browser() { "$PY" -c 'import sys; from tests.conftest import chromium; sys.exit(not chromium())' 2>/dev/null; }
export DJANGO_SETTINGS_MODULE=lms.settings SECRET_KEY="${SECRET_KEY:-only-for-tests-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx}"
if ! browser; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Chromium for the browser tests …"
    (apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium) >/dev/null 2>&1
  fi
  browser || "$PY" -m playwright install chromium >/dev/null 2>&1
fi
missing=""
browser || missing="Chromium is missing, so the browser tests were not run. On Debian: apt-get install chromium"

"$PY" -m pytest "$@"
status=$?
if [ -n "$missing" ]; then
  echo "$missing"
  [ "$status" = 0 ] && exit 2
fi
exit "$status"
