"""Rows in the caller's transaction, once per key."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import transaction

from lms.people.models import Person
from lms.xapi.models import Statement
from lms.xapi.outbox import queue_completed, queue_satisfied
from lms.xapi.statement_rules import NotAllowed
from lms.xapi.statements import ModuleDone, PathDone
from tests.xapi.conftest import AT


def test_a_completion_with_a_passed_test_makes_two_statements(learner: Person, module: ModuleDone) -> None:
    queue_completed(learner, key="completion:1", module=module, at=AT)

    rows = Statement.objects.of(learner).order_by("verb")
    assert [(row.verb, row.key) for row in rows] == [
        ("completed", "completion:1"),
        ("passed", "completion:1:passed"),
    ]
    for row in rows:
        assert json.loads(row.text)["id"] == str(row.id)
        assert row.next_try_at == AT


def test_without_a_test_nothing_is_said_to_be_passed(learner: Person, module: ModuleDone) -> None:
    queue_completed(learner, key="completion:1", module=module | {"passed": False}, at=AT)

    assert [row.verb for row in Statement.objects.all()] == ["completed"]


def test_the_first_statement_of_a_key_stays(learner: Person, path: PathDone) -> None:
    queue_satisfied(learner, key="assignment:1", path=path, at=AT)
    before = Statement.objects.get().text
    queue_satisfied(learner, key="assignment:1", path=path | {"number": 7}, at=AT)

    assert Statement.objects.get().text == before


def test_one_query_however_many_statements(learner: Person, module: ModuleDone, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        queue_completed(learner, key="completion:1", module=module, at=AT)


def test_a_rolled_back_transaction_leaves_no_statement(learner: Person, module: ModuleDone) -> None:
    with transaction.atomic():
        queue_completed(learner, key="completion:1", module=module, at=AT)
        transaction.set_rollback(True)
    assert not Statement.objects.exists()


def test_neither_name_nor_address_is_stored(learner: Person, module: ModuleDone) -> None:
    queue_completed(learner, key="completion:1", module=module, at=AT)

    for text in Statement.objects.values_list("text", flat=True):
        assert learner.given_name not in text
        assert learner.family_name not in text
        assert learner.email not in text
        assert str(learner.pk) in text


def test_an_empty_title_is_refused_before_anything_is_stored(learner: Person, module: ModuleDone) -> None:
    with pytest.raises(NotAllowed, match=r"object\.definition\.name\.fr must be text"):
        queue_completed(learner, key="completion:1", module=module | {"titles": {"en": "A", "fr": ""}}, at=AT)
    assert not Statement.objects.exists()
