"""Rights end with their reason: employment, an administrator's block, a reporting line."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from lms.people import facts_on_day, groups, logins, staffing
from lms.people.models import PeopleChange, Person, User
from lms.people.staffing import StaffingError
from tests.factories import AT, make_entity, make_person, make_user, sign_in

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC)
TODAY = NOW.date()
LONG_AGO = TODAY - timedelta(days=400)
SPRING = date(2027, 3, 1)


def opens(client: Client, page: str = "learn:dashboard") -> bool:
    return client.get(reverse(page)).status_code == 200


@pytest.fixture
def auditor() -> User:
    user = make_user(groups.AUDITOR, groups.REVIEWER, hired=LONG_AGO)
    user.is_superuser = True
    user.save()
    return user


def test_access_is_over_with_the_last_day_without_any_drain(auditor: User) -> None:
    browser = sign_in(Client(), auditor)
    staffing.leave_company(auditor.person, on=TODAY + timedelta(days=1), at=NOW)
    assert opens(browser)
    User.objects.filter(pk=auditor.pk).update(access_until=NOW - timedelta(seconds=1))  # the night has passed
    assert not opens(browser)
    assert User.objects.get(pk=auditor.pk).is_active, "no drain ran"


def test_a_leaving_told_late_ends_rights_and_sessions_at_once(auditor: User) -> None:
    browser = sign_in(Client(), auditor)
    assert opens(browser, "audit:search")
    staffing.leave_company(auditor.person, on=TODAY - timedelta(days=2), at=NOW)
    assert not opens(browser)
    held = User.objects.get(pk=auditor.pk)
    assert (held.is_active, held.is_superuser, list(held.groups.all())) == (False, False, [])


def test_somebody_hired_again_starts_with_nothing_but_learning(auditor: User) -> None:
    browser = sign_in(Client(), auditor)
    staffing.leave_company(auditor.person, on=TODAY - timedelta(days=2), at=NOW)
    staffing.hire(auditor.person, make_entity("uk", zone="Europe/London"), on=TODAY, at=NOW)
    assert not opens(browser), "the cookie of the earlier employment"
    back = sign_in(Client(), User.objects.get(pk=auditor.pk))
    assert opens(back)
    assert back.get(reverse("audit:search")).status_code == 403
    assert not User.objects.get(pk=auditor.pk).is_superuser


def test_rights_end_in_the_gap_also_where_the_next_employment_is_already_known() -> None:
    user = make_user(groups.AUDITOR, hired=LONG_AGO)
    last = TODAY + timedelta(days=10)
    staffing.leave_company(user.person, on=last, at=NOW)
    staffing.hire(user.person, make_entity(), on=last + timedelta(days=60), at=NOW)
    over = NOW + timedelta(days=12)
    assert list(User.objects.get(pk=user.pk).groups.values_list("name", flat=True)) == [groups.AUDITOR]
    assert staffing.deactivate_leavers(over) == 1
    held = User.objects.get(pk=user.pk)
    assert (held.is_active, held.access_until, held.groups.count()) == (True, None, 0)
    assert staffing.deactivate_leavers(over) == 0


def test_one_employment_after_another_without_a_gap_keeps_what_it_gave() -> None:
    user = make_user(groups.AUDITOR, hired=LONG_AGO)
    browser = sign_in(Client(), user)
    staffing.transfer(user.person, make_entity("uk", zone="Europe/London"), on=TODAY - timedelta(days=3), at=NOW)
    staffing.deactivate_leavers(NOW)
    assert opens(browser, "audit:search")


def test_a_leaving_that_is_off_opens_again_but_gives_no_rights_back(auditor: User) -> None:
    staffing.leave_company(auditor.person, on=TODAY - timedelta(days=2), at=NOW)
    staffing.withdraw_leaving(auditor.person, at=NOW)
    held = User.objects.get(pk=auditor.pk)
    assert (held.is_active, held.access_until, held.groups.count()) == (True, None, 0)


def test_a_leaving_day_moved_before_it_came_takes_nothing(auditor: User) -> None:
    staffing.leave_company(auditor.person, on=TODAY + timedelta(days=2), at=NOW)
    staffing.withdraw_leaving(auditor.person, at=NOW)
    assert User.objects.get(pk=auditor.pk).groups.count() == 2


@pytest.mark.parametrize("act", ["stays", "hired"])
def test_no_directory_lifts_an_administrators_block(client: Client, act: str) -> None:
    administrator = make_user(hired=LONG_AGO, given_name="Ada")
    administrator.is_superuser = True
    administrator.save()
    user = make_user(hired=LONG_AGO)
    browser = sign_in(Client(), user)
    sign_in(client, administrator)
    edit = f"/admin/users/edit/{user.pk}/"
    assert 'name="blocked"' in client.get(edit).content.decode()
    assert client.post(edit, {"blocked": "on"}).status_code == 302
    assert not opens(browser)
    staffing.leave_company(user.person, on=TODAY - timedelta(days=2), at=NOW)
    if act == "stays":
        staffing.withdraw_leaving(user.person, at=NOW)
    else:
        staffing.hire(user.person, make_entity(), on=TODAY, at=NOW)
    assert not User.objects.get(pk=user.pk).is_active
    assert client.post(edit, {}).status_code == 302
    assert User.objects.get(pk=user.pk).is_active
    assert not opens(browser), "a session from before the block"


def test_lifting_a_block_does_not_open_a_leavers_login() -> None:
    user = make_user(hired=LONG_AGO)
    logins.set_block(user, True, NOW)
    staffing.leave_company(user.person, on=TODAY - timedelta(days=2), at=NOW)
    logins.set_block(User.objects.get(pk=user.pk), False, NOW)
    assert not User.objects.get(pk=user.pk).is_active


def test_a_login_given_to_somebody_who_has_left_is_closed() -> None:
    person = make_person(hired=LONG_AGO)
    staffing.leave_company(person, on=TODAY - timedelta(days=2), at=NOW)
    assert not staffing.give_login(person, "x-1", groups=[groups.AUDITOR]).is_active


# Reporting lines


def team_of(manager: Person, day: date) -> list[Person]:
    return list(facts_on_day.reports_of(manager, day))


def line() -> tuple[Person, Person, Person]:
    top = make_person("Anna", "Top", hired=LONG_AGO)
    middle = make_person("Bo", "Middle", hired=LONG_AGO, manager=top)
    return top, middle, make_person("Caro", "Low", hired=LONG_AGO, manager=middle)


def test_whoever_reported_to_a_leaver_reports_one_higher_and_never_to_the_rehired() -> None:
    top, middle, low = line()
    staffing.leave_company(middle, on=date(2026, 12, 31), at=AT)
    assert team_of(middle, date(2026, 12, 31)) == [low]
    assert team_of(top, SPRING) == [low]
    staffing.hire(middle, make_entity("uk", zone="Europe/London"), on=date(2027, 2, 1), at=AT)
    assert team_of(middle, SPRING) == []
    assert not facts_on_day.is_manager(middle, SPRING)
    assert date(2027, 1, 1) in PeopleChange.objects.filter(person=low, kind="manager").values_list(
        "effective_on", flat=True
    )


def test_without_anybody_above_the_line_ends() -> None:
    boss = make_person("Bo", hired=LONG_AGO)
    low = make_person("Caro", hired=LONG_AGO, manager=boss)
    staffing.leave_company(boss, on=date(2026, 12, 31), at=AT)
    staffing.hire(boss, make_entity(), on=SPRING, at=AT)
    assert team_of(boss, SPRING) == []
    assert team_of(boss, date(2026, 12, 30)) == [low]


def test_a_functional_line_ends_and_is_not_handed_up() -> None:
    top, middle, low = line()
    other = make_person("Dee", hired=LONG_AGO)
    staffing.set_manager(other, middle, on=LONG_AGO, kind="functional", at=AT)
    staffing.leave_company(middle, on=date(2026, 12, 31), at=AT)
    assert team_of(top, SPRING) == [low]


def test_a_leaving_moved_or_withdrawn_moves_the_line_with_it() -> None:
    top, middle, low = line()
    staffing.leave_company(middle, on=date(2026, 11, 30), at=AT)
    staffing.leave_company(middle, on=date(2026, 12, 31), at=AT + timedelta(days=1))
    assert team_of(middle, date(2026, 12, 31)) == [low]
    assert team_of(top, date(2027, 1, 1)) == [low]
    staffing.leave_company(middle, on=date(2026, 11, 15), at=AT + timedelta(days=2))
    assert team_of(middle, date(2026, 11, 16)) == []
    staffing.withdraw_leaving(middle, at=AT + timedelta(days=3))
    assert team_of(middle, SPRING) == [low]
    assert team_of(top, SPRING) == [low, middle]


def test_a_successor_named_meanwhile_stays_when_the_leaving_is_withdrawn() -> None:
    top, middle, low = line()
    named = make_person("Nia", hired=LONG_AGO)
    staffing.leave_company(middle, on=date(2026, 12, 31), at=AT)
    staffing.set_manager(low, named, on=date(2027, 1, 15), at=AT + timedelta(days=1))
    staffing.withdraw_leaving(middle, at=AT + timedelta(days=2))
    assert team_of(named, SPRING) == [low]
    assert team_of(top, SPRING) == [middle]


def test_when_two_levels_leave_the_line_climbs_over_both() -> None:
    chief = make_person("Zoe", "Chief", hired=LONG_AGO)
    top, middle, low = line()
    staffing.set_manager(top, chief, on=LONG_AGO, at=AT)
    staffing.leave_company(top, on=date(2027, 1, 31), at=AT)
    staffing.leave_company(middle, on=date(2026, 12, 31), at=AT)
    assert team_of(top, date(2027, 1, 15)) == [low]
    assert team_of(top, SPRING) == []
    assert team_of(chief, SPRING) == [low]


def test_a_line_drawn_to_somebody_who_will_leave_ends_with_them() -> None:
    top, middle, _low = line()
    late = make_person("Eli", hired=LONG_AGO)
    staffing.leave_company(middle, on=date(2026, 12, 31), at=AT)
    staffing.set_manager(late, middle, on=date(2026, 11, 1), at=AT)
    assert late in team_of(middle, date(2026, 12, 1))
    assert late in team_of(top, SPRING)
    with pytest.raises(StaffingError, match="has left by"):
        staffing.set_manager(late, middle, on=SPRING, at=AT)


def test_a_circle_on_any_later_day_is_refused() -> None:
    anna, eva = make_person("Anna", hired=LONG_AGO), make_person("Eva", hired=LONG_AGO)
    staffing.set_manager(eva, anna, on=date(2026, 12, 5), at=AT)
    with pytest.raises(StaffingError, match="already reports to"):
        staffing.set_manager(anna, eva, on=date(2026, 12, 1), at=AT)
    staffing.set_manager(eva, None, on=date(2026, 12, 20), at=AT)
    staffing.set_manager(anna, eva, on=date(2026, 12, 20), at=AT)
    assert team_of(eva, date(2026, 12, 21)) == [anna]
