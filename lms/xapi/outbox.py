"""What is to be said to the learning record store: rows written in the caller's transaction, sent after it."""

from __future__ import annotations

from datetime import datetime

from lms.people.models import Person
from lms.xapi import profile, statements
from lms.xapi.models import Statement
from lms.xapi.profile import VerbTerm
from lms.xapi.statements import Built, ModuleDone, PathDone


def queue_completed(person: Person, *, key: str, module: ModuleDone, at: datetime) -> None:
    """The module was completed and, where `passed` says so, its test was passed: one statement each.

    Idempotent on `key`. Raises rules.NotAllowed, with a sentence, for what must not leave the house.
    """
    rows = [_row(person, key, profile.COMPLETED, statements.completed(person.pk, key, module, at), at)]
    if module.get("passed"):
        test = f"{key}:passed"
        rows.append(_row(person, test, profile.PASSED, statements.passed(person.pk, test, module, at), at))
    _store(rows)


def queue_satisfied(person: Person, *, key: str, path: PathDone, at: datetime) -> None:
    """Everything a path asks for holds. Idempotent on `key`; raises as `queue_completed`."""
    _store([_row(person, key, profile.SATISFIED, statements.satisfied(person.pk, key, path, at), at)])


def _row(person: Person, key: str, verb: VerbTerm, built: Built, at: datetime) -> Statement:
    return Statement(
        id=built["id"],
        person=person,
        key=key,
        verb=verb.name,
        text=statements.encode(built),
        stored_at=at,
        next_try_at=at,
    )


def _store(rows: list[Statement]) -> None:
    # A key used before keeps its first statement: what was sent must not change afterwards.
    Statement.objects.bulk_create(rows, ignore_conflicts=True)
