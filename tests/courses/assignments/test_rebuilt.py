"""Every difference is in the ledger: the rows can be made again from entries and openings alone."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest

from certification.ledger.models import Member, Opening, Pending
from content.editions import Module
from courses.assignments import sync
from courses.assignments.models import Assignment, Justification, Waiting
from courses.paths.publishing import withdraw_rule
from lms.people import staffing
from tests.courses.assignments.test_scale import crowd
from tests.courses.assignments.world import day, days_pass, done, make_path, make_rule, on
from tests.factories import make_entity, make_person

pytestmark = pytest.mark.django_db


def said() -> dict[str, dict[str, Any]]:
    """{assignment: the latest that was said of it}, of single entries and of the lines of rosters."""
    found: dict[str, dict[str, Any]] = {}
    for entry in Pending.objects.filter(kind__startswith="assignment.").order_by("id"):
        told = [
            json.loads(one) for one in Member.objects.filter(entry=entry.uuid).values_list("value", flat=True) if one
        ]
        if not told:
            parts = dict(Opening.objects.filter(entry=entry.uuid).values_list("part", "value"))
            told = [json.loads(parts["payload"]) | json.loads(parts["subject"])]
        found |= {one["assignment"]: one for one in told}
    return found


def test_the_rows_are_made_again_from_the_ledger_alone() -> None:
    make_path("p1", {"a": 24, "b": 24})
    rule = make_rule("r-01", "p1")
    make_path("p2", {"m": 12})
    make_rule("r-03", "p2", role="overseer", due_days=None)
    crowd(5, make_entity())
    person = make_person("One", hired=day("2026-10-01"), at=on("2026-10-01", 6))
    gone = make_person("Gone", hired=day("2026-10-01"), at=on("2026-10-01", 6))
    days_pass("2026-10-01")
    staffing.record_leave(person, day("2026-10-10"), day("2026-11-10"), at=on("2026-10-05"))
    staffing.leave_company(gone, on=day("2026-10-20"), at=on("2026-10-05"))
    staffing.give_role(person, "overseer", on=day("2026-10-06"), at=on("2026-10-05"))
    days_pass("2026-10-05", "2026-10-06", "2026-10-21")
    done(person, "m", "2026-11-12")
    done(person, "a", "2026-11-12")
    staffing.correct_hire(person, was=day("2026-10-01"), on=day("2026-09-28"), at=on("2026-11-13"))
    days_pass("2026-11-13")
    done(person, "b", "2026-11-20")
    withdraw_rule(rule, on("2026-12-01"), "Replaced.")
    sync.sync_all(on("2026-12-02"))

    ledger = said()
    rows = list(Assignment.objects.all())
    assert set(ledger) == {str(row.pk) for row in rows}
    for row in rows:
        one = ledger[str(row.pk)]
        text = {name: str(getattr(row, name) or "") for name in ("due", "computed", "noticed_on", "expiring_on")}
        assert (one["due"], one["computed"], one["noticed"], one["renews"]) == tuple(text.values())
        assert (one["counted_from"], one["zone"], one["cycle"]) == (str(row.anchor), row.zone, row.cycle_key)
        assert (one["moved_days"], bool(one["before_access"])) == (row.paused_days, row.before_access)
        assert one["person"] == str(row.person_id)
        assert one["path"]["key"] == row.path_key
        if row.state == "open":
            assert "how" not in one
        else:
            assert (one["how"], one["reason"], one["on"]) == (row.state, row.end_reason, str(row.state_on))
            assert one["valid_until"] == str(row.valid_until or "")
            assert one["required_until"] == str(row.required_until or "")
        reasons = Justification.objects.filter(assignment=row, known_to=None).select_related("rule")
        assert {(why["rule"], why["number"], why["event"], why["first"], why["end"]) for why in one["because"]} == {
            (why.rule.key, why.rule.number, why.event, str(why.true_from), str(why.true_to or "")) for why in reasons
        }


def test_a_pause_is_told_as_a_new_date_and_days_alone() -> None:
    make_path("p1", {"a": 24})
    make_rule("r-01", "p1")
    person = make_person(hired=day("2026-10-01"), at=on("2026-10-01", 6))
    days_pass("2026-10-01")
    staffing.record_leave(person, day("2026-10-11"), day("2026-11-13"), at=on("2026-10-05"))
    days_pass("2026-10-05")
    everything = "".join(Opening.objects.values_list("value", flat=True))
    assert "2026-12-04" in everything
    for hidden in ("2026-10-11", "2026-11-13", '"leave"', "absence"):
        assert hidden not in everything


def test_what_waits_for_an_answer_is_told_without_since_when() -> None:
    make_path("p1", {"a": 24})
    make_rule("r-01", "p1")
    person = make_person(hired=day("2026-10-01"), at=on("2026-10-01", 6))
    days_pass("2026-10-01")
    since = {"first_day": day("2026-10-08"), "known_from": on("2026-10-08")}
    Waiting.objects.create(person=person, module=Module.objects.get(code="a"), appeal=uuid.uuid4(), **since)
    sync.sync_all(on("2026-10-09"))
    assert Assignment.objects.get(person=person).waiting_since == day("2026-10-08")
    assert next(iter(said().values()))["waiting"] == 1
    everything = "".join(Opening.objects.values_list("value", flat=True))
    assert '"2026-10-08"' not in everything, "but in the instants at which something was known"
