"""The voluntary survey: what is stored leads to nobody, and only groups with a target are asked about."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import ForeignKey, Sum
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from certification.ledger import clock
from content.editions import Module
from courses.learning import enrolments, flow
from lms.people.groups import AUDITOR, GOVERNANCE
from lms.people.models import Person
from lms.reports.indicators import snapshots
from lms.reports.indicators.models import Target
from lms.reports.survey import answering, published
from lms.reports.survey.answering import Answer
from lms.reports.survey.models import Answered, Remark, Tally, Theme
from tests.courses.learning import factories
from tests.factories import AT, make_person, make_user, noon, sign_in

pytestmark = pytest.mark.django_db
LATER = date(2027, 2, 1)


@pytest.fixture
def module() -> Module:
    return factories.taught("m60", sections=1, questions=0).module


def learner(module: Module, *, done: bool = True) -> Person:
    person = make_person(f"Zuleika{Person.objects.count()}")
    way = enrolments.start(person, module, AT)
    if done:
        flow.finish_section(way, "s1", "en", AT)
    return person


def answer(module: Module, **given: Any) -> None:
    said = {"statements": {}, "groups": {}, "with_results": False, "remark": ""} | given
    answering.count_answer(learner(module, done=said.pop("done", True)), module, Answer(**said), AT.date())


def aim(**given: Any) -> Target:
    return Target.objects.create(
        **{
            "indicator": "completion", "attribute": "language", "group": "other", "percent": 80, "owner": "AI office",
            "due_on": date(2030, 1, 1), "set_on": AT.date(),
        } | given
    )  # fmt: skip


@pytest.fixture
def browser(client: Client, module: Module) -> Client:
    user = make_user()
    enrolments.start(user.person, module, clock.now())
    return sign_in(client, user)


def test_an_answer_is_one_more_in_counts_and_a_mark_that_one_answered(browser: Client, module: Module) -> None:
    response = browser.post(reverse("survey", args=["m60"]), {"useful": "4", "remark": "  More examples, please. "})
    assert response["Location"] == reverse("learn:module", args=["m60"])
    row = Tally.objects.get()
    assert (row.measure, row.band, row.attribute, row.group, row.people) == ("useful", "4", "", "", 1)
    assert Remark.objects.get().text == "More examples, please."
    assert Answered.objects.get().module == "m60"
    assert "is not stored" in browser.get(reverse("survey", args=["m60"])).content.decode()


def test_a_second_answer_counts_nothing(browser: Client) -> None:
    for value in ("4", "1", "4"):
        browser.post(reverse("survey", args=["m60"]), {"useful": value, "remark": "Again"})
    assert list(Tally.objects.values_list("band", "people")) == [("4", 1)]
    assert Remark.objects.count() == 1


def test_an_empty_answer_is_told_and_not_taken(browser: Client) -> None:
    response = browser.post(reverse("survey", args=["m60"]), {})
    assert response.status_code == 422
    assert "Nothing is answered yet" in response.content.decode()
    assert not Answered.objects.exists()


@pytest.mark.parametrize("given", [{"useful": "9"}, {"remark": "x" * 1001}])
def test_what_cannot_be_right_is_told_and_not_taken(browser: Client, given: dict[str, str]) -> None:
    assert browser.post(reverse("survey", args=["m60"]), given).status_code == 422
    assert not Answered.objects.exists()


def test_who_never_began_the_module_is_not_asked(client: Client, module: Module) -> None:
    stranger = sign_in(client, make_user())
    assert stranger.get(reverse("survey", args=["m60"])).status_code == 404
    assert stranger.post(reverse("survey", args=["m60"]), {"useful": "4"}).status_code == 404


def test_groups_are_asked_about_only_while_they_have_a_target(browser: Client) -> None:
    address = reverse("survey", args=["m60"])
    assert "My first language" not in browser.get(address).content.decode()
    target = aim()
    page = browser.get(address).content.decode()
    assert "My first language" in page
    assert "How old are you" not in page
    Target.objects.filter(pk=target.pk).update(ended_on=AT.date())
    assert "My first language" not in browser.get(address).content.decode()


def test_a_group_without_a_target_is_not_counted_whatever_is_sent(browser: Client) -> None:
    browser.post(reverse("survey", args=["m60"]), {"useful": "4", "age": "60"})
    assert Tally.objects.values_list("attribute", flat=True).get() == ""


def test_results_are_counted_with_the_groups_only_when_one_agrees(browser: Client) -> None:
    aim()
    page = browser.get(reverse("survey", args=["m60"])).content.decode()
    assert "Completed: begun" in page
    browser.post(reverse("survey", args=["m60"]), {"language": "other", "with_results": "on"})
    found = set(Tally.objects.values_list("measure", "band", "attribute", "group"))
    assert found == {("completion", "begun", "", ""), ("completion", "begun", "language", "other")}
    answer_without = {"statements": {"useful": "5"}, "groups": {"language": "other"}}
    answer(apps.get_model("content", "Module").objects.get(), **answer_without)
    assert Tally.objects.filter(measure="completion").aggregate(total=Sum("people"))["total"] == 2


def test_no_row_holds_two_groups_of_one_person(module: Module) -> None:
    answer(module, statements={"useful": "5"}, groups={"age": "60", "gender": "woman", "language": "other"})
    assert Tally.objects.count() == 4
    assert set(Tally.objects.values_list("attribute", "group")) == {
        ("", ""), ("age", "60"), ("gender", "woman"), ("language", "other"),
    }  # fmt: skip


def test_nothing_that_was_said_is_tied_to_a_person_or_a_time() -> None:
    for model in (Tally, Remark, Theme):
        kinds = {field.get_internal_type() for field in model._meta.concrete_fields}
        assert not kinds & {"DateField", "DateTimeField", "AutoField", "ForeignKey"} or model is Theme
        assert not any(isinstance(field, ForeignKey) for field in model._meta.concrete_fields)
    assert {field.name for field in Answered._meta.concrete_fields} == {"id", "person", "module"}


def test_counting_costs_the_same_however_much_is_said(module: Module) -> None:
    people = [learner(module) for _ in range(2)]
    costs = []
    for person, groups in zip(people, ({}, {"age": "60", "gender": "man"}), strict=True):
        said = Answer(statements={"useful": "4", "clear": "2"}, groups=groups, with_results=False, remark="")
        with CaptureQueriesContext(connection) as queries:
            answering.count_answer(person, module, said, AT.date())
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_groups_with_a_target_stand_beside_it_once_the_quarter_is_over(client: Client, module: Module) -> None:
    aim()
    for _ in range(12):
        answer(module, groups={"language": "other"}, with_results=True)
    for _ in range(11):
        answer(module, groups={"language": "first"}, with_results=True, done=False)
    assert published.readable_releases(AT.date()) == {}
    found = published.readable_releases(LATER)["m60", "completion"].figures["language"]
    assert {group: (each.people, each.share.kind) for group, each in found.items() if each} == {
        "other": (12, "above"),
        "first": (11, "below"),
    }


def test_the_page_shows_the_groups_and_names_nobody(
    client: Client, module: Module, monkeypatch: pytest.MonkeyPatch
) -> None:
    aim()
    for _ in range(12):
        answer(module, statements={"useful": "5"}, groups={"language": "other"}, with_results=True)
    snapshots.publish_snapshots_due(AT)
    monkeypatch.setattr(clock, "now", lambda: AT + timedelta(days=120))
    governance = sign_in(client, make_user(GOVERNANCE))
    page = governance.get(reverse("effect")).content.decode()
    assert "80 % by 1 January 2030" in page
    assert "over 83 %" in page
    assert not any(person.given_name in page for person in Person.objects.filter(given_name__startswith="Zuleika"))


@pytest.fixture
def reader(client: Client, module: Module, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr(clock, "now", lambda: AT + timedelta(days=120))
    return sign_in(client, make_user(GOVERNANCE))


def test_four_remarks_wait_for_a_fifth_and_a_quarter_that_is_over(reader: Client, module: Module) -> None:
    for number in range(4):
        answer(module, remark=f"Remark {number}")
    address = reverse("remarks", args=["m60"])
    assert "Remark" not in reader.get(address).content.decode().replace("remarks", "")
    answer(module, remark="Remark 4")
    page = reader.get(address).content.decode()
    assert all(f"Remark {number}" in page for number in range(5))
    assert list(published.readable_remarks("m60", AT.date())) == []


def test_new_remarks_are_read_in_batches(module: Module) -> None:
    for quarter, number in (("2026Q1", 3), ("2026Q2", 2), ("2026Q3", 4), ("2026Q4", 1), ("2027Q1", 9)):
        for _ in range(number):
            Remark.objects.create(module="m60", quarter=quarter, text="x")
    for today, expected in ((date(2026, 4, 1), 0), (date(2026, 7, 1), 5), (date(2026, 12, 1), 5), (LATER, 10)):
        assert published.readable_remarks("m60", today).count() == expected


def test_themes_are_given_and_shown_from_five_on(reader: Client, module: Module) -> None:
    for number in range(6):
        answer(module, remark=f"Remark {number}")
    rows = list(Remark.objects.all())
    for row in rows[:5]:
        known = [theme.pk for theme in Theme.objects.all()]
        reader.post(reverse("remark_themes", args=[row.pk]), {"new": "" if known else "Examples", "themes": known})
    reader.post(reverse("remark_themes", args=[rows[5].pk]), {"new": "Length"})
    assert published.themes_by_module(LATER)["m60"] == {"remarks": 6, "themes": [("Examples", 5)]}
    page = reader.get(reverse("effect")).content.decode()
    assert "Examples: 5 texts" in page
    assert "Length" not in page


def test_a_theme_that_is_gone_is_told(reader: Client, module: Module) -> None:
    for number in range(5):
        answer(module, remark=f"Remark {number}")
    row = Remark.objects.earliest("pk")
    page = reader.post(
        reverse("remark_themes", args=[row.pk]), {"themes": ["77"], "remark": row.pk}, follow=True
    ).content.decode()
    assert "<title>Error: " in page
    assert "error-summary" in page
    assert not row.themes.exists()


def test_a_text_that_names_somebody_is_deleted(reader: Client, module: Module) -> None:
    for number in range(6):
        answer(module, remark=f"Remark {number}")
    row = Remark.objects.earliest("pk")
    reader.post(reverse("remark_delete", args=[row.pk]))
    assert row not in published.readable_remarks("m60", LATER)
    assert published.readable_remarks("m60", LATER).count() == published.themes_by_module(LATER)["m60"]["remarks"] == 5
    assert Remark.objects.get(pk=row.pk).text == ""
    for name in ("remark_themes", "remark_delete"):
        assert reader.post(reverse(name, args=[row.pk])).status_code == 404


def test_a_deleted_text_does_not_let_fewer_than_five_new_ones_be_read(reader: Client) -> None:
    for quarter, number in (("2026Q1", 5), ("2026Q2", 1), ("2026Q3", 3)):
        for _ in range(number):
            Remark.objects.create(module="m60", quarter=quarter, text="x")
    row = Remark.objects.filter(quarter="2026Q1").earliest("pk")
    reader.post(reverse("remark_delete", args=[row.pk]))
    assert {each.quarter for each in published.readable_remarks("m60", LATER)} == {"2026Q1"}


def test_forgotten_texts_do_not_let_fewer_than_five_new_ones_be_read() -> None:
    for quarter, number in (("2024Q1", 3), ("2025Q2", 2), ("2025Q3", 3), ("2026Q4", 1)):
        for _ in range(number):
            Remark.objects.create(module="m60", quarter=quarter, text="x")
    published.forget_remarks_due(noon(LATER))
    assert {each.quarter for each in published.readable_remarks("m60", LATER)} == {"2025Q2"}


def test_more_texts_cost_no_query_more(reader: Client) -> None:
    Theme.objects.create(name="Examples")
    reader.get(reverse("remarks", args=["m60"]))  # what is read once and kept
    costs = []
    for _ in range(2):
        for _ in range(5):
            Remark.objects.create(module="m60", quarter="2026Q3", text="x")
        with CaptureQueriesContext(connection) as queries:
            reader.get(reverse("remarks", args=["m60"]))
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_what_may_not_be_read_yet_may_not_be_changed(reader: Client) -> None:
    row = Remark.objects.create(module="m60", quarter="2026Q4", text="Alone")
    for name in ("remark_themes", "remark_delete"):
        assert reader.post(reverse(name, args=[row.pk])).status_code == 404
    assert Remark.objects.count() == 1


def test_remarks_are_governances_alone(client: Client, module: Module) -> None:
    for number in range(5):
        answer(module, remark=f"Remark {number}")
    row = Remark.objects.earliest("pk")
    auditor = sign_in(client, make_user(AUDITOR))
    assert auditor.get(reverse("remarks", args=["m60"])).status_code == 403
    for name in ("remark_themes", "remark_delete"):
        assert auditor.post(reverse(name, args=[row.pk])).status_code == 403


def test_remarks_go_after_two_years() -> None:
    for quarter in ("2024Q3", "2024Q4", "2026Q4"):
        Remark.objects.create(module="m60", quarter=quarter, text="x")
    theme = Theme.objects.create(name="Examples")
    theme.remarks.set(Remark.objects.all())
    assert [published.forget_remarks_due(noon(date(2026, 10, 5))) for _ in range(2)] == [1, 0]
    assert sorted(Remark.objects.exclude(text="").values_list("quarter", flat=True)) == ["2024Q4", "2026Q4"]
    assert theme.remarks.count() == 2


def test_a_quarter_is_three_months() -> None:
    days = [date(2026, 1, 1), date(2026, 3, 31), date(2026, 4, 1), date(2026, 12, 31)]
    assert [answering.quarter_of(day) for day in days] == ["2026Q1", "2026Q1", "2026Q2", "2026Q4"]
