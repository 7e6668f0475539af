"""What the tests' process needs before Django reads its settings (loaded by pytest's `-p`, in every worker)."""

from __future__ import annotations

import fcntl
import os
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "x" * 40)
os.environ.setdefault("HTTPS", "0")
# Static files straight from the themes: tests need no collectstatic.
os.environ.setdefault("PLAIN_STATIC", "1")
os.environ.setdefault("ALLOWED_HOSTS", "testserver,127.0.0.1,localhost")
# Playwright's synchronous API runs an event loop in the test's thread; Django then refuses database calls there.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

NUMBERS = 16  # databases of a Redis server as it comes
HELD: list[int] = []  # open files whose locks last as long as the process


def own_redis(url: str) -> str:
    """The same server with the first number from the address's on that no other process here has.

    Every test empties the cache: two workers with one number would empty each other's, and take each other's tasks.
    """
    parts = urlsplit(url)
    first = int(parts.path.strip("/") or 0)
    for number in range(first, NUMBERS):
        lock = locked(Path(tempfile.gettempdir(), f"litmus-tests-redis-{parts.port or 6379}-{number}.lock"))
        if lock is not None:
            HELD.append(lock)
            return parts._replace(path=f"/{number}").geturl()
    raise SystemExit(f"Redis has no free database from {first} to {NUMBERS - 1}: run fewer tests at once.")


def locked(path: Path) -> int | None:
    """The open file with this process's lock on it; None if another holds it or owns it."""
    try:
        file = os.open(path, os.O_CREAT | os.O_WRONLY, 0o600)
    except PermissionError:
        return None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(file)
        return None
    return file


if os.environ.get("REDIS_URL"):
    os.environ["REDIS_URL"] = own_redis(os.environ["REDIS_URL"])
