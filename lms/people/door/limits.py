"""How often something may be tried. Counted in the database, so that it holds for any number of processes.

One statement counts and answers; nothing waits, and nothing is locked for longer than that statement. A stretch begins
with the first try and ends by the machine's clock: what is refused is told the seconds until then.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.db import connection
from django.db.models import F
from django.utils.crypto import salted_hmac

from lms.people.door_models import TryCount

COUNT = """
INSERT INTO people_trycount AS known (key, number, ends_at) VALUES (%s, 1, %s)
ON CONFLICT (key) DO UPDATE SET
  number = CASE WHEN known.ends_at <= %s THEN 1 ELSE known.number + 1 END,
  ends_at = CASE WHEN known.ends_at <= %s THEN excluded.ends_at ELSE known.ends_at END
RETURNING number, ends_at
"""


@dataclass(frozen=True, slots=True)
class Limit:
    """`number` tries in `seconds`; `name` keeps counts of different things apart."""

    name: str
    number: int
    seconds: int


# A whole site may sit behind one address on deadline day; one account still has five failures in five minutes.
SIGN_IN = Limit("sign-in", 5, 300)
SIGN_IN_FROM = Limit("sign-in-from", 300, 60)
CODE = Limit("code", 5, 300)
# Whoever gets to the code has the password: here a limit for the account shuts out nobody by a stranger's hand.
CODE_OF = Limit("code-of", 30, 3600)
RESET = Limit("reset", 5, 300)
RESET_FROM = Limit("reset-from", 60, 60)
NEW_PASSWORD_FROM = Limit("new-password-from", 60, 60)
PASSWORD_CHANGE = Limit("password-change", 5, 300)


def count_try(limit: Limit, *whose: object) -> int:
    """Counts one try. 0 if it may go on, else the seconds until the next may."""
    now = int(time.time())
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [key_of(limit, *whose), now + limit.seconds, now, now])
        number, ends_at = cursor.fetchone()
    return max(ends_at - now, 1) if number > limit.number else 0


def take_back_try(limit: Limit, *whose: object) -> None:
    """It was no failure after all."""
    TryCount.objects.filter(key=key_of(limit, *whose), number__gt=0).update(number=F("number") - 1)


def forget_tries() -> int:
    """Deletes the counts whose time is over; how many."""
    return TryCount.objects.filter(ends_at__lte=int(time.time())).delete()[0]


def key_of(limit: Limit, *whose: object) -> str:
    """Without the secret key nobody can tell from it whose tries are counted."""
    place = "\0".join([limit.name, *map(str, whose)])
    return salted_hmac("lms.people.door.limits", place, algorithm="sha256").hexdigest()
