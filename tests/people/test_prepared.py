"""A prepared query gives what the queryset it was made from gives, for every value, and asks once."""

from __future__ import annotations

import re
import uuid
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db.models import BigIntegerField, CharField, Count, DateField

from lms.people.models import Employment, Person, User
from lms.people.prepared import Prepared, slot
from tests.factories import make_person, make_user

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.django_db


def columns(row: Any) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_rows_are_what_the_orm_makes_of_them(django_assert_num_queries: Any) -> None:
    one, two = make_user(given_name="Amina"), make_user(given_name="Bo")
    asked = Prepared(lambda: User.objects.select_related("person").filter(pk=slot("pk", BigIntegerField())))
    for user in (one, two, one):
        with django_assert_num_queries(1):
            found = asked.get(pk=user.pk)
            assert found is not None
            who = columns(found.person)
        assert who == columns(Person.objects.get(pk=user.person_id))
        assert columns(found) == columns(User.objects.get(pk=user.pk))
        assert not found._state.adding
    assert asked.get(pk=0) is None


def test_one_value_may_stand_in_several_places() -> None:
    person = make_person("Amina", hired=date(2026, 1, 1))
    day = slot("day", DateField())
    asked = Prepared(lambda: Employment.objects.on(day).filter(person=slot("person")).select_related("entity"))
    assert asked(person=person.pk, day=date(2025, 12, 31)) == []
    assert asked(person=person.pk, day=date(2026, 1, 1)) == list(Employment.objects.filter(person=person))


def test_tuples_and_single_values_come_as_python_values() -> None:
    person = make_person("Amina")
    make_person("Bo")
    named = slot("name", CharField())
    pairs = Prepared(lambda: Person.objects.filter(given_name=named).values_list("pk", "created_at"))
    single = Prepared(lambda: Person.objects.filter(given_name=named).values_list("pk", flat=True))
    assert pairs(name="Amina") == [(person.pk, person.created_at)]
    assert single(name="Amina") == [person.pk]
    assert isinstance(single(name="Amina")[0], uuid.UUID)
    assert single(name="Bo'); DROP TABLE people_person; --") == []


def test_none_is_another_query_and_is_refused() -> None:
    asked = Prepared(lambda: Person.objects.filter(pk=slot("pk")))
    with pytest.raises(ValueError, match="pk is None"):
        asked(pk=None)


def test_what_cannot_be_prepared_is_refused() -> None:
    with pytest.raises(TypeError, match="plain columns"):
        Prepared(lambda: Person.objects.filter(pk=slot("pk")).annotate(n=Count("employments")))(pk=uuid.uuid4())
    with pytest.raises(TypeError, match="plain columns"):
        Prepared(lambda: Person.objects.filter(pk=slot("pk")).values("pk"))(pk=uuid.uuid4())


def test_every_prepared_query_has_its_figure() -> None:
    """What is not worth half a per cent of a page that `make bench` measures is an ordinary queryset."""
    prepared = set()
    for package in ("certification", "content", "courses", "lms", "quizzes"):
        for file in (ROOT / package).rglob("*.py"):
            module = ".".join(file.relative_to(ROOT).with_suffix("").parts)
            prepared |= {f"{module}.{name}" for name in re.findall(r"^(\w+) = Prepared\(", file.read_text(), re.M)}
    figures = (ROOT / "docs/adr/0005-what-a-page-computes-once.md").read_text()
    assert prepared == set(re.findall(r"^\| `([\w.]+)` \|", figures, re.M))
