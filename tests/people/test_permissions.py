"""The doors: learner, manager, member of a group, stranger; and what each is told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.test import Client, RequestFactory
from django.urls import path

from certification.ledger import clock
from lms.people import access, groups, logins, policies, staffing
from lms.people.models import AccessLog, Person, User
from lms.people.permissions import open_to, person_required
from tests.factories import AT, HIRED, make_person, make_user, sign_in

pytestmark = pytest.mark.django_db


@person_required
def own_page(request: Any) -> HttpResponse:
    return HttpResponse(request.person.name)


@open_to(policies.members_of(groups.AUDITOR, groups.GOVERNANCE))
def audit_page(request: Any) -> HttpResponse:
    return HttpResponse("audit")


@open_to(policies.MANAGERS)
def team_page(request: Any) -> HttpResponse:
    return HttpResponse("team")


@person_required
def own_entry(request: Any, number: int) -> HttpResponse:
    entry = get_object_or_404(access.log_of(request.person, AT), pk=number)
    return HttpResponse(entry.what)


class Doors:
    urlpatterns = [
        path("own/", own_page),
        path("audit/", audit_page),
        path("team/", team_page),
        path("entry/<int:number>/", own_entry),
    ]


@pytest.fixture
def doors(client: Client, settings: Any) -> Client:
    """The real site with these four pages before it."""
    from lms import urls

    class Map:
        urlpatterns = [*Doors.urlpatterns, *urls.urlpatterns]

    settings.ROOT_URLCONF = Map
    return client


def asked(view: Any, user: User | AnonymousUser) -> Any:
    request: HttpRequest = RequestFactory().get("/somewhere/?page=2")
    request.user = user
    return view(request)


@pytest.mark.parametrize("view", [own_page, audit_page, team_page])
def test_a_stranger_is_sent_to_sign_in_and_comes_back(view: Any) -> None:
    response = asked(view, AnonymousUser())
    assert response.status_code == 302
    assert response["Location"] == "/accounts/login/?next=/somewhere/%3Fpage%3D2"


def test_everybody_signed_in_reaches_their_own_page() -> None:
    assert asked(own_page, make_user(given_name="Amal", family_name="Bennani")).content == b"Amal Bennani"


@pytest.mark.parametrize("group", [groups.AUDITOR, groups.GOVERNANCE])
def test_any_of_the_groups_opens(group: str) -> None:
    assert asked(audit_page, make_user(group)).content == b"audit"


@pytest.mark.parametrize("others", [(), (groups.EDITOR,), (groups.HR_ADMIN,)])
def test_other_groups_do_not_open(others: tuple[str, ...]) -> None:
    with pytest.raises(PermissionDenied, match="another task"):
        asked(audit_page, make_user(*others))


def test_a_right_taken_back_closes() -> None:
    user = make_user(groups.AUDITOR)
    logins.revoke(user.person, groups.AUDITOR)
    with pytest.raises(PermissionDenied):
        asked(audit_page, User.objects.get(pk=user.pk))


def test_a_training_role_opens_nothing() -> None:
    with pytest.raises(PermissionDenied):
        asked(audit_page, make_user(roles=("auditor",)))


def test_managers_of_today_and_no_others() -> None:
    manager, learner = make_user(), make_user()
    today = clock.now().date()
    staffing.set_manager(learner.person, manager.person, on=HIRED, at=AT)
    assert asked(team_page, manager).content == b"team"
    with pytest.raises(PermissionDenied, match="nobody reports to you today"):
        asked(team_page, learner)
    staffing.set_manager(learner.person, None, on=today - timedelta(days=2), at=clock.now())
    with pytest.raises(PermissionDenied):
        asked(team_page, manager)


def test_the_refusal_is_a_page_that_says_what_to_do(doors: Client) -> None:
    sign_in(doors, make_user())
    response = doors.get("/team/")
    assert response.status_code == 403
    assert "nobody reports to you today" in response.content.decode()


def test_somebody_elses_object_is_not_found(doors: Client) -> None:
    mine, other = make_user(), make_user()
    access.record_access(make_person(), [mine.person, other.person], capacity=access.AUDITOR, what="record", at=AT)
    sign_in(doors, mine)
    own = AccessLog.objects.get(person=mine.person)
    theirs = AccessLog.objects.get(person=other.person)
    assert doors.get(f"/entry/{own.pk}/").status_code == 200
    assert doors.get(f"/entry/{theirs.pk}/", follow=True).status_code == 404


def test_the_access_log_names_who_looked_and_leaves_oneself_out(django_assert_num_queries: Any) -> None:
    viewer = make_person("Aud", "Itor")
    seen = [make_person(f"P{number}") for number in range(3)]
    with django_assert_num_queries(1):
        written = access.record_access(
            viewer, [*seen, viewer], capacity=access.AUDITOR, what="w" * 99, at=AT, reason="case 7"
        )
    assert written == 3
    with django_assert_num_queries(1):
        entry = access.log_of(seen[0], AT).get()
        assert isinstance(entry.viewer, Person)
        assert (entry.viewer.name, entry.capacity, entry.reason, entry.what) == (
            "Aud Itor",
            "auditor",
            "case 7",
            "w" * 60,
        )


@pytest.mark.parametrize("group", ["", groups.AUDITOR, groups.HR_ADMIN, groups.GOVERNANCE])
def test_who_has_no_task_in_the_editing_house_reads_so_and_is_not_sent_round(client: Client, group: str) -> None:
    sign_in(client, make_user(*filter(None, [group])))
    for address in ("/admin/", "/admin/pages/", "/admin/users/", "/admin/login/?next=/admin/"):
        page = client.get(address)
        assert page.status_code == 403, address
        assert "people who write, translate or review" in page.content.decode()
    came_in = client.get("/accounts/login/?next=/admin/", follow=True)
    assert (came_in.status_code, [status for _to, status in came_in.redirect_chain]) == (403, [302])
