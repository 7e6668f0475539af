"""Wagtail's admin with our logins: who gets in, what they may do, and the pages that know our User model."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import GroupApprovalTask, GroupPagePermission, Page

from lms.people import groups
from lms.people.models import User
from tests.factories import make_user, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _groups() -> None:
    groups.ensure_groups()


@pytest.fixture
def administrator() -> User:
    user = make_user(given_name="Ada", family_name="Min")
    User.objects.filter(pk=user.pk).update(is_superuser=True)
    return User.objects.get(pk=user.pk)


def test_ensuring_groups_twice_changes_nothing() -> None:
    counts = [GroupPagePermission.objects.count(), Group.objects.count(), Group.permissions.through.objects.count()]
    groups.ensure_groups()
    assert counts == [
        GroupPagePermission.objects.count(),
        Group.objects.count(),
        Group.permissions.through.objects.count(),
    ]
    assert set(groups.ALL) <= set(Group.objects.values_list("name", flat=True))


def test_reviewers_decide_in_the_moderation_workflow() -> None:
    task = GroupApprovalTask.objects.filter(workflow_tasks__isnull=False).first()
    assert task
    assert groups.REVIEWER in task.groups.values_list("name", flat=True)


@pytest.mark.parametrize(
    ("group", "may"),
    [
        (groups.EDITOR, {"add": True, "edit": True, "publish": False}),
        (groups.TRANSLATOR, {"add": False, "edit": True, "publish": False}),
        (groups.REVIEWER, {"add": False, "edit": True, "publish": True}),
    ],
)
def test_who_writes_does_not_publish(group: str, may: dict[str, bool]) -> None:
    home = Page.objects.get(depth=2)
    tester = home.permissions_for_user(make_user(group))
    assert {
        "add": tester.can_add_subpage(),
        "edit": tester.can_edit(),
        "publish": tester.can_publish(),
    } == may


@pytest.mark.parametrize("group", [groups.EDITOR, groups.TRANSLATOR, groups.REVIEWER])
@pytest.mark.parametrize("path", ["/admin/", "/admin/account/", "/admin/pages/", "/admin/images/", "/admin/documents/"])
def test_people_of_the_content_get_in(client: Client, group: str, path: str) -> None:
    sign_in(client, make_user(group))
    assert client.get(path, follow=True).status_code == 200


@pytest.mark.parametrize("group", [groups.AUDITOR, groups.HR_ADMIN, groups.GOVERNANCE, None])
def test_others_do_not_get_in(client: Client, group: str | None) -> None:
    sign_in(client, make_user(*([group] if group else [])))
    for path in ("/admin/", "/admin/account/", "/admin/users/"):
        response = client.get(path)
        assert response.status_code in (302, 403)


@pytest.mark.parametrize("path", ["", "new/", "edit/{pk}/", "delete/{pk}/", "history/{pk}/"])
def test_editors_do_not_manage_logins(client: Client, path: str) -> None:
    user = make_user(groups.EDITOR)
    sign_in(client, user)
    response = client.get(f"/admin/users/{path.format(pk=user.pk)}", follow=True)
    assert "Sorry, you do not have permission" in response.content.decode()
    assert "/admin/users/" not in client.get("/admin/").content.decode()


def test_own_settings_ask_for_no_name_and_can_be_saved(client: Client) -> None:
    user = make_user(groups.EDITOR, email="ed@example.org")
    sign_in(client, user)
    page = client.get("/admin/account/").content.decode()
    assert "name_email-first_name" not in page
    assert "password-new_password1" not in page
    wanted = {
        "locale-preferred_language": "fr",
        "locale-current_time_zone": "Europe/Paris",
        "theme-theme": "dark",
        "theme-contrast": "system",
        "theme-density": "default",
    }
    assert client.post("/admin/account/", wanted).status_code == 302
    assert User.objects.get(pk=user.pk).wagtail_userprofile.theme == "dark"


def test_an_administrator_finds_a_login_and_gives_rights(client: Client, administrator: User) -> None:
    learner = make_user(given_name="Zoé", family_name="Learner", staff_number="fr-9")
    sign_in(client, administrator)
    assert "/admin/users/" in client.get("/admin/").content.decode()
    found = client.get("/admin/users/?q=Learner").content.decode()
    assert "Zoé Learner" in found
    assert "Ada Min" not in found.split("<tbody", 1)[1].split("</tbody", 1)[0]
    edit = f"/admin/users/edit/{learner.pk}/"
    form = client.get(edit).content.decode()
    assert 'name="first_name"' not in form
    auditors = Group.objects.get(name=groups.AUDITOR)
    assert client.post(edit, {"groups": [auditors.pk]}).status_code == 302
    assert groups.in_group(learner.person, groups.AUDITOR)


def test_an_administrator_cannot_lock_themselves_out(client: Client, administrator: User) -> None:
    sign_in(client, administrator)
    assert client.post(f"/admin/users/edit/{administrator.pk}/", {}).status_code == 302
    administrator.refresh_from_db()
    assert administrator.is_active
    assert administrator.is_superuser


def test_nobody_makes_a_login_without_a_person(client: Client, administrator: User) -> None:
    sign_in(client, administrator)
    before = User.objects.count()
    client.post("/admin/users/new/", {"staff_number": "x", "email": "x@example.org"})
    assert User.objects.count() == before
    assert "/admin/users/new/" not in client.get("/admin/users/").content.decode()


def test_listing_logins_costs_no_more_for_more_people(client: Client, administrator: User) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get("/admin/users/").status_code == 200
        return len(seen)

    sign_in(client, administrator)
    cost()
    few = cost()
    for _number in range(5):
        make_user()
    assert cost() <= few
