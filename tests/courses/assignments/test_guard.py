"""One cause that would end or move too many waits for a second person (T-19); one odd person stops nobody (S18)."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from certification.ledger.models import EntryPart, Opening, Pending
from content.editions import Module
from courses.assignments import affected, held_back, sync, weighing
from courses.assignments.digest import queue_digests
from courses.assignments.health import look_at_derivations
from courses.assignments.models import Assignment, AssignmentPeriod, Derivation, HeldBack
from courses.assignments.readiness import Readiness
from courses.assignments.status import Status, status_case
from courses.completions.models import Completion
from courses.paths.models import AssignmentRule
from courses.paths.publishing import withdraw_rule
from lms.condition import Condition
from lms.mail.models import Message
from lms.mail.sending import send_due
from lms.people import staffing
from lms.people.changes import caused_by
from lms.people.models import Employment, PeopleChange, Person, User
from tests.courses.assignments.test_scale import crowd
from tests.courses.assignments.world import LONG_AGO, days_pass, done, make_path, make_rule, on
from tests.factories import PASSWORD, make_entity, make_person, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def thirty() -> list[Any]:
    make_path("p1", {"a": 24})
    make_rule("r-01", "p1")
    people = crowd(30, make_entity())
    sync.sync_all(on("2026-10-01"))
    assert Assignment.objects.open().count() == 30
    return people


def test_a_withdrawal_that_ends_too_many_waits(thirty: list[Any]) -> None:
    withdraw_rule(AssignmentRule.objects.get(), on("2026-10-05"), "A mistake.")
    days_pass("2026-10-05", "2026-10-06")
    assert Assignment.objects.open().count() == 30
    held = HeldBack.objects.get()
    assert (held.cause, held.ends, held.applies_to) == ("withdrawal:r-01:1", 30, 30)
    found = Condition()
    look_at_derivations(found)
    assert "withdrawal:r-01:1" in found.alarms[0]


def test_everything_else_goes_on_meanwhile(thirty: list[Any]) -> None:
    make_rule("r-01", "p1", due_days=60, at=on("2026-10-05"))
    late = make_person("Late", hired=on("2026-10-07").date(), at=on("2026-10-07", 6))
    days_pass("2026-10-07")
    assert HeldBack.objects.get().cause == "rule:r-01:2"
    row = Assignment.objects.get(person=late)
    assert (row.state, (row.due - row.anchor).days) == ("open", 30)


def administrators() -> list[Person]:
    return [make_person(name, hired=None) for name in ("Boss", "Other")]


@pytest.fixture
def release(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """By these staff numbers, each with the password that everybody has."""

    def release(*by: str, reason: str = "It is meant so.", answers: str = f"{PASSWORD}\n{PASSWORD}\n") -> None:
        monkeypatch.setattr("sys.stdin", StringIO(answers))
        call_command("release_change", "rule:r-01:2", by=list(by), reason=reason, stdout=StringIO())

    return release


@pytest.fixture
def bosses() -> list[User]:
    found = [make_user(staff_number=number, hired=None) for number in ("A-1", "A-2")]
    User.objects.filter(pk__in=[one.pk for one in found]).update(is_superuser=True)
    return found


def test_somebody_else_than_who_published_it_releases_it(
    thirty: list[Any], release: Callable[..., None], bosses: list[User]
) -> None:
    make_rule("r-01", "p1", due_days=60, at=on("2026-10-05"), by=bosses[0].person)
    days_pass("2026-10-05")
    make_user(staff_number="L-1", hired=None)
    for by, reason, answers, said in (
        ("", "It is meant so.", "", "Say with --by who answers for it"),
        ("A-2", "It is meant so.", "guessed\n", "no administrator who may sign in"),
        ("L-1", "It is meant so.", f"{PASSWORD}\n", "no administrator who may sign in"),
        ("A-2", " ", f"{PASSWORD}\n", "Say in a sentence"),
        ("A-1", "It is meant so.", f"{PASSWORD}\n", "Somebody else than who made the change"),
    ):
        with pytest.raises(CommandError, match=said):
            release(by, reason=reason, answers=answers)
    release("A-2")
    days_pass("2026-10-06")
    assert set(Assignment.objects.open().values_list("due", flat=True)) == {on("2026-12-04").date()}
    held = HeldBack.objects.get()
    assert (held.caused_by, held.released_by) == (bosses[0].person, bosses[1].person)
    with pytest.raises(held_back.NotReleased):
        held_back.release("rule:r-01:2", [bosses[1].person], "Again.", on("2026-10-06"))


def test_what_nobody_is_named_for_takes_two(
    thirty: list[Any], release: Callable[..., None], bosses: list[User]
) -> None:
    make_rule("r-01", "p1", due_days=60, at=on("2026-10-05"))
    days_pass("2026-10-05")
    for by in (["A-1"], ["A-1", "A-1"]):
        with pytest.raises(CommandError, match="give --by twice"):
            release(*by)
    release("A-1", "A-2")
    held = HeldBack.objects.get()
    assert (held.caused_by, held.confirmed_by, held.released_by) == (None, bosses[0].person, bosses[1].person)
    said = Opening.objects.filter(entry=Pending.objects.get(kind=held_back.RELEASE).uuid, person__isnull=False)
    assert {(one.part, one.person) for one in said} == {
        (EntryPart.SUBJECT, bosses[0].person_id),
        (EntryPart.ACTOR, bosses[1].person_id),
    }


def test_a_block_that_would_take_back_too_much_waits(thirty: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Found later, it has stood since before they were hired: what they were asked for is not taken back unseen."""
    entity = Employment.objects.filter(person=thirty[0]).get().entity
    monkeypatch.setattr(Readiness, "_problems", lambda *rest: [{"module": "a", "missing": ["policy"]}])
    monkeypatch.setattr(Readiness, "_since", lambda *rest: on("2026-09-20"))
    make_path("p1", {"a": 24, "b": 24}, at=on("2026-10-05"))
    sync.sync_due(on("2026-10-05"))
    held = HeldBack.objects.get(cause=affected.block_cause("p1", entity.code, on("2026-09-20")))
    assert (held.ends, held.applies_to) == (30, 30)
    assert Assignment.objects.open().count() == 30
    held_back.release(held.cause, administrators()[:1], "It is so.", on("2026-10-05", 10))
    sync.sync_due(on("2026-10-05", 11))
    assert not Assignment.objects.open().exists()


def test_few_are_written_at_once() -> None:
    make_path("p1", {"a": 24})
    make_rule("r-01", "p1")
    crowd(20, make_entity())
    days_pass("2026-10-01")
    make_rule("r-01", "p1", due_days=60, at=on("2026-10-05"))
    days_pass("2026-10-05")
    assert not HeldBack.objects.exists()
    assert set(Assignment.objects.open().values_list("due", flat=True)) == {on("2026-12-04").date()}


def test_one_odd_person_stops_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    make_path("p1", {"a": 24})
    make_rule("r-01", "p1")
    odd = make_person("Odd", at=LONG_AGO, hired=on("2026-10-01").date())
    make_person("Other", at=LONG_AGO)
    days_pass("2026-10-01")
    real = sync.bring_up

    def fails(before: Any, facts: Any, *rest: Any) -> Any:
        if any(one.first == on("2026-10-01").date() for one in facts.contracts):
            raise ValueError("impossible")
        return real(before, facts, *rest)

    monkeypatch.setattr(sync, "bring_up", fails)
    staffing.record_leave(odd, on("2026-10-02").date(), on("2026-10-02").date(), at=on("2026-10-02"))
    result = sync.sync_all(on("2026-10-02"))
    assert result.undetermined == 1
    state = Derivation.objects.get(person=odd)
    assert (state.fault, state.fault_since) == ("impossible", on("2026-10-02"))
    assert Assignment.objects.open().filter(person=odd).count() == 1
    rows = Assignment.objects.annotate(word=status_case(on("2026-10-02"), person="person"))
    assert rows.get(person=odd).word == Status.NOT_DETERMINED
    monkeypatch.undo()
    sync.sync_all(on("2026-10-03"))
    assert not Derivation.objects.exclude(fault="").exists()


def test_a_file_that_ends_too_many_waits_and_stops_nobody_else(thirty: list[Any]) -> None:
    other = make_person("Other", hired=on("2026-10-07").date(), at=on("2026-10-07", 6))
    with caused_by("feed:payroll:7"):
        for person in thirty:
            staffing.leave_company(person, on=on("2026-10-06").date(), at=on("2026-10-07", 5))
    days_pass("2026-10-07")
    held = HeldBack.objects.get()
    assert (held.cause, held.ends) == ("feed:payroll:7", 30)
    assert Assignment.objects.open().count() == 31
    assert Assignment.objects.open().filter(person=other).exists()
    days_pass("2026-10-08")
    assert Assignment.objects.open().count() == 31
    held_back.release("feed:payroll:7", administrators(), "The site closed.", on("2026-10-08"))
    days_pass("2026-10-09")
    assert list(Assignment.objects.open().values_list("person", flat=True)) == [other.pk]


def test_people_are_counted_once_where_a_rule_asks_for_another_path() -> None:
    """Twenty people lose one path and get another: twenty, not forty."""
    make_path("p1", {"a": 24})
    make_rule("r-01", "p1")
    crowd(20, make_entity())
    days_pass("2026-10-01")
    make_path("p2", {"b": 24})
    make_rule("r-01", "p2", at=on("2026-10-05"))
    days_pass("2026-10-05")
    assert not HeldBack.objects.exists()
    assert set(Assignment.objects.open().values_list("path_key", flat=True)) == {"p2"}


@pytest.fixture
def widened() -> list[Any]:
    """Meant for one, it was published for thirty and released by a second person, on 5 October."""
    make_path("p1", {"a": 24})
    make_rule("r-01", "p1", role="few")
    people = crowd(30, make_entity())
    Person.objects.filter(pk__in=[one.pk for one in people]).update(email="crowd@example.org")
    staffing.give_role(people[0], "few", on=on("2026-10-01").date(), at=on("2026-10-01", 1))
    sync.sync_all(on("2026-10-01"))
    make_rule("r-01", "p1", at=on("2026-10-05"))
    days_pass("2026-10-05")
    held_back.release("rule:r-01:2", administrators(), "It is meant so.", on("2026-10-05", 10))
    sync.sync_all(on("2026-10-05", 12))
    assert Assignment.objects.open().count() == 30
    return people


def test_a_mistake_is_undone_within_a_day_with_its_unsent_mail_and_completions_stay(widened: list[Any]) -> None:
    queue_digests(on("2026-10-05", 13))
    assert Message.objects.filter(sent_at=None).count() == 30
    kept = done(widened[5], "a", on("2026-10-05", 14))
    withdraw_rule(AssignmentRule.objects.get(withdrawn_at=None), on("2026-10-05", 20), "A mistake.")
    sync.sync_due(on("2026-10-05", 21))
    assert not Assignment.objects.open().exists()
    assert send_due(on("2026-10-06")) == 0
    assert Completion.objects.get() == kept


def test_the_narrow_version_again_is_an_undoing_too(widened: list[Any]) -> None:
    make_rule("r-01", "p1", role="few", at=on("2026-10-05", 20))
    sync.sync_due(on("2026-10-05", 21))
    assert list(Assignment.objects.open().values_list("person", flat=True)) == [widened[0].pk]


def test_after_a_day_it_waits_for_a_second_person(widened: list[Any]) -> None:
    withdraw_rule(AssignmentRule.objects.get(withdrawn_at=None), on("2026-10-06", 11), "A mistake.")
    sync.sync_due(on("2026-10-06", 12))
    assert Assignment.objects.open().count() == 30


@pytest.mark.parametrize("cause", ["rule:r-01:2", "withdrawal:r-01:1", "path:p1:2"])
def test_what_was_released_is_written_by_the_next_run(thirty: list[Any], cause: str) -> None:
    """The command says “the next synchronisation”, which is the next minute's, not the next night's."""
    at = on("2026-10-05")
    make_path("p2", {"b": 24})
    if cause.startswith("rule"):
        make_rule("r-01", "p1", due_days=60, at=at)
    elif cause.startswith("path"):
        Module.objects.filter(code="a").update(withdrawn_at=at)
        sync.sync_due(at)
        make_path("p1", {"b": 24}, at=on("2026-10-05", 10))
    else:
        withdraw_rule(AssignmentRule.objects.get(), at, "A mistake.")
    HeldBack.objects.create(cause=cause, applies_to=30, ends=30, moves=0, since=at)
    sync.sync_due(on("2026-10-05", 11))
    before = AssignmentPeriod.objects.count()
    held_back.release(cause, administrators(), "It is meant so.", on("2026-10-05", 12))
    assert sync.sync_due(on("2026-10-05", 13)) == 30
    assert AssignmentPeriod.objects.count() > before
    assert sync.sync_due(on("2026-10-05", 14)) == 0, "they are looked at once"


def test_a_released_file_is_written_by_the_next_run(thirty: list[Any]) -> None:
    with caused_by("feed:payroll:7"):
        for person in thirty:
            staffing.leave_company(person, on=on("2026-10-06").date(), at=on("2026-10-05"))
    sync.sync_due(on("2026-10-07"))
    assert Assignment.objects.open().count() == 30
    held_back.release("feed:payroll:7", administrators(), "The site closed.", on("2026-10-07", 10))
    assert sync.sync_due(on("2026-10-07", 11)) == 30
    assert not Assignment.objects.open().exists()


def test_somebody_odd_is_weighed_among_the_others(thirty: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """S18: the weighing goes on, they count in the denominator, with rows or without, and are named."""
    new = make_person("New", hired=on("2026-10-04").date(), at=on("2026-10-05"))
    odd = {thirty[0].pk, new.pk}
    Employment.objects.filter(person__in=odd).update(entity=make_entity("odd"))
    real = weighing.bring_up

    def fails(before: Any, facts: Any, *rest: Any) -> Any:
        if any(one.entity == "odd" for one in facts.contracts):
            raise ValueError("impossible")
        return real(before, facts, *rest)

    monkeypatch.setattr(weighing, "bring_up", fails)
    monkeypatch.setattr(sync, "bring_up", fails)
    make_rule("r-01", "p1", due_days=60, at=on("2026-10-05"))
    sync.sync_due(on("2026-10-05"))
    held = HeldBack.objects.get()
    assert (held.applies_to, held.ends, held.moves) == (31, 0, 29)
    assert {one.person_id for one in Derivation.objects.exclude(fault="")} == odd
    assert Assignment.objects.open().filter(person=thirty[0]).exists(), "the last rows stand"


def listed() -> str:
    out = StringIO()
    call_command("release_change", stdout=out)
    return out.getvalue()


@pytest.mark.parametrize("then", ["published again as it was", "withdrawn"])
def test_what_was_put_right_meanwhile_waits_for_nobody(thirty: list[Any], then: str) -> None:
    make_rule("r-01", "p1", due_days=60, at=on("2026-10-05"))
    days_pass("2026-10-05")
    assert "rule:r-01:2" in listed()
    if then == "withdrawn":
        withdraw_rule(AssignmentRule.objects.get(number=2), on("2026-10-06", 8), "A mistake.")
    else:
        make_rule("r-01", "p1", due_days=30, at=on("2026-10-06", 8))
    days_pass("2026-10-06")
    assert "rule:r-01:2" not in listed()
    found = Condition()
    look_at_derivations(found)
    assert "rule:r-01:2" not in str(found.alarms)
    with pytest.raises(held_back.NotReleased, match="nothing is left to release"):
        held_back.release("rule:r-01:2", administrators(), "It is meant so.", on("2026-10-06"))
    assert Assignment.objects.open().count() == 30
    if then == "withdrawn":
        held_back.release("withdrawal:r-01:2", administrators(), "Over.", on("2026-10-06"))
        days_pass("2026-10-07")
        assert not Assignment.objects.open().exists()


def test_a_withdrawal_that_waits_and_is_put_right_ended_nothing(thirty: list[Any]) -> None:
    withdraw_rule(AssignmentRule.objects.get(), on("2026-10-05"), "A mistake.")
    days_pass("2026-10-05")
    assert "withdrawal:r-01:1" in listed()
    make_rule("r-01", "p1", at=on("2026-10-08"))
    days_pass("2026-10-08")
    assert listed() == "Nothing is held back.\n"
    assert Assignment.objects.open().count() == 30
    assert not AssignmentPeriod.objects.filter(state="ended").exists()


def wrong_file(people: list[Any]) -> None:
    with caused_by("feed:payroll:7"):
        for person in people:
            staffing.leave_company(person, on=on("2026-10-06").date(), at=on("2026-10-07", 5))
    days_pass("2026-10-07")
    assert HeldBack.objects.get().ends == 30


def test_what_is_done_while_a_file_waits_counts_at_once(thirty: list[Any]) -> None:
    wrong_file(thirty)
    done(thirty[0], "a", "2026-10-08")
    assert Assignment.objects.get(person=thirty[0]).state == "satisfied"
    held_back.release("feed:payroll:7", administrators(), "The site closed.", on("2026-10-09"))
    days_pass("2026-10-10")
    assert not Assignment.objects.open().exists()
    known = AssignmentPeriod.objects.as_known(on("2026-10-08").date(), on("2026-10-08", 12))
    assert known.filter(assignment__person=thirty[0], state="satisfied").exists(), "as it was believed then"


def test_a_file_that_the_next_one_takes_back_waits_for_nobody(thirty: list[Any]) -> None:
    wrong_file(thirty)
    with caused_by("feed:payroll:8"):
        for person in thirty:
            staffing.withdraw_leaving(person, at=on("2026-10-08", 5))
    days_pass("2026-10-08")
    assert not HeldBack.objects.exists()
    assert Assignment.objects.open().count() == 30
    assert not PeopleChange.objects.filter(handled_at=None).exists()


def test_a_file_is_weighed_before_the_night_writes_it(thirty: list[Any]) -> None:
    with caused_by("feed:payroll:7"):
        for person in thirty:
            staffing.leave_company(person, on=on("2026-10-06").date(), at=on("2026-10-07", 5))
    sync.sync_all(on("2026-10-07"))
    assert Assignment.objects.open().count() == 30
