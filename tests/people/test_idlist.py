"""Any number of ids is one parameter, and finds what the ids themselves would find."""

from __future__ import annotations

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lms.people.idlist import IdList
from lms.people.models import Person, Placement
from tests.factories import AT, make_person

pytestmark = pytest.mark.django_db


def names(ids: IdList) -> set[str]:
    return set(Person.objects.filter(ids.among("pk")).values_list("given_name", flat=True))


def test_the_rows_found_are_found_again() -> None:
    make_person("Ada"), make_person("Bo"), make_person("Cy")
    assert names(IdList.found_by(Person.objects.exclude(given_name="Bo"))) == {"Ada", "Cy"}


def test_ids_from_python_find_their_rows() -> None:
    ada, _bo = make_person("Ada"), make_person("Bo")
    assert names(IdList.holding([ada.pk, uuid.uuid4()])) == {"Ada"}


@pytest.mark.parametrize("nobody", [Person.objects.none(), Person.objects.filter(given_name="Zoé")])
def test_nobody_is_a_list_too(nobody: object) -> None:
    make_person("Ada")
    assert names(IdList.found_by(nobody)) == set()
    assert names(IdList.holding([])) == set()


def test_it_stands_for_a_foreign_key_and_in_an_exclude() -> None:
    ada, bo = make_person("Ada", hired=AT.date()), make_person("Bo", hired=AT.date())
    ids = IdList.holding([ada.pk])
    assert [row.person for row in Placement.objects.filter(ids.among("person"))] == [ada]
    assert [row.person for row in Placement.objects.exclude(ids.among("person"))] == [bo]


def test_five_thousand_ids_are_one_parameter() -> None:
    Person.objects.bulk_create(Person(given_name="P", family_name="Q", created_at=AT) for _ in range(5000))
    ids = IdList.found_by(Person.objects.all())
    rows = Person.objects.filter(ids.among("pk"))
    assert len(rows.query.sql_with_params()[1]) == 1
    with CaptureQueriesContext(connection) as captured:
        assert rows.count() == 5000
    assert len(captured) == 1
