"""`make bench-audit`: what the auditor's searches cost over a large ledger, as unions and, in the same run, with OR.

PostgreSQL only (DATABASE_URL). ENTRIES (300000) about PEOPLE (20000): every fifth is a completion of a module of "p2",
every fifth names the path "p1" or "p2". Wall milliseconds for what a page asks, its count and its first 25 rows; the
median of ROUNDS. A form with OR that takes longer than GIVE_UP seconds is cut off there. The last line is one JSON
object. The rows are no ledger that could be verified: there is no tree over them.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings")
import tests.environment  # noqa: F401  isort: skip

import django

django.setup()

from django.db import OperationalError, connection  # noqa: E402
from django.db.models import Exists, OuterRef, Q, QuerySet  # noqa: E402

from certification.ledger.models import Entry, EntryPart, Member, Opening  # noqa: E402
from courses.completions.models import Completion  # noqa: E402
from courses.paths.models import PathLeaf  # noqa: E402
from lms.people import facts_on_day  # noqa: E402
from lms.people.models import Person  # noqa: E402
from lms.reports.audit import searching  # noqa: E402
from tests import databases  # noqa: E402
from tests.bench import team  # noqa: E402

ENTRIES = int(os.environ.get("ENTRIES", "300000"))
GIVE_UP = 60
ROUNDS = 3
LEDGER = """
    INSERT INTO certification_entry (seq, uuid, kind, at, sequenced_at, ref, leaf, leaf_hash)
    SELECT n, md5('e' || n)::uuid, CASE n %% 5 WHEN 0 THEN 'completion' WHEN 1 THEN 'assignment.open' ELSE 'other' END,
           now(), now(), NULL, '', '' FROM generate_series(1, %(entries)s) n;
    INSERT INTO certification_opening (entry, part, person, value, salt)
    SELECT md5('e' || n)::uuid, 'subject', md5('p' || n %% %(people)s + 1)::uuid, '{"person":"p"}', ''::bytea
    FROM generate_series(1, %(entries)s) n
    UNION ALL
    SELECT md5('e' || n)::uuid, 'actor', NULL, '{"role":"system"}', ''::bytea FROM generate_series(1, %(entries)s) n
    UNION ALL
    SELECT md5('e' || n)::uuid, 'payload', NULL, CASE WHEN n %% 5 = 1
           THEN '{"because":[],"cycle":"hire:2026-10-01","path":{"key":"p' || n %% 2 + 1 || '","number":1}}'
           ELSE '{"code":"m01","text_sha256":"' || repeat(md5(n::text), 2) || '"}' END, ''::bytea
    FROM generate_series(1, %(entries)s) n;
"""
COMPLETIONS = """
    INSERT INTO {table} (id, person_id, item, module_id, text_id, facts_sha256, evidence, evidence_sha256, required_by,
                         effective_on, recorded_at, entry)
    SELECT md5('c' || n)::uuid, md5('p' || n %% %(people)s + 1)::uuid, 'module', %(module)s, %(text)s, '', 'c' || n, '',
           '[]', '2026-10-20', now(), md5('e' || n)::uuid FROM generate_series(5, %(entries)s, 5) n;
"""
WANTED = {"q": "", "reason": "The yearly audit", "path": "", "kind": "", "since": None, "until": None}
SEARCHES = {
    "name": {"q": "given17"},
    "one person": {"q": "family77"},
    "number": {"q": "#4711"},
    "training": {"path": "p2"},
    "name and training": {"q": "given17", "path": "p2"},
}


def main() -> None:
    if connection.vendor != "postgresql":
        sys.exit("This benchmark needs PostgreSQL: set DATABASE_URL.")
    copy = databases.copy()
    copy.set_up()
    try:
        build()
        report(
            {name: measure({**WANTED, **asked}) for name, asked in SEARCHES.items()} | {"person page": person_page()}
        )
    finally:
        copy.tear_down()


def build() -> None:
    team.build()
    module = PathLeaf.objects.get(version__path__key="p2").module
    text = module.editions.get().texts.first()
    assert text is not None
    values = {"entries": ENTRIES, "people": team.PEOPLE, "module": module.pk, "text": text.pk}
    with connection.cursor() as cursor:
        cursor.execute(LEDGER, values)
        cursor.execute(COMPLETIONS.format(table=Completion._meta.db_table), values)
        cursor.execute("VACUUM ANALYZE")


def measure(wanted: dict[str, Any]) -> dict[str, Any]:
    return compared(lambda: asked(with_or(wanted)), lambda: asked(searching.find_entries(wanted).entries))


def person_page() -> dict[str, Any]:
    somebody = Person.objects.get(family_name="Family77").pk
    before = Entry.objects.filter(about([somebody])).order_by("-seq")
    return compared(lambda: asked(before), lambda: asked(Entry.objects.about(somebody).order_by("-seq")))


def compared(before: Any, now: Any) -> dict[str, Any]:
    found = now()
    now_ms = team.median(now, ROUNDS)
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"SET statement_timeout = {GIVE_UP * 1000}")
        if before() != found:
            sys.exit("The two forms find different entries.")
        before_ms = team.median(before, ROUNDS)
    except OperationalError:
        before_ms = GIVE_UP * 1000.0
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
    return {"found": found[0], "with_or_ms": before_ms, "union_ms": now_ms, "ratio": round(now_ms / before_ms, 4)}


def asked(entries: QuerySet[Entry]) -> tuple[int, list[int]]:
    return entries.count(), list(entries.values_list("seq", flat=True)[:25])


def with_or(wanted: dict[str, Any]) -> QuerySet[Entry]:
    """The same question as it was asked before: two subqueries with OR between them."""
    entries = Entry.objects.order_by("-seq")
    if wanted["path"]:
        names_it = Q(value__contains=f'"key":"{wanted["path"]}"') | Q(value__contains=f'"path":"{wanted["path"]}"')
        payloads = Opening.objects.filter(names_it, entry=OuterRef("uuid"), part=EntryPart.PAYLOAD)
        done = Completion.objects.filter(module__leaves__version__path__key=wanted["path"]).values("entry")
        entries = entries.filter(Q(Exists(payloads)) | Q(uuid__in=done))
    if wanted["q"]:
        same = about(facts_on_day.search_people(wanted["q"]).order_by().values("pk"))
        number = wanted["q"].lstrip("#")
        entries = entries.filter(same | Q(seq=int(number)) if number.isdigit() else same)
    return entries


def about(people: Any) -> Q:
    alone = Opening.objects.filter(entry=OuterRef("uuid"), part=EntryPart.SUBJECT, person__in=people)
    listed = Member.objects.filter(entry=OuterRef("uuid"), person__in=people)
    return Q(Exists(alone)) | Q(Exists(listed))


def report(found: dict[str, dict[str, Any]]) -> None:
    for name, figures in found.items():
        print(f"{name}: " + ", ".join(f"{key} {value}" for key, value in figures.items()))
    print(json.dumps({"database": connection.vendor, "entries": ENTRIES, "people": team.PEOPLE, **found}))


if __name__ == "__main__":
    main()
