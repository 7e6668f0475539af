"""The limit itself: it sees, it refuses, and it reaches other threads."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from django.db import connection

from lms.people.models import Person
from tests.parameters import LIMIT, MOST

pytestmark = pytest.mark.django_db

TOO_MANY = range(MOST + 1)


@pytest.fixture(autouse=True)
def _expected() -> Iterator[None]:
    """What these tests provoke does not fail them afterwards."""
    yield
    LIMIT.refused.clear()


def test_a_list_of_thousands_is_refused() -> None:
    people = Person.objects.filter(given_name__in=map(str, TOO_MANY))
    for ask in (
        people.count,
        lambda: list(people),
        lambda: people._raw_delete("default"),
        lambda: people.update(language="fr"),
    ):
        with pytest.raises(AssertionError, match=r"200[12] parameters, more than 2000"):
            ask()
    assert len(LIMIT.refused) == 4


def test_the_limit_itself_is_allowed() -> None:
    assert Person.objects.filter(given_name__in=map(str, range(MOST))).count() == 0


def test_other_threads_are_watched() -> None:
    found: list[bool] = []

    def look() -> None:
        connection.ensure_connection()
        found.append(LIMIT in connection.execute_wrappers)
        connection.close()

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert found == [True]
