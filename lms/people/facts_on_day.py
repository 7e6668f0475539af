"""What is true of people on a day. Constant numbers of queries, whatever the size of the organisation.

`day` is a calendar day in the person's zone: `today(person, at)` says which. Nothing here asks who may know:
that is the views' duty (`permissions`, and `reports_of` as the fence around a manager).
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import DateField, Q, QuerySet, UUIDField
from django.db.models.expressions import RawSQL

from lms.people import names
from lms.people.models import Employment, ExternalId, Leave, OrgUnit, Person, Placement, ReportingLine, User
from lms.people.models import known_at as believed_at
from lms.people.prepared import Prepared, slot
from lms.people.zones import NO_ZONE, day_by, known_zone

ON = slot("day", DateField())
PERSON = slot("person")
LEADS = Prepared(lambda: ReportingLine.objects.on(ON).filter(manager=slot("manager")).values_list("pk", flat=True)[:1])
SPANS = Prepared(lambda: Employment.objects.current().filter(person=PERSON).values_list("true_from", "true_to", "zone"))
EMPLOYED = Prepared(
    lambda: Employment.objects.on(ON).filter(person=PERSON).select_related("entity").order_by("-true_from")
)
PLACED = Prepared(lambda: Placement.objects.on(ON).filter(person=PERSON).select_related("unit").order_by("-true_from"))


class Absence(NamedTuple):
    """Both days included."""

    first: date
    last: date


def employment_on(person: Person, day: date) -> Employment | None:
    return EMPLOYED.get(person=person.pk, day=day)


def zone_of(person: Person, day: date) -> str:
    """The zone of the employment on that day; before the first or after the last, that of the nearest one; else UTC."""
    spans = SPANS(person=person.pk)
    return known_zone(min(((_distance(start, end, day), zone) for start, end, zone in spans), default=(0, NO_ZONE))[1])


def today(person: Person, at: datetime) -> date:
    """The calendar day it is for this person at that instant; a move acts on their own day (S17)."""
    return day_by([(start, zone) for start, _end, zone in SPANS(person=person.pk)], at)


def entity_of(person: Person, day: date) -> OrgUnit | None:
    employment = employment_on(person, day)
    return employment.entity if employment else None


def unit_of(person: Person, day: date) -> OrgUnit | None:
    placement = PLACED.get(person=person.pk, day=day)
    return placement.unit if placement else None


def ledger_subject(person: Person, day: date) -> dict[str, str]:
    """Whom a ledger entry is about, as they were on that day; can be erased."""
    unit = unit_of(person, day)
    return subject_named(person, unit.name if unit else "", names.staff_number(person.pk))


def subject_named(person: Person, unit: str, staff_number: str) -> dict[str, str]:
    """The same where the unit and the staff number are known already; who has no number is named without."""
    named = {"person": str(person.pk), "name": person.name, "unit": unit}
    return named | {"staff_number": staff_number} if staff_number else named


def is_manager(person: Person, day: date) -> bool:
    """Of anybody, as line or functional manager."""
    return LEADS.get(manager=person.pk, day=day) is not None


def reports_of(manager: Person, day: date) -> QuerySet[Person]:
    """The whole line below, and whoever reports to `manager` directly as functional manager. One query.

    UNION drops whom the walk has met, so that even a circle in the data ends; a circle never makes anybody
    their own report.
    """
    functional = ReportingLine.objects.on(day).filter(manager=manager, kind=ReportingLine.Kind.FUNCTIONAL)
    below = Q(pk__in=_line_below(manager, day)) | Q(pk__in=functional.values("person"))
    return Person.objects.filter(below).exclude(pk=manager.pk).order_by("family_name", "given_name", "pk")


def managers_of(people: QuerySet[Person], day: date) -> QuerySet[Person]:
    """Whoever `reports_of` gives any of these people on that day. One query, by the ORM's own and the line upwards."""
    functional = ReportingLine.objects.on(day).filter(kind=ReportingLine.Kind.FUNCTIONAL, person__in=people)
    above = Q(pk__in=_line_above(people, day)) | Q(pk__in=functional.values("manager"))
    return Person.objects.filter(above)


def reports_to_between(person: Person, manager: Person, start: date, end: date | None) -> bool:
    """Whether on any day of [start, end) `manager` stands anywhere above `person` in the line. One query.

    Each step upwards keeps the days its lines have in common, so that two lines that never hold on the same day are no
    chain. SQL by hand, because the ORM has no recursive query.
    """
    lines = connection.ops.quote_name(ReportingLine._meta.db_table)
    sql = f"""
        WITH RECURSIVE above(id, since, until) AS (
            SELECT CAST(%s AS {_uuid_type()}), CAST(%s AS {_date_type()}), CAST(%s AS {_date_type()})
            UNION
            SELECT line.manager_id,
                CASE WHEN line.true_from > above.since THEN line.true_from ELSE above.since END,
                CASE WHEN line.true_to IS NULL OR line.true_to > above.until THEN above.until ELSE line.true_to END
            FROM {lines} AS line JOIN above ON line.person_id = above.id
            WHERE line.known_to IS NULL AND line.kind = %s AND line.true_from < above.until
                AND (line.true_to IS NULL OR line.true_to > above.since)
        ) SELECT COUNT(*) FROM above JOIN {lines} AS line ON line.person_id = above.id
        WHERE line.manager_id = %s AND line.known_to IS NULL AND line.kind = %s AND line.true_from < above.until
            AND (line.true_to IS NULL OR line.true_to > above.since)"""  # noqa: S608 - names of our own columns
    kind, field = str(ReportingLine.Kind.LINE), DateField()
    bounds = [_prepared(field, start), _prepared(field, end or date.max)]
    with connection.cursor() as cursor:
        params = [_prepared(UUIDField(), person.pk), *bounds, kind, _prepared(UUIDField(), manager.pk), kind]
        cursor.execute(sql, params)
        return bool(cursor.fetchone()[0])


def leaves_of(
    people: Iterable[Person] | QuerySet[Person], known_at: datetime | None = None
) -> dict[uuid.UUID, list[Absence]]:
    """The leaves of these people, in order; `known_at` asks what was believed at that instant. One query."""
    found: dict[uuid.UUID, list[Absence]] = defaultdict(list)
    chosen = people if isinstance(people, QuerySet) else list(people)
    rows = Leave.objects.filter(believed_at(known_at), person__in=chosen).order_by("first_day", "last_day")
    for person, first, last in rows.values_list("person_id", "first_day", "last_day"):
        found[person].append(Absence(first, last))
    return dict(found)


def search_people(text: str) -> QuerySet[Person]:
    """People all of whose given words stand in their name, or whose staff number or e-mail the text is."""
    words = text.split()
    if not words:
        return Person.objects.none()
    by_name = Q()
    for word in words:
        by_name &= Q(given_name__icontains=word) | Q(family_name__icontains=word)
    whole = text.strip()
    by_key = Q(external_ids__key__iexact=whole) | Q(user__staff_number__iexact=whole) | Q(email__iexact=whole)
    return Person.objects.filter(by_name | by_key).distinct().order_by("family_name", "given_name", "pk")


def people_numbered(number: str) -> QuerySet[Person]:
    """Whoever has this staff number, at the login or in a feed."""
    whole = number.strip()
    held = Q(external_ids__key__iexact=whole) | Q(user__staff_number__iexact=whole)
    return Person.objects.filter(held).distinct()


def staff_numbers(people: Iterable[Person]) -> dict[uuid.UUID, str]:
    """Of those who have one: as the directory calls them, else as their login. Two queries."""
    ids = [person.pk for person in people]
    by_login = User.objects.filter(person__in=ids).values_list("person", "staff_number")
    by_feed = ExternalId.objects.filter(person__in=ids).order_by("-feed", "-key").values_list("person", "key")
    return {**dict(by_login), **dict(by_feed)}


def employed_on(day: date) -> QuerySet[Person]:
    """Everybody with an employment on that day."""
    return Person.objects.filter(pk__in=Employment.objects.on(day).values("person"))


def _distance(start: date, end: date | None, day: date) -> int:
    if day < start:
        return (start - day).days
    return (day - end).days + 1 if end and day >= end else 0


def _line_below(manager: Person, day: date) -> RawSQL:
    """A subquery of person ids. SQL by hand, because the ORM has no recursive query."""
    lines = connection.ops.quote_name(ReportingLine._meta.db_table)
    live = "known_to IS NULL AND kind = %s AND true_from <= %s AND (true_to IS NULL OR true_to > %s)"
    on = _prepared(DateField(), day)
    where = [str(ReportingLine.Kind.LINE), on, on]
    sql = f"""
        WITH RECURSIVE below(id) AS (
            SELECT person_id FROM {lines} WHERE manager_id = %s AND {live}
            UNION
            SELECT line.person_id FROM {lines} AS line JOIN below ON line.manager_id = below.id WHERE {live}
        ) SELECT id FROM below"""  # noqa: S608 - only names of our own columns are put in; values are parameters
    params = [_prepared(UUIDField(), manager.pk), *where, *where]
    return RawSQL(sql, params, output_field=UUIDField())  # noqa: S611 - as above


def _line_above(people: QuerySet[Person], day: date) -> RawSQL:
    """The same upwards, from many people at once."""
    lines = connection.ops.quote_name(ReportingLine._meta.db_table)
    live = "known_to IS NULL AND kind = %s AND true_from <= %s AND (true_to IS NULL OR true_to > %s)"
    on = _prepared(DateField(), day)
    where = [str(ReportingLine.Kind.LINE), on, on]
    chosen, params = people.order_by().values("pk").query.sql_with_params()
    sql = f"""
        WITH RECURSIVE above(id) AS (
            SELECT manager_id FROM {lines} WHERE person_id IN ({chosen}) AND {live}
            UNION
            SELECT line.manager_id FROM {lines} AS line JOIN above ON line.person_id = above.id WHERE {live}
        ) SELECT id FROM above"""  # noqa: S608 - names of our own columns and the ORM's own query
    return RawSQL(sql, [*params, *where, *where], output_field=UUIDField())  # noqa: S611 - as above


def _uuid_type() -> str:
    return "uuid" if connection.vendor == "postgresql" else "text"


def _date_type() -> str:
    return "date" if connection.vendor == "postgresql" else "text"


def _prepared(field: Any, value: Any) -> Any:
    return field.get_db_prep_value(value, connection)
