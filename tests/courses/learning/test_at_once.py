"""Two tabs at the very same moment, on a database that lets two transactions run side by side."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import connection

from certification.ledger.models import Pending
from content import texts
from content.facts import resolving
from courses.completions import seam
from courses.completions.items import module_item, text_shown
from courses.completions.models import Completion
from courses.learning import enrolments, flow
from courses.learning.models import Enrolment
from quizzes.models import Attempt
from tests.courses.learning import factories
from tests.factories import make_person
from tests.quizzes.factories import right_answers, wrong_answers

AT = datetime(2026, 10, 1, 9, 0, tzinfo=UTC)

pytestmark = [
    pytest.mark.postgres("two transactions side by side, which SQLite has not"),
    pytest.mark.django_db(transaction=True),
]


def together(*actions: Callable[[], object]) -> None:
    """All actions at once, each in its own thread and connection; what one raises fails the test."""
    gate, errors = threading.Barrier(len(actions)), []

    def run(action: Callable[[], object]) -> None:
        try:
            gate.wait()
            action()
        except Exception as error:  # handed to the test's own thread below
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(action,)) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


def way() -> Enrolment:
    return enrolments.start(make_person(), factories.taught(sections=1).module, AT)


def right(begun: Enrolment) -> dict[str, list[str]]:
    assert begun.edition.quiz_edition
    return right_answers(begun.edition.quiz_edition)


def test_the_last_section_and_the_quiz_at_once_complete_the_module_once() -> None:
    begun = way()
    together(
        lambda: flow.finish_section(begun, "s1", "en", AT),
        lambda: flow.submit(begun, flow.sheet_for(begun, 1, right(begun), AT), "en", AT),
    )
    assert Completion.objects.count() == 1
    assert Pending.objects.filter(kind="completion").count() == 1


def test_two_submissions_at_once_are_one() -> None:
    begun = way()
    flow.finish_section(begun, "s1", "en", AT)
    together(*[lambda: flow.submit(begun, flow.sheet_for(begun, 1, right(begun), AT), "en", AT)] * 4)
    assert Attempt.objects.count() == 1
    assert Completion.objects.count() == 1


def test_two_different_submissions_at_once_leave_one_consistent_result() -> None:
    begun = way()
    assert begun.edition.quiz_edition
    wrong = wrong_answers(begun.edition.quiz_edition)
    together(
        lambda: flow.submit(begun, flow.sheet_for(begun, 1, right(begun), AT), "en", AT),
        lambda: flow.submit(begun, flow.sheet_for(begun, 1, wrong, AT), "en", AT),
    )
    attempt = Attempt.objects.get()
    assert attempt.passed is (attempt.right == 3)
    assert attempt.responses.filter(right=True).count() == attempt.right


def test_starting_in_two_tabs_at_once_is_one_enrolment() -> None:
    person, module = make_person(), factories.taught(sections=1).module
    together(*[lambda: enrolments.start(person, module, AT)] * 4)
    assert Enrolment.objects.count() == 1


def test_the_same_evidence_twice_at_once_is_one_completion() -> None:
    person, edition = make_person(), factories.taught(sections=1, questions=0)
    text = texts.text_for(edition, "en")
    facts = resolving.resolve_facts(text, None, AT)

    def record() -> None:
        seam.complete(
            person,
            module_item(edition.module),
            shown=text_shown(text, facts),
            evidence="test:1",
            effective_on=AT.date(),
            at=AT,
        )

    together(*[record] * 4)
    assert Completion.objects.count() == 1
    assert Pending.objects.filter(kind="completion").count() == 1
