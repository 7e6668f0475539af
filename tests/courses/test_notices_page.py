"""Two people decide what mails to managers hold, by the page's own forms."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from certification.ledger import clock
from courses.assignments.told import CopyRule
from lms.people import groups
from lms.people.models import OrgUnit
from tests.factories import make_entity, make_user, sign_in
from tests.forms import fill_in, forms_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def entity(db: None) -> OrgUnit:
    return make_entity()


def office() -> Client:
    return sign_in(Client(), make_user(groups.HR_ADMIN))


def page(client: Client) -> Any:
    return client.get(reverse("notices:copies"))


def wish(entity: OrgUnit, days: str = "20", ahead: int = 1) -> dict[str, str]:
    first = clock.now().date() + timedelta(days=ahead)
    return {"entity": str(entity.pk), "names_after": days, "true_from": str(first)}


def press(client: Client, button: str) -> Any:
    """The button of that name in the first form that has it."""
    given = next(given for given, fields in forms_of(page(client)) if button in fields)
    return client.post(str(given["action"]), {button: "1"}, follow=True)


def test_one_asks_and_another_confirms(entity: OrgUnit) -> None:
    asker, confirmer = office(), office()
    assert "Until then nothing changes" in fill_in(asker, page(asker), wish(entity), follow=True).content.decode()
    assert 'name="confirmed"' not in page(asker).content.decode()
    assert "You asked for this" in page(asker).content.decode()
    answer = press(confirmer, "confirmed").content.decode()
    assert "named after 20 days" in answer
    assert "Nothing waits." in answer
    assert CopyRule.objects.get().confirmed


def test_nobody_confirms_their_own_even_by_hand(entity: OrgUnit) -> None:
    asker = office()
    fill_in(asker, page(asker), wish(entity))
    address = reverse("notices:answer", args=[CopyRule.objects.get().pk])
    assert "A second person has to confirm it" in asker.post(address, {"confirmed": "1"}, follow=True).content.decode()
    assert not CopyRule.objects.get().confirmed


def test_what_was_asked_can_be_turned_down(entity: OrgUnit) -> None:
    asker, other = office(), office()
    fill_in(asker, page(asker), wish(entity, days=""))
    assert "counted, nobody is named" in page(other).content.decode()
    assert "It was turned down." in press(other, "refused").content.decode()
    assert not CopyRule.objects.get().confirmed


@pytest.mark.parametrize(("days", "ahead"), [("6", 1), ("400", 1), ("x", 1), ("20", -3)])
def test_what_cannot_be_is_said_on_the_page(entity: OrgUnit, days: str, ahead: int) -> None:
    client = office()
    answer = fill_in(client, page(client), wish(entity, days, ahead)).content.decode()
    assert 'class="error-summary"' in answer
    assert not CopyRule.objects.exists()
