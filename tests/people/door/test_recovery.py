"""Two people take off a third's factors: by the page's own forms, never by one alone and never by the holder."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from certification.ledger import clock
from lms.mail.models import Message
from lms.people import groups
from lms.people.access import log_of
from lms.people.factor_recovery import OPEN_FOR
from lms.people.models import FactorRecovery, User
from tests.factories import make_user, sign_in
from tests.forms import fill_in, forms_of

pytestmark = pytest.mark.django_db
REASON = {"staff_number": "ma-17", "reason": "lost her key, I called her at home"}


def administrator() -> Client:
    user = make_user()
    User.objects.filter(pk=user.pk).update(is_superuser=True)
    return sign_in(Client(), User.objects.get(pk=user.pk))


@pytest.fixture
def holder() -> User:
    user = make_user(groups.REVIEWER, staff_number="ma-17", email="amal@example.org", language="fr")
    sign_in(Client(), user)
    return user


def page(client: Client) -> Any:
    return client.get(reverse("factor_recoveries"))


def confirm_forms(client: Client) -> list[Any]:
    return [
        given
        for given, _fields in forms_of(page(client))
        if "/recovery/" in str(given.get("action", "")) and len(str(given["action"]).strip("/").split("/")) == 3
    ]


def press_confirm(client: Client) -> Any:
    return client.post(confirm_forms(client)[0]["action"], follow=True)


def test_one_asks_another_confirms_and_the_holder_is_told(holder: User) -> None:
    device = sign_in(Client(), holder)
    asker, confirmer = administrator(), administrator()
    fill_in(asker, page(asker), REASON, follow=True)
    assert Authenticator.objects.filter(user=holder).exists()
    assert "The factors are off" in press_confirm(confirmer).content.decode()
    assert not Authenticator.objects.filter(user=holder).exists()
    assert device.get(reverse("learn:record")).status_code == 302
    letter = Message.objects.get(person=holder.person)
    assert letter.locale == "fr"
    assert [row.what for row in log_of(holder.person, clock.now())] == ["factors.removed", "factors.asked"]
    found = FactorRecovery.objects.get()
    assert None not in (found.asked_by, found.confirmed_by, found.confirmed_at)


def test_an_hr_administrator_may_confirm_and_not_ask(holder: User) -> None:
    asker, office = administrator(), sign_in(Client(), make_user(groups.HR_ADMIN))
    assert 'name="staff_number"' not in page(office).content.decode()
    office.post(reverse("factor_recoveries"), REASON)
    assert not FactorRecovery.objects.exists()
    fill_in(asker, page(asker), REASON, follow=True)
    press_confirm(office)
    assert not Authenticator.objects.filter(user=holder).exists()


def test_who_asked_cannot_confirm(holder: User) -> None:
    asker = administrator()
    fill_in(asker, page(asker), REASON, follow=True)
    assert confirm_forms(asker) == []
    address = reverse("factor_recovery_confirm", args=[FactorRecovery.objects.get().pk])
    refused = asker.post(address)
    assert refused.status_code == 403
    assert "another person has to confirm it" in refused.content.decode()
    assert Authenticator.objects.filter(user=holder).exists()


def test_the_holder_is_neither_of_the_two(holder: User) -> None:
    User.objects.filter(pk=holder.pk).update(is_superuser=True)
    own = sign_in(Client(), User.objects.get(pk=holder.pk))
    assert "You cannot ask for yourself" in fill_in(own, page(own), REASON).content.decode()
    asker = administrator()
    fill_in(asker, page(asker), REASON, follow=True)
    assert own.post(reverse("factor_recovery_confirm", args=[FactorRecovery.objects.get().pk])).status_code == 403
    assert Authenticator.objects.filter(user=holder).exists()


def test_after_a_day_it_has_to_be_asked_again(holder: User) -> None:
    asker, confirmer = administrator(), administrator()
    fill_in(asker, page(asker), REASON, follow=True)
    found = FactorRecovery.objects.get()
    found.asked_at -= OPEN_FOR + timedelta(minutes=1)
    found.save()
    assert confirm_forms(confirmer) == []
    assert confirmer.post(reverse("factor_recovery_confirm", args=[found.pk])).status_code == 403
    assert Authenticator.objects.filter(user=holder).exists()


def test_confirming_asks_who_one_is(holder: User) -> None:
    asker, confirmer = administrator(), administrator()
    fill_in(asker, page(asker), REASON, follow=True)
    session = confirmer.session
    session["account_authentication_methods"][0]["at"] -= 16 * 60
    session.save()
    assert "Confirm that it is you" in press_confirm(confirmer).content.decode()
    assert Authenticator.objects.filter(user=holder).exists()


def test_a_wrong_number_and_somebody_without_factors_get_a_sentence(holder: User) -> None:
    asker = administrator()
    make_user(staff_number="ma-99")
    assert (
        "Nobody signs in with this number"
        in fill_in(asker, page(asker), {**REASON, "staff_number": "xx"}).content.decode()
    )
    assert "has no second factor" in fill_in(asker, page(asker), {**REASON, "staff_number": "ma-99"}).content.decode()


@pytest.mark.parametrize("name", [None, groups.AUDITOR, groups.EDITOR])
def test_others_do_not_see_the_page(name: str | None) -> None:
    client = sign_in(Client(), make_user(*([name] if name else [])))
    assert page(client).status_code == 403
    assert reverse("factor_recoveries") not in client.get(reverse("learn:dashboard")).content.decode()
