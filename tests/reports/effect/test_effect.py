"""Figures about groups: nobody below ten, no two reports that differ by a few, completers and others together."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from content.editions import Module
from courses.completions.models import Completion
from courses.learning import enrolments, flow
from courses.learning.models import Enrolment
from courses.player import pretest
from lms.people.groups import AUDITOR, GOVERNANCE, REVIEWER
from lms.reports.effect import figures
from lms.reports.indicators import gathering, indicator_register, snapshots
from lms.reports.indicators.models import Snapshot
from quizzes import attempts
from quizzes.lab_models import LabBlock, LabSitting, Trial
from tests.courses.learning import factories
from tests.factories import AT, make_person, make_user, sign_in
from tests.quizzes.factories import right_answers, wrong_answers

pytestmark = pytest.mark.django_db


@pytest.fixture
def module() -> Module:
    return factories.taught("m60", sections=1, questions=0).module


def begin(module: Module, count: int, *, done: bool = False) -> list[Enrolment]:
    ways = [enrolments.start(make_person(f"P{uuid4()}"[:20]), module, AT) for _ in range(count)]
    for way in ways if done else ():
        flow.finish_section(way, "s1", "en", AT)
    return ways


def published(module: Module, measure: str = "completion") -> Snapshot | None:
    return Snapshot.objects.filter(module=module.code, measure=measure).order_by("taken_on").last()


def test_completers_stand_beside_those_who_did_not_complete(module: Module) -> None:
    begin(module, 12, done=True)
    begin(module, 11)
    snapshots.publish_snapshots_due(AT)
    row = published(module)
    assert row
    assert row.shown["completed"] == 12
    assert (row.rest, row.total) == (11, 23)  # nobody has not begun: that group hides, and the next smallest with it


def test_small_groups_hide_and_take_the_next_smallest_with_them(module: Module) -> None:
    begin(module, 12, done=True)
    begin(module, 7)
    snapshots.publish_snapshots_due(AT)
    row = published(module)
    assert row
    assert row.shown == {"completed": None, "begun": None, "not-begun": None} or row.shown["begun"] is None
    assert (row.total, 7 in row.shown.values()) == (19, False)


def test_nearly_all_may_be_said_where_the_groups_are_hidden(module: Module) -> None:
    begin(module, 39, done=True)
    begin(module, 1)
    snapshots.publish_snapshots_due(AT)
    row = published(module)
    assert row
    assert (set(row.shown.values()), row.total, row.near) == ({None}, 40, "above")
    assert figures.share_in_words(indicator_register.BY_KEY["completion"], row) == "over 95 %"


def test_nearly_all_of_a_small_group_is_a_wider_band(module: Module) -> None:
    begin(module, 12, done=True)
    snapshots.publish_snapshots_due(AT)
    row = published(module)
    assert row
    assert figures.share_in_words(indicator_register.BY_KEY["completion"], row) == "over 83 %"  # 10, 11 or 12 of 12


def test_nothing_is_said_of_a_share_between(module: Module) -> None:
    begin(module, 32, done=True)
    begin(module, 8)
    snapshots.publish_snapshots_due(AT)
    row = published(module)
    assert row
    assert (row.near, figures.share_in_words(indicator_register.BY_KEY["completion"], row)) == ("", "")


def test_a_report_that_would_tell_of_a_few_is_not_published(module: Module) -> None:
    begin(module, 40, done=True)
    begin(module, 15)
    snapshots.publish_snapshots_due(AT)
    begin(module, 3, done=True)
    assert snapshots.publish_snapshots_due(AT + timedelta(days=7)) == 0
    begin(module, 20, done=True)
    assert snapshots.publish_snapshots_due(AT + timedelta(days=7)) == 1


def test_it_is_published_once_a_week(module: Module) -> None:
    begin(module, 40, done=True)
    begin(module, 15)
    assert snapshots.publish_snapshots_due(AT) == 1
    begin(module, 40, done=True)
    assert snapshots.publish_snapshots_due(AT + timedelta(days=6)) == 0
    assert snapshots.publish_snapshots_due(AT + timedelta(days=7)) == 1


def test_the_gain_is_that_of_the_first_sittings(db: None) -> None:
    edition = factories.taught("m61", sections=1, questions=3)
    quiz = edition.quiz_edition
    assert quiz
    quiz.keys["pretest"] = True
    quiz.save(update_fields=["keys"])
    for number in range(3):
        way = enrolments.start(make_person(f"G{number}"), edition.module, AT)
        before = attempts.coming(
            way.person, pretest.pretest_subject(way), quiz, 0, attempts.seed_of(enrolments.subject(way))
        )
        before.purpose = before.Purpose.PRE
        attempts.submit(attempts.checked(attempts.begin(before, AT), wrong_answers(quiz)), AT)
        flow.submit(way, flow.sheet_for(way, 1, right_answers(quiz) if number else wrong_answers(quiz), AT), "en", AT)
    bands = gathering.gain(edition.module)
    assert {name: len(people) for name, people in bands.items()} == {"lost": 1, "some": 0, "half": 0, "most": 2}


def decided(module: Module, followed: int, refused: int) -> None:
    """A finished part one with so many wrong advices followed and right ones refused."""
    (way,) = begin(module, 1)
    sitting = LabSitting.objects.create(
        person=way.person, subject=str(way.pk), family="expense_claims", bank_sha256="", seed="x",
        conditions={"mode": "decide-first", "rationale": True, "confidence": "none"}, started_on=AT.date(),
    )  # fmt: skip
    block = LabBlock.objects.create(sitting=sitting, part="block-a", finished_on=AT.date())
    for place in range(1, 25):
        wrong = place <= 8
        follows = place <= followed if wrong else place > 8 + refused
        Trial.objects.create(
            block=block, place=place, case=f"c{place}", truth=True, advice=not wrong, advised=True,
            initial=True, final=(not wrong) == follows,
        )  # fmt: skip


def test_reliance_is_counted_on_both_sides(module: Module) -> None:
    for followed, refused in ((2, 4), (3, 4), (2, 5)):
        decided(module, followed, refused)
    assert {name: len(people) for name, people in gathering.ended_with_wrong_advice("block-a")(module).items()} == {
        "within": 2,
        "beyond": 1,
    }
    assert {name: len(people) for name, people in gathering.ended_against_right_advice("block-a")(module).items()} == {
        "within": 2,
        "beyond": 1,
    }


def test_who_errs_alone_ends_with_wrong_advice_and_the_register_says_that_this_counts(module: Module) -> None:
    """The count is that of the first day, so that every published figure stays comparable; its words say what it is."""
    decided(module, 3, 0)
    Trial.objects.filter(place__lte=3).update(initial=False)  # wrong before the advice was seen
    gathered = indicator_register.BY_KEY["over-block-a"].gather(module, None)
    assert {name: len(people) for name, people in gathered.items()} == {"within": 0, "beyond": 1}
    for key in (f"{side}-{part}" for side in ("over", "under") for part in ("block-a", "block-b", "follow-30")):
        entry = indicator_register.BY_KEY[key]
        assert str(entry.name).startswith("Ended ")
        assert "not what the advice did" in entry.limits
        assert ("own errors included" in entry.formula) == key.startswith("over")
        assert ("cannot be compared" in entry.limits) == key.endswith("follow-30")


def test_the_page_is_governances_alone_and_holds_no_person(client: Client, module: Module) -> None:
    ways = begin(module, 30, done=True)
    snapshots.publish_snapshots_due(AT)
    browser = sign_in(client, make_user(GOVERNANCE))
    page = browser.get(reverse("effect")).content.decode()
    assert "M60" in page
    assert ">30<" in page
    assert ways[0].person.given_name not in page
    for group in (REVIEWER, AUDITOR):
        assert sign_in(Client(), make_user(group)).get(reverse("effect")).status_code == 403


def test_a_register_entry_says_what_it_counts_and_where_it_ends() -> None:
    for each in indicator_register.REGISTER:
        assert all(map(str, (each.formula, each.goal, each.population, each.excluded, each.limits)))
        assert each.reached < set(each.bands)
    assert len({each.key for each in indicator_register.REGISTER}) == len(indicator_register.REGISTER)


def test_more_people_cost_no_query_more(module: Module) -> None:
    begin(module, 12, done=True)
    counts = []
    for more in (0, 10):
        begin(module, more, done=True)
        with CaptureQueriesContext(connection) as queries:
            [each.gather(module, None) for each in indicator_register.REGISTER]
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert Completion.objects.count() == 22
