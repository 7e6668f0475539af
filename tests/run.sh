#!/usr/bin/env bash
# `make test`: set up what the tests need, run them all, and say aloud what could not be run.
# Exit 0 all passed; 1 a test failed; 2 everything that could run passed, but something is missing.
set -uo pipefail
cd "$(dirname "$0")/.."
PY=.venv/bin/python
export HTTPS=0

"$PY" -m lms.catalogues
NO_BROWSER=$("$PY" -m tests.browser) || exit 1
export NO_BROWSER

# The whole suite has a worker for each core (Redis has numbers for six); a part of it starts quicker in one process.
workers=(--numprocesses auto --maxprocesses 6 --dist worksteal)
for word in "$@"; do
  case "$word" in
    -k* | -m* | -n* | -s | --numprocesses* | --lf | --ff | --sw | --pdb | --co | --collect-only) workers=() ;;
    tests/*) workers=() ;;
  esac
done

"$PY" -m pytest ${workers[@]+"${workers[@]}"} "$@"
status=$?
if [ -n "$NO_BROWSER" ]; then
  echo "$NO_BROWSER"
  [ "$status" = 0 ] && exit 2
fi
exit "$status"
