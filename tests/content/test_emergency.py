"""One person, 72 hours, a reason: said to learners and in the ledger, and over unless somebody signs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from certification.ledger import clock
from certification.ledger.models import Opening, Pending
from content import emergency, review, texts
from content.editions import EmergencyCorrection, Module, ModuleText
from content.models import ModulePage
from courses.learning import enrolments
from lms.people.groups import REVIEWER, ensure_groups
from lms.people.models import User
from lms.refusals import Refused
from tests.content.pressing import fields, sentences
from tests.content.samples import make_module
from tests.factories import make_user, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site_pages")]
FLAG = "Corrected in an emergency"
OVER = timedelta(hours=72)


@pytest.fixture
def reviewer() -> User:
    ensure_groups()
    return make_user(REVIEWER, given_name="Noor", family_name="Reviewer", hired=None)


@pytest.fixture
def module(reviewer: User) -> Module:
    return make_module("s01", languages=("en",))


def correct(reviewer: User, **changes: object) -> ModuleText:
    """The reviewer's own words, published by the reviewer, so that nobody signs them but another."""
    page = ModulePage.objects.get(code="s01", locale__language_code="en")
    for name, value in changes.items():
        setattr(page, name, value)
    page.save_revision(user=reviewer).publish(user=reviewer)
    return ModuleText.objects.order_by("-edition__number", "-revision")[0]


def shown() -> str:
    edition = texts.current_edition(Module.objects.get())
    assert edition is not None
    return str(texts.text_for(edition, "en").body["title"])


def press_it(client: Client, text: ModuleText, reason: str = "The number is a stranger's.") -> None:
    address = reverse("content_review_text", args=[text.pk])
    page = BeautifulSoup(client.get(address).content, "html.parser")
    button = page.find("button", attrs={"name": "emergency"})
    assert button is not None
    form = button.find_parent("form")
    assert form is not None
    client.post(address, fields(form) | {"reason": reason, "emergency": "emergency"})


def test_one_person_corrects_and_after_72_hours_the_signed_text_is_back(
    client: Client, module: Module, reviewer: User
) -> None:
    before = shown()
    learner = make_user()
    enrolment = enrolments.start(learner.person, module, clock.now())
    text = correct(reviewer, title="The right number")
    assert shown() == before
    sign_in(client, reviewer)
    press_it(client, text, reason=" ")
    assert "Write why this cannot wait for a second person." in sentences(client)[-1]
    assert shown() == before
    press_it(client, text)
    assert shown() == "The right number"
    cache.clear()
    reader = sign_in(Client(), learner)
    for name, arguments in (("learn:section", [enrolment.pk, "start"]), ("learn:module", ["s01"])):
        assert FLAG in reader.get(reverse(name, args=arguments)).content.decode()
    assert FLAG in Client().get(ModulePage.objects.get().url).content.decode()
    correction = EmergencyCorrection.objects.get()
    assert emergency.fall_back_due(correction.at + OVER - timedelta(seconds=1)) == 0
    assert emergency.fall_back_due(correction.at + OVER) == 1
    cache.clear()
    assert shown() == before
    assert FLAG not in reader.get(reverse("learn:section", args=[enrolment.pk, "start"])).content.decode()
    # Once more by the same person alone, or with a comma changed: no.
    for again in (text, correct(reviewer, title="The right number!")):
        with pytest.raises(Refused):
            emergency.correct_at_once(again, reviewer.person, "Again", clock.now())


def test_a_second_person_makes_it_stay(module: Module, reviewer: User) -> None:
    text = correct(reviewer, title="The right number")
    made = emergency.correct_at_once(text, reviewer.person, "Wrong number", clock.now())
    with pytest.raises(review.SignOffRefused):
        review.sign_off(text, reviewer.person, clock.now())
    review.sign_off(text, make_user(REVIEWER).person, clock.now())
    assert emergency.fall_back_due(made.until) == 0
    assert shown() == "The right number"


def test_whoever_corrects_the_correction_gets_no_longer_for_it(module: Module, reviewer: User) -> None:
    first = emergency.correct_at_once(correct(reviewer, title="One"), reviewer.person, "Wrong", clock.now())
    later = first.at + timedelta(hours=70)
    second = emergency.correct_at_once(correct(reviewer, title="Two"), reviewer.person, "Wrong again", later)
    assert second.until == first.until
    assert shown() == "Two"
    emergency.fall_back_due(second.until)
    assert shown() == "English title s01"


def test_other_keys_or_terms_are_no_emergency(module: Module, reviewer: User) -> None:
    page = ModulePage.objects.get()
    page.quiz.pass_percent = 1
    page.quiz.save_revision(user=reviewer).publish()
    text = correct(reviewer, title="The right number")
    with pytest.raises(Refused, match="changes words only"):
        emergency.correct_at_once(text, reviewer.person, "Too hard", clock.now())


def test_it_stands_in_the_ledger_as_what_it_is(module: Module, reviewer: User) -> None:
    text = correct(reviewer, title="The right number")
    made = emergency.correct_at_once(text, reviewer.person, "Wrong number", clock.now())
    logged = Pending.objects.get(key=emergency.emergency_key(made))
    said = Opening.objects.get(entry=logged.uuid, part="payload").value
    assert logged.kind == "module.publish"
    assert made.until.isoformat() in said
    assert text.sha256 in said
    assert "Wrong number" not in said
