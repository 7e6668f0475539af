"""Targets: set by governance for everybody or a group, beside the published share and its baseline."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from certification.ledger import clock
from lms.people.groups import AUDITOR, GOVERNANCE
from lms.reports.effect import figures
from lms.reports.indicators.indicator_register import BY_KEY
from lms.reports.indicators.models import Snapshot, Target
from tests.courses.learning import factories
from tests.factories import AT, make_user, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def governance(client: Client, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr(clock, "now", lambda: AT)
    factories.taught("m60", sections=1, questions=0)
    return sign_in(client, make_user(GOVERNANCE))


def fields(**given: str) -> dict[str, str]:
    return {
        "indicator": "completion", "module": "", "group": "", "percent": "80", "due_on": "2027-06-30",
        "owner": "AI office",
    } | given  # fmt: skip


def test_a_target_is_set_and_withdrawn_and_its_row_stays(governance: Client) -> None:
    assert governance.post(reverse("targets"), fields(group="age/60", module="m60")).status_code == 302
    row = Target.objects.get()
    assert (row.attribute, row.group, row.module, row.percent, row.set_on) == ("age", "60", "m60", 80, AT.date())
    page = governance.get(reverse("targets")).content.decode()
    assert "80 % by 30 June 2027" in page
    assert "60 or older" in page
    governance.post(reverse("target_withdraw", args=[row.pk]))
    assert Target.objects.get().ended_on == AT.date()
    assert "No target is set" in governance.get(reverse("targets")).content.decode()


def test_one_target_at_a_time_for_the_same_thing(governance: Client) -> None:
    governance.post(reverse("targets"), fields())
    response = governance.post(reverse("targets"), fields(percent="90"))
    assert response.status_code == 422
    assert "There is a target for this already" in response.content.decode()
    governance.post(reverse("target_withdraw", args=[Target.objects.get().pk]))
    assert governance.post(reverse("targets"), fields(percent="90")).status_code == 302
    assert Target.objects.filter(ended_on=None).get().percent == 90


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"percent": "0"}, "greater than or equal to 1"),
        ({"percent": "101"}, "less than or equal to 100"),
        ({"due_on": "2026-10-01"}, "That day is over"),
        ({"due_on": "soon"}, "Give the date as year, month and day"),
        ({"indicator": "happiness"}, "Select a valid choice"),
        ({"group": "age/12"}, "Select a valid choice"),
        ({"owner": ""}, "Who answers for it"),
    ],
)
def test_what_cannot_be_right_is_told(governance: Client, given: dict[str, str], said: str) -> None:
    response = governance.post(reverse("targets"), fields(**given))
    assert response.status_code == 422
    assert said in response.content.decode()
    assert not Target.objects.exists()


def test_targets_are_governances_alone(client: Client) -> None:
    auditor = sign_in(client, make_user(AUDITOR))
    assert auditor.get(reverse("targets")).status_code == 403
    assert auditor.post(reverse("targets"), fields()).status_code == 403
    assert auditor.post(reverse("target_withdraw", args=[1])).status_code == 403


def saved(day: date, shown: dict[str, int | None], **given: Any) -> Snapshot:
    total = None if None in shown.values() else sum(people or 0 for people in shown.values())
    row = {"total": total, "rest": None, "members": {}} | given
    return Snapshot.objects.create(module="m60", measure="completion", taken_on=day, shown=shown, **row)


def test_the_first_published_share_is_the_baseline(governance: Client) -> None:
    saved(AT.date(), {"completed": 10, "begun": 30, "not-begun": 10})
    saved(AT.date() + timedelta(days=7), {"completed": 30, "begun": 10, "not-begun": 10})
    governance.post(reverse("targets"), fields())
    (row,) = figures.module_figures(AT.date())[0]["rows"]
    assert row.baseline == "20 % (between 11 and 33 %)"  # Wilson for 10 of 50, by hand: 0.1124, 0.3304
    assert row.share == "60 % (between 46 and 72 %)"
    assert (row.first_on, row.taken_on) == (AT.date(), AT.date() + timedelta(days=7))
    assert row.target
    assert row.target.percent == 80


def test_the_day_of_the_baseline_is_that_of_the_first_share(governance: Client) -> None:
    saved(AT.date(), {"completed": None, "begun": None, "not-begun": None}, total=45, rest=45)
    saved(AT.date() + timedelta(days=7), {"completed": 30, "begun": 10, "not-begun": 10})
    (row,) = figures.module_figures(AT.date())[0]["rows"]
    assert (row.baseline, row.first_on) == ("60 % (between 46 and 72 %)", AT.date() + timedelta(days=7))


def test_a_report_with_bands_of_another_name_tells_no_share(governance: Client) -> None:
    saved(AT.date(), {"done": 30, "open": 20})
    saved(AT.date() + timedelta(days=7), {"completed": 30, "begun": 10, "not-begun": 10})
    (row,) = figures.module_figures(AT.date())[0]["rows"]
    assert row.baseline == row.share == "60 % (between 46 and 72 %)"


def test_a_module_whose_indicators_are_no_more_has_no_empty_heading(governance: Client) -> None:
    saved(AT.date(), {"a": 30})
    Snapshot.objects.update(measure="happiness")
    assert figures.module_figures(AT.date()) == []


@pytest.mark.parametrize(
    "given", [{"attribute": "shoe", "group": "42"}, {"attribute": "age", "group": "42"}, {"indicator": "happiness"}]
)
def test_a_target_for_what_is_no_more_is_listed_and_can_be_withdrawn(governance: Client, given: dict[str, str]) -> None:
    row = {"indicator": "completion", "percent": 80, "due_on": AT.date(), "owner": "AI office", "set_on": AT.date()}
    target = Target.objects.create(**row | given)
    page = governance.get(reverse("targets")).content.decode()
    assert reverse("target_withdraw", args=[target.pk]) in page
    assert next(reversed(given.values())) in page
    assert governance.get(reverse("effect")).status_code == 200


@pytest.mark.parametrize(
    ("shown", "given", "expected"),
    [
        ({"completed": 12, "begun": None, "not-begun": None}, {"total": 23, "rest": 11}, "52 % (between 33 and 71 %)"),
        ({"completed": None, "begun": None, "not-begun": 30}, {"total": 45, "rest": 15}, ""),
        ({"completed": None, "begun": None, "not-begun": None}, {}, ""),
        ({"completed": 12, "begun": None, "not-begun": None}, {}, ""),
        ({"completed": 40, "begun": 0, "not-begun": 0}, {}, "over 95 %"),
        ({"completed": 0, "begun": 30, "not-begun": 0}, {}, "under 7 %"),  # 0, 1 or 2 of 30
    ],
)
def test_a_share_is_told_only_where_its_groups_are(shown: dict[str, Any], given: dict[str, Any], expected: str) -> None:
    assert figures.share_in_words(BY_KEY["completion"], saved(AT.date(), shown, **given)) == expected


def test_a_modules_own_target_goes_before_that_of_all(governance: Client) -> None:
    for module, percent in (("", "70"), ("m60", "90")):
        governance.post(reverse("targets"), fields(module=module, percent=percent))
    aims = figures.in_force()
    assert [getattr(figures.target_for(aims, code, "completion"), "percent", None) for code in ("m60", "m01")] == [
        90,
        70,
    ]
    assert figures.target_for(aims, "m60", "gain") is None
