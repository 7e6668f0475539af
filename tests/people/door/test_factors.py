"""Second factors, by the pages' own forms: set up, asked for at the sign-in and before what weighs most."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from lms.mail.models import Message
from lms.people import groups, staffing
from lms.people.models import User
from tests.factories import AT, HIRED, PASSWORD, make_person, make_user, sign_in
from tests.forms import fill_in, form_of

pytestmark = pytest.mark.django_db


class Someone:
    """A person at a browser, who signs in with what they have."""

    def __init__(self, *rights: str, **person: Any) -> None:
        self.user = make_user(*rights, email="amal@example.org", staff_number="ma-17", **person)
        self.client = Client()
        self.secret = ""
        self.step = 0

    def give_password(self) -> Any:
        page = self.client.get(reverse("account_login"))
        return fill_in(self.client, page, {"login": "ma-17", "password": PASSWORD}, follow=True)

    def code(self) -> str:
        """A code nobody used yet: of now, then of the half minute after."""
        counter = int(time.time()) // 30 + self.step
        self.step = 1 if self.step == 0 else -1
        return format_hotp_value(hotp_value(self.secret, counter))

    def set_up_app(self) -> Any:
        page = self.client.get(reverse("mfa_activate_totp"), follow=True)
        found = re.search(r'<code dir="ltr">([A-Z2-7]+)</code>', page.content.decode())
        assert found, page.content.decode()
        self.secret = found[1]
        return fill_in(self.client, page, {"code": self.code()}, follow=True)

    def print_codes(self) -> list[str]:
        page = self.client.get(reverse("mfa_generate_recovery_codes"))
        shown = fill_in(self.client, page, {}, follow=True).content.decode()
        return [code.replace(" ", "") for code in re.findall(r"<li><code>([\d ]+)</code>", shown)]

    def sign_out(self) -> None:
        self.client.post(reverse("account_logout"))

    def is_in(self) -> bool:
        return self.client.get(reverse("learn:record")).status_code == 200


def test_an_app_is_set_up_told_by_mail_and_asked_for_from_then_on(django_capture_on_commit_callbacks: Any) -> None:
    amal = Someone(groups.AUDITOR)
    assert "Your work here needs one" in amal.give_password().content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        assert "Printed codes" in amal.set_up_app().content.decode()
    assert "An app was added" in Message.objects.get(person=amal.user.person).subject
    amal.sign_out()
    second = amal.give_password()
    assert "Second step" in second.content.decode()
    assert not amal.is_in()
    assert fill_in(amal.client, second, {"code": amal.code()}, follow=True).status_code == 200
    assert amal.is_in()


def test_the_letter_speaks_its_holders_language(django_capture_on_commit_callbacks: Any) -> None:
    amal = Someone(groups.AUDITOR, language="fr")
    amal.give_password()
    with django_capture_on_commit_callbacks(execute=True):
        amal.set_up_app()
    assert Message.objects.get(person=amal.user.person).locale == "fr"


def test_printed_codes_are_a_factor_of_their_own_and_each_is_good_once() -> None:
    amal = Someone(groups.REVIEWER)
    amal.give_password()
    codes = amal.print_codes()
    assert len(codes) == 10
    amal.sign_out()
    pasted = f" {codes[0][:4]}-{codes[0][4:]} "
    inside = fill_in(amal.client, amal.give_password(), {"code": pasted}, follow=True)
    assert "9 printed codes are left" in inside.content.decode()
    assert amal.is_in()
    amal.sign_out()
    again = fill_in(amal.client, amal.give_password(), {"code": codes[0]}, follow=True)
    assert "Incorrect code" in again.content.decode()
    assert not amal.is_in()


def test_a_code_of_the_app_is_good_once_in_whatever_process(monkeypatch: pytest.MonkeyPatch) -> None:
    amal = Someone(groups.AUDITOR)
    amal.give_password()
    amal.set_up_app()
    amal.sign_out()
    code = amal.code()
    fill_in(amal.client, amal.give_password(), {"code": code}, follow=True)
    amal.sign_out()
    monkeypatch.setattr("allauth.mfa.totp.internal.auth.cache.add", lambda *args, **kwargs: True)  # another process
    assert "Incorrect code" in fill_in(amal.client, amal.give_password(), {"code": code}).content.decode()


def test_the_sixth_wrong_code_is_refused_with_the_time_to_wait() -> None:
    amal = Someone(groups.AUDITOR)
    amal.give_password()
    amal.print_codes()
    amal.sign_out()
    page = amal.give_password()
    answers = [fill_in(amal.client, page, {"code": "000000"}) for _number in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert int(answers[-1]["Retry-After"]) > 0


def test_setting_up_needs_a_fresh_sign_in() -> None:
    amal = Someone(groups.AUDITOR)
    amal.give_password()
    session = amal.client.session
    session["account_authentication_methods"][0]["at"] -= 16 * 60
    session.save()
    page = amal.client.get(reverse("mfa_activate_totp"), follow=True)
    assert "Confirm that it is you" in page.content.decode()
    shown = fill_in(amal.client, page, {"password": PASSWORD}, follow=True)
    assert "Set up an app" in shown.content.decode()


def test_factors_are_offered_to_everybody_and_pressed_on_nobody_else() -> None:
    amal = Someone()
    assert "needs one" not in amal.give_password().content.decode()
    page = amal.client.get(reverse("mfa_index")).content.decode()
    assert "A private phone is never needed" in page
    assert "Your work here needs one" not in page


@pytest.mark.parametrize("name", groups.ALL)
def test_every_group_is_asked_for_one(name: str) -> None:
    amal = Someone(name)
    assert "Your work here needs one" in amal.give_password().content.decode()


def test_administrators_are_asked_for_one() -> None:
    amal = Someone()
    User.objects.filter(pk=amal.user.pk).update(is_superuser=True)
    assert "Your work here needs one" in amal.give_password().content.decode()


def test_the_way_on_from_the_page_stays_on_this_site(client: Client) -> None:
    sign_in(client, make_user())
    page = client.get(reverse("mfa_index"), {"next": "https://evil.example/"}).content.decode()
    assert 'href="https://evil.example' not in page
    assert 'href="/learn/?a=1"' in client.get(reverse("mfa_index"), {"next": "/learn/?a=1"}).content.decode()


# --- The door before what weighs most --------------------------------------------------------------------------------


def without_factor(user: User) -> Client:
    client = sign_in(Client(), user)
    Authenticator.objects.filter(user=user).delete()
    return client


def a_while_ago(client: Client) -> Client:
    session = client.session
    session["account_authentication_methods"][0]["at"] -= 16 * 60
    session.save()
    return client


def test_without_a_factor_names_files_and_rights_are_closed_and_the_page_leads_to_one() -> None:
    groups.ensure_groups()
    person = make_user()
    auditor = without_factor(make_user(groups.AUDITOR))
    administrator = make_user()
    User.objects.filter(pk=administrator.pk).update(is_superuser=True)
    administrator.refresh_from_db()
    office = without_factor(administrator)
    group = Group.objects.get(name=groups.EDITOR)
    closed = [
        auditor.get(reverse("audit:reveal", args=[person.person.pk])),
        auditor.post(reverse("audit:reveal", args=[person.person.pk]), {"reason": "an audit of this path"}),
        auditor.get(reverse("audit:export")),
        auditor.get(reverse("audit:coverage_export")),
        office.get(reverse("wagtailusers_users:edit", args=[person.pk])),
        office.post(reverse("wagtailusers_users:edit", args=[person.pk]), {"groups": [group.pk]}),
        office.post(reverse("wagtailusers_groups:edit", args=[group.pk]), {"name": "x"}),
        office.post("/admin/bulk/people/user/assign_role/?id=1"),
    ]
    for answer in closed:
        assert answer.status_code == 403
        assert reverse("mfa_index") in answer.content.decode()
    assert not groups.in_group(person.person, groups.EDITOR)
    assert auditor.get(reverse("audit:search")).status_code == 200
    assert office.get(reverse("wagtailusers_users:index")).status_code == 200


NOBODYS = "00000000-0000-4000-8000-000000000000"
SIGNATURES = [
    (f"/admin/texts/{NOBODYS}/", {"note": "read"}),
    ("/admin/questions/review/question/1/", {"seen": "x"}),
    ("/admin/pages/2/edit/", {"action-publish": "action-publish"}),
    ("/admin/pages/2/edit/", {"action-workflow-action": "true", "workflow-action-name": "approve"}),
    ("/admin/pages/workflow/action/2/approve/1/", {"comment": "read"}),
    ("/admin/snippets/quizzes/question/edit/1/", {"action-publish": "action-publish"}),
    ("/admin/snippets/quizzes/question/workflow/action/1/approve/1/", {"comment": "read"}),
    ("/admin/bulk/wagtailcore/page/publish/?id=2", {}),
    ("/admin/localize/update/1/", {"publish_translations": "on"}),
]


@pytest.mark.parametrize(("address", "sent"), SIGNATURES)
def test_every_way_to_sign_asks_for_the_factor_and_who_it_is(address: str, sent: dict[str, str]) -> None:
    groups.ensure_groups()
    reviewer = make_user(groups.REVIEWER)
    assert "This needs a second factor" in without_factor(reviewer).post(address, sent).content.decode()
    asked = a_while_ago(sign_in(Client(), reviewer)).post(address, sent)
    assert asked["Location"].startswith("/accounts/reauthenticate/")
    fresh = sign_in(Client(), reviewer).post(address, sent)
    assert "/accounts/" not in fresh.get("Location", "")
    assert "This needs a second factor" not in fresh.content.decode()


def test_reading_and_drafting_ask_for_nothing() -> None:
    groups.ensure_groups()
    reviewer = without_factor(make_user(groups.REVIEWER))
    assert reviewer.get(reverse("content_review")).status_code == 200
    assert reviewer.get("/admin/pages/2/edit/", follow=True).status_code == 200
    editor = a_while_ago(without_factor(make_user(groups.EDITOR)))
    saved = editor.post("/admin/pages/2/edit/", {"action-submit": "action-submit"})
    assert "/accounts/" not in saved.get("Location", "")


def test_questions_leave_the_site_with_a_factor_only() -> None:
    groups.ensure_groups()
    address = reverse("quizzes_export") + "?format=gift&language=en"
    editor = without_factor(make_user(groups.EDITOR))
    assert editor.get(address).status_code == 200
    assert editor.get(f"{address}&download=1").status_code == 403


def test_a_manager_without_the_need_of_a_factor_confirms_by_password() -> None:
    boss = Someone()
    boss.give_password()
    staffing.set_manager(make_person(), boss.user.person, on=HIRED, at=AT)
    export = reverse("team:export")
    assert boss.client.get(export)["Content-Type"].startswith("text/csv")
    a_while_ago(boss.client)
    asked = boss.client.get(export, HTTP_REFERER=f"http://testserver{reverse('team:people')}?q=a", follow=True)
    assert "Confirm that it is you" in asked.content.decode()
    ready = fill_in(boss.client, asked, {"password": PASSWORD}, follow=True).content.decode()
    assert f'href="{export}"' in ready
    assert f'href="{reverse("team:people")}?q=a"' in ready
    assert boss.client.get(export)["Content-Type"].startswith("text/csv")


def test_after_a_while_the_auditor_confirms_once_and_then_reveals_name_after_name() -> None:
    amal = Someone(groups.AUDITOR)
    amal.give_password()
    amal.set_up_app()
    others = [make_user(family_name=f"Hidden{number}").person for number in range(3)]
    session = amal.client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 16 * 60
    session.save()
    asked = amal.client.get(reverse("audit:reveal", args=[others[0].pk]), follow=True)
    assert 'name="code"' in asked.content.decode()  # with the app, not with the password
    assert amal.client.get(reverse("account_reauthenticate")).status_code == 302
    form = fill_in(amal.client, asked, {"code": amal.code()}, follow=True)
    for number, other in enumerate(others):
        form = amal.client.get(reverse("audit:reveal", args=[other.pk]))
        shown = fill_in(amal.client, form, {"reason": "the audit of October"}, follow=True)
        assert f"Hidden{number}" in shown.content.decode()


def test_what_was_typed_is_not_lost_when_the_quarter_of_an_hour_is_over() -> None:
    person = make_user(family_name="Hidden").person
    amal = Someone(groups.AUDITOR)
    amal.give_password()
    amal.print_codes()
    form = amal.client.get(reverse("audit:reveal", args=[person.pk]))
    a_while_ago(amal.client)
    asked = fill_in(amal.client, form, {"reason": "the audit of October"}, follow=True)
    back = fill_in(amal.client, asked, {"password": PASSWORD}, follow=True)
    assert form_of(back, person.pk)["reason"] == ["the audit of October"]
    shown = fill_in(amal.client, back, {}, follow=True)
    assert "Hidden" in shown.content.decode()


def test_what_was_typed_is_shown_to_its_writer_only() -> None:
    person = make_user().person
    auditor = a_while_ago(sign_in(Client(), make_user(groups.AUDITOR)))
    auditor.post(reverse("audit:reveal", args=[person.pk]), {"reason": "said in confidence"})
    kept = auditor.session["put-aside"]
    other = sign_in(Client(), make_user(groups.AUDITOR))
    session = other.session
    session["put-aside"] = kept
    session.save()
    assert "said in confidence" not in other.get(reverse("account_go_on"), follow=True).content.decode()


def test_a_dialog_of_the_admin_says_it_in_its_own_way() -> None:
    groups.ensure_groups()
    reviewer = without_factor(make_user(groups.REVIEWER))
    answer = reviewer.post(
        "/admin/pages/2/edit/", {"action-publish": "1"}, headers={"X-Requested-With": "XMLHttpRequest"}
    )
    assert reverse("mfa_index") in answer.json()["html"]
