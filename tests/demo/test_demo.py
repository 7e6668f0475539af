"""The demonstration: built by the platform's own functions, verifiable, labelled, and closed to the outside."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as site_settings
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from certification.credentials.models import Certificate
from certification.ledger import clock
from courses.assignments.models import Assignment
from courses.completions.models import Completion
from lms.demo import archive, building
from lms.demo.demo_organisation import DAYS, ORIGIN, PERSONAS, draw_up
from lms.demo.history import PASSWORD
from lms.demo.tour import STEPS
from lms.mail.models import Message
from lms.people.models import Person, User
from lms.reports.indicators.models import Snapshot
from quizzes.models import Attempt
from tests.ledger_fixtures import make_ledger


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    clock.clear_cache()
    yield
    clock.clear_cache()


def test_the_plan_is_about_120_people_in_four_countries_and_the_same_every_time() -> None:
    plan = draw_up(date(2026, 11, 20))
    assert 110 <= len(plan.members) <= 130
    assert {unit.country for unit in plan.units if unit.kind == "entity"} == {"FR", "DE", "GB", "MA"}
    assert len({member.number for member in plan.members}) == len(plan.members)
    assert (plan.today - plan.first_day).days == DAYS == 730
    assert draw_up(date(2026, 11, 20)).members == plan.members


def test_everybody_but_the_heads_of_the_countries_has_a_manager_who_exists() -> None:
    plan = draw_up(date(2026, 11, 20))
    numbers = {member.number for member in plan.members}
    without = [member.number for member in plan.members if not member.manager]
    assert len(without) == 4
    assert all(member.manager in numbers for member in plan.members if member.manager)


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_a_short_demo_lives_verifies_and_says_what_it_is(
    settings: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.VAR_DIR = tmp_path
    building.build(lambda line: None, days=28)
    assert building.ready()
    assert Completion.objects.exists()
    assert Assignment.objects.open().exists()
    assert Certificate.objects.filter(sealed_at__isnull=False).exists()
    assert Message.objects.filter(sent_at__isnull=False).exists()
    check_verifies(capsys)
    check_labels()
    check_archive()
    check_tour()
    check_walk()
    check_factors()
    check_clock()


def check_verifies(capsys: pytest.CaptureFixture[str]) -> None:
    """Consistent; nothing from outside was held against it, so nothing is called valid."""
    with pytest.raises(SystemExit) as ended:
        call_command("ledger", "verify")
    assert ended.value.code == 3
    assert "VALID" not in capsys.readouterr().out


def check_labels() -> None:
    """Certificates, exports and pages of a demonstration say so."""
    certificate = Certificate.objects.filter(sealed_at__isnull=False).first()
    assert certificate is not None
    client = Client()
    page = client.get(reverse("verify:certificate", args=[certificate.pk]))
    assert page.content.decode().lower().count("demo") > 1
    client.post(reverse("demo:become", args=["manager"]))
    export = b"".join(client.get(reverse("team:export")).streaming_content)  # type: ignore[attr-defined]
    assert "démonstration" in export.decode().lower()  # Claire reads French


def check_tour() -> None:
    """Every persona can be become with one click and lands on a page that works."""
    for persona in PERSONAS:
        client = Client()
        response = client.post(reverse("demo:become", args=[persona.slug]))
        assert response.status_code == 302, persona
        assert client.get(response["Location"]).status_code == 200, persona
        person = User.objects.get(staff_number=persona.number).person
        assert "Confirm that it is you" not in client.get(reverse("mfa_activate_totp"), follow=True).content.decode()
        assert client.cookies[site_settings.LANGUAGE_COOKIE_NAME].value == person.language


def check_archive() -> None:
    """Attempts and published figures of earlier years, in groups large enough; nothing that would need evidence."""
    people = Person.objects.filter(family_name=archive.FAMILY_NAME)
    assert people.count() == 80
    assert Attempt.objects.filter(person__in=people, submitted_at__isnull=False).count() > 300
    for unproved in (Completion, Certificate, Assignment):
        assert not unproved.objects.filter(person__in=people).exists()
    shown = {row.measure for row in Snapshot.objects.all() if any(people for people in row.shown.values())}
    assert {"gain", "over-block-a", "over-block-b"} <= shown


def check_walk() -> None:
    """The walk leads through all its steps by its own buttons, over the lab's practice, and back to where it began."""
    client, reached = Client(), []
    page = client.post(reverse("demo:step", args=[1]), follow=True)
    while following := re.search(r'class="tour">.*?action="(/demo/step/[1-9]\d*/)"', page.content.decode(), re.DOTALL):
        reached.append(page.request["PATH_INFO"])
        page = client.post(following[1], follow=True)
        assert page.status_code == 200
    reached.append(page.request["PATH_INFO"])
    assert len(reached) == len(STEPS) == 7
    assert reached[2].endswith("/lab/practice/")
    assert [reached[3], reached[5], reached[6]] == ["/team/", "/audit/", "/effect/"]
    end = client.post(reverse("demo:step", args=[0]), follow=True)
    assert end.request["PATH_INFO"] == "/demo/"
    assert 'class="tour"' not in end.content.decode()


def check_factors() -> None:
    """Whom one becomes by a click is asked for no second factor; who signs in by password is shown the way to one."""
    client = Client()
    client.post(reverse("demo:become", args=["auditor"]))
    assert client.get(reverse("audit:export")).status_code == 200
    assert "Second factor" in client.get(reverse("mfa_index")).content.decode()
    visitor = Client()
    page = visitor.post(reverse("account_login"), {"login": "demo-auditor", "password": PASSWORD}, follow=True)
    assert "Your work here needs one" in page.content.decode()
    assert visitor.get(reverse("audit:export")).status_code == 403


def check_clock() -> None:
    """Eight days pass; what fell due meanwhile was told by mail, and nothing can turn them back."""
    before, sent = clock.now(), Message.objects.filter(sent_at__isnull=False).count()
    response = Client().post(reverse("demo:advance"), follow=True)
    assert (clock.now() - before).days == 8
    assert Message.objects.filter(sent_at__isnull=False).count() > sent
    assert Message.objects.latest("sent_at").subject in response.content.decode()


@pytest.mark.django_db
def test_there_is_no_demo_on_a_real_site(tmp_path: Path) -> None:
    make_ledger(tmp_path / "ledger")
    assert Client().get(reverse("demo:tour")).status_code == 404
    with pytest.raises(building.NotADemoSite, match=r"is no demo\. Nothing was touched"):
        building.throw_away()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "origin",
    [
        {"REMOTE_ADDR": "192.0.2.7"},
        {"HTTP_X_FORWARDED_FOR": "127.0.0.1"},
        {"HTTP_X_FORWARDED_PROTO": "https"},
        {"HTTP_X_REAL_IP": "127.0.0.1"},
        {"HTTP_FORWARDED": "for=127.0.0.1"},
        {"HTTP_VIA": "1.1 proxy"},
    ],
)
def test_the_demo_is_closed_to_other_machines(tmp_path: Path, origin: dict[str, str]) -> None:
    make_ledger(tmp_path / "ledger", ORIGIN)
    assert Client().get(reverse("demo:tour")).status_code == 200
    for name, method in (("demo:tour", "get"), ("demo:mail", "get"), ("demo:advance", "post")):
        assert getattr(Client(), method)(reverse(name), **origin).status_code == 404
    assert Client().post(reverse("demo:become", args=["auditor"]), **origin).status_code == 404


@pytest.mark.django_db
def test_there_is_no_demo_behind_a_proxy(tmp_path: Path, settings: Any) -> None:
    make_ledger(tmp_path / "ledger", ORIGIN)
    settings.BEHIND_PROXY = True
    assert Client().get(reverse("demo:tour")).status_code == 404


@pytest.mark.django_db
def test_a_ledger_that_only_has_the_word_demo_in_its_name_is_not_the_demonstration(tmp_path: Path) -> None:
    make_ledger(tmp_path / "ledger", "demo.example/litmus")
    assert Client().get(reverse("demo:tour")).status_code == 404
