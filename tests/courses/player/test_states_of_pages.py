"""The learner's pages in every state a form leaves them in: the one error pattern, a title that says the state, and
what was typed, also by GET and in another language.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from certification.credentials.models import Certificate
from certification.ledger import clock
from courses.assignments import sync
from courses.completions.models import Completion
from courses.learning import enrolments
from courses.learning.models import Enrolment
from lms.people.models import Person
from quizzes.lab_models import LabBlock
from tests.courses.assignments.world import make_path, make_rule
from tests.courses.lab import labs
from tests.courses.learning import every_kind, factories
from tests.courses.learning.test_terms import before, drawn
from tests.factories import AT, make_user, sign_in
from tests.ledger_fixtures import make_ledger
from tests.page_rules import broken_rules, soup_of, title_of
from tests.quizzes import posting

pytestmark = pytest.mark.django_db


@pytest.fixture
def way(person: Person) -> Enrolment:
    return enrolments.start(person, every_kind.taught(found=every_kind.keys(pretest=True)).module, AT)


@pytest.fixture
def lab(person: Person) -> Enrolment:
    return enrolments.start(person, labs.taught().module, AT)


def page_of(answer: Any, *, wrong: bool = False) -> BeautifulSoup:
    soup = soup_of(answer)
    assert broken_rules(soup) == []
    assert (soup.select_one(".error-summary") is not None) == wrong
    return soup


def again(browser: Client, address: str) -> BeautifulSoup:
    """The page by GET, in French: as after a click on another language."""
    browser.post(reverse("set_language"), {"language": "fr", "next": address})
    answer = browser.get(address, follow=True)
    browser.post(reverse("set_language"), {"language": "en", "next": "/"})
    assert answer.status_code == 200
    assert 'lang="fr"' in answer.content.decode()[:200]
    return page_of(answer, wrong=True)


def wrong_values(way: Enrolment) -> dict[str, Any]:
    """One thing of each kind that is no whole answer, and one that is."""
    fields = posting.fields(way, every_kind.answers({"single": ["a"], "ordering": every_kind.WRONG["ordering"]}))
    rows = [name for name in fields if "." in name]
    number = posting.name(way, every_kind.code("numeric"))
    return fields | {rows[0]: fields[rows[1]], number: "about ten", "attempt": 1}


def lines(soup: BeautifulSoup) -> int:
    return len(soup.select(".error-summary a"))


@pytest.mark.parametrize("name", ["submit", "answers"])
def test_questions_that_come_back_keep_everything_wherever_they_are_opened(
    learner: Client, way: Enrolment, name: str
) -> None:
    address = reverse(f"learn:{name}", args=[way.pk])
    sent = wrong_values(way) | ({"later": "1"} if name == "answers" else {})
    came_back = page_of(learner.post(address, sent), wrong=True)
    assert lines(came_back) == (7 if name == "submit" else 2)
    assert len(came_back.select("[aria-invalid]")) >= 3
    for where in (address, f"/learn/{way.pk}/quiz/"):
        soup = again(learner, where)
        assert lines(soup) == lines(came_back)
        assert soup.select_one("[inputmode=decimal]")["value"] == "about ten"
        assert soup.select("input[type=radio][checked]")
    learner.post(reverse("learn:submit", args=[way.pk]), {"attempt": 1, **posting.fields(way, every_kind.right())})
    page_of(learner.get(f"/learn/{way.pk}/quiz/"))


def test_the_pretest_that_comes_back_keeps_everything(learner: Client, way: Enrolment) -> None:
    sent = drawn(way, 0, every_kind.answers({"single": ["a"]}))
    page_of(learner.post(before(way), sent), wrong=True)
    assert again(learner, before(way)).select("input[type=radio][checked]")


def test_titles_say_what_a_button_has_done(learner: Client, way: Enrolment) -> None:
    """And the focus is brought to it: by a fragment to what takes focus, or by the message that does."""
    done = learner.post(f"/learn/{way.pk}/s1/", follow=True)
    assert done.redirect_chain[-1][0].endswith("#heading")
    assert page_of(done).select_one("h1#heading[tabindex='-1']")
    failed = learner.post(
        reverse("learn:submit", args=[way.pk]), {"attempt": 1, **posting.fields(way, every_kind.wrong())}
    )
    assert failed.headers["Location"].endswith("/result/1/#heading")
    result = page_of(learner.get(failed.headers["Location"]))
    assert title_of(result).startswith("Not passed yet")
    assert result.select("a[href^='#question-']")
    key = result.select_one("input[name=question]")["value"]
    appealed = learner.post(reverse("learn:appeal", args=[way.pk]), {"attempt": 1, "question": key})
    assert appealed.headers["Location"].endswith(f"#appeal-{key}")
    soup = page_of(learner.get(appealed.headers["Location"]))
    assert title_of(soup).startswith("Your appeal is made.")
    assert soup.select_one(f"#appeal-{key}[tabindex='-1']")
    assert "Your account:" in soup.select_one("header .menu:last-of-type summary").get_text()
    saved = page_of(learner.post("/learn/tests/", {"time": "150"}, follow=True))
    assert title_of(saved).startswith("Saved. Your next test is shown like this.")
    assert saved.select_one(".said[tabindex='-1'][data-focus]")


def test_a_module_ends_with_what_came_of_it_and_one_next_step(learner: Client, way: Enrolment) -> None:
    address = reverse("learn:finished", args=[way.pk])
    assert learner.get(address).status_code == 302
    learner.post(f"/learn/{way.pk}/s1/")
    passed = learner.post(
        reverse("learn:submit", args=[way.pk]),
        {"attempt": 1, **posting.fields(way, every_kind.right())},
        follow=True,
    )
    assert page_of(passed).select_one(f"main a.button[href='{address}']")
    soup = page_of(learner.get(address))
    assert title_of(soup).startswith("Module finished · ")
    assert len(soup.select(".strip i[class^=shade]")) == 2
    assert [link.get_text(strip=True) for link in soup.select("main a.button")] == ["Back to my training"]
    assert "your evidence" not in soup.get_text()
    module = page_of(learner.get(f"/learn/module/{way.module.code}/"))
    assert module.select_one(f"a[href='{address}']")
    assert module.select_one(f"ol a[href='/learn/{way.pk}/s1/']")


def test_a_module_ends_on_the_day_that_its_learner_has(monkeypatch: pytest.MonkeyPatch) -> None:
    late = datetime(2026, 11, 3, 2, 30, tzinfo=UTC)  # the second, half past eleven in the evening, in Santiago
    monkeypatch.setattr(clock, "now", lambda: late)
    factories.taught("m50", sections=1, questions=0)
    browser = sign_in(Client(), make_user(zone="America/Santiago"))
    answer = browser.post("/learn/module/m50/start/", {"completed_before": 0})
    ended = browser.post(answer.headers["Location"].partition("#")[0], follow=True)
    assert "Completed on 2 November 2026." in page_of(ended).main.get_text()
    assert Completion.objects.get().effective_on == date(2026, 11, 2)


def test_a_path_ends_with_its_certificate_and_its_last_module_but_one_says_what_is_left(
    learner: Client, person: Person, tmp_path: Path
) -> None:
    make_ledger(tmp_path)
    make_path("p1", {"m50": 24, "m51": 24})
    make_rule("r-01", "p1")
    sync.sync_due(clock.now())
    endings = []
    for code in ("m50", "m51"):
        answer = learner.post(f"/learn/module/{code}/start/", {"completed_before": 0})
        ended = learner.post(answer.headers["Location"].partition("#")[0], follow=True)
        endings.append(page_of(ended))
    first, last = endings
    assert title_of(first).startswith("Module finished")
    assert "Path p1 · 1 of 2 modules done. The certificate comes with the last one." in first.main.get_text()
    assert [link["href"] for link in first.select("main a.button")] == ["/learn/module/m51/"]
    assert title_of(last).startswith("Path finished")
    certificate = Certificate.objects.get(person=person)
    assert last.select_one(f"main a[href='{reverse('certificates:detail', args=[certificate.pk])}']")


def test_a_guess_that_is_none_is_told_as_everywhere(learner: Client, lab: Enrolment) -> None:
    answer = learner.post(reverse("learn:lab_predict", args=[lab.pk]), {"number": "twelve"}, follow=True)
    soup = page_of(answer, wrong=True)
    assert soup.select_one("#number")["value"] == "twelve"
    again(learner, answer.request["PATH_INFO"])
    learner.post(reverse("learn:lab_predict", args=[lab.pk]), {"number": "12"})
    page_of(learner.get(answer.request["PATH_INFO"]))


def test_a_case_without_an_answer_is_told_as_everywhere_and_keeps_the_certainty(
    learner: Client, lab: Enrolment
) -> None:
    address = labs.address(lab, "practice")
    page_of(learner.get(address))
    came_back = learner.post(
        labs.address(lab, "practice", "lab_decide"), {"place": 1, "step": "decide", "certainty": "70"}, follow=True
    )
    soup = page_of(came_back, wrong=True)
    assert title_of(soup).startswith("Error: Practice case 1 of ")
    assert soup.select_one("#certainty option[selected]")["value"] == "70"
    again(learner, address)
    locked = learner.post(
        labs.address(lab, "practice", "lab_decide"), {"place": 1, "step": "decide", "answer": "breaks"}
    )
    assert locked.headers["Location"] == f"{address}#advice-title"
    soup = page_of(learner.get(address))
    assert title_of(soup).startswith("The advice · Practice case 1 of ")
    assert soup.select_one("#advice-title[tabindex='-1']")


def test_every_debrief_has_a_title_of_its_own_and_keeps_the_rules(learner: Client, lab: Enrolment) -> None:
    for part in (LabBlock.Part.PRACTICE, LabBlock.Part.A):
        labs.walk(learner, lab, part)
    titles = {title_of(page_of(learner.get(labs.address(lab, part, "lab_result")))) for part in ("practice", "block-a")}
    assert len(titles) == 2
