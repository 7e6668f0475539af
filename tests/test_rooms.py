"""What the rooms bring: every name is the room's own and is there, and the site puts it together as it should."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import reverse

from lms import navigation, rooms
from lms.people import groups
from lms.people.policies import Policy
from tests.factories import make_user, sign_in

LMS = settings.BASE_DIR / "lms"
ROOMS = rooms.all_rooms()
DRAINS = """publish freeze emergencies leavers conflicts door assignments nightly digests team_weeks effect remarks
lab_answers sequence checkpoint seal checkpoint_mail xapi resets mail self_check"""
RIGHTS = {
    "editor": """
        quizzes.add_question quizzes.add_quiz quizzes.add_story quizzes.change_question quizzes.change_quiz
        quizzes.change_story quizzes.view_question quizzes.view_quiz quizzes.view_story content.add_fact
        content.change_fact content.view_fact wagtailadmin.access_admin wagtail_localize.submit_translation""",
    "translator": """
        quizzes.change_question quizzes.change_story quizzes.view_question quizzes.view_quiz quizzes.view_story
        wagtailadmin.access_admin wagtail_localize.submit_translation""",
    "reviewer": """
        quizzes.change_question quizzes.change_quiz quizzes.change_story quizzes.lock_question quizzes.lock_story
        quizzes.lock_quiz quizzes.publish_question quizzes.publish_quiz quizzes.publish_story quizzes.unlock_question
        quizzes.unlock_quiz quizzes.unlock_story
        quizzes.view_question quizzes.view_quiz quizzes.view_story wagtailadmin.access_admin""",
    "governance": "",
    "hr-admin": "",
    "auditor": "",
}


def names(room: rooms.Room) -> list[str]:
    """Every dotted name a room gives."""
    return [
        *(module for _prefix, module in room.addresses),
        *(policy for *_rest, policy in room.places if policy),
        *(run for *_rest, run in (*room.drains, *room.key_drains)),
        *room.ledger_claims,
        *room.health_looks,
        *room.fulfilments,
        *(name for chapter in room.chapters.values() for name in chapter),
    ]


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_every_name_of_a_room_is_its_own_and_is_there(room: rooms.Room) -> None:
    assert all(room.resolve(name) is not None for name in names(room))


def test_a_room_may_not_name_what_another_brings() -> None:
    room = apps.get_app_config("reports")
    assert isinstance(room, rooms.Room)
    for name in ("courses.assignments.sync.sync_due", "lms.people.policies.MANAGERS", "django.urls.reverse"):
        with pytest.raises(ImproperlyConfigured, match="not its own"):
            room.resolve(name)


def test_every_app_in_a_package_of_ours_is_a_room() -> None:
    """A config that is none (or Django's own, where `apps.py` confuses it) would bring nothing, and silently."""
    ours = [one for one in apps.get_app_configs() if Path(one.path).parent in {settings.BASE_DIR, LMS}]
    assert [one.name for one in ours if not isinstance(one, rooms.Room)] == []
    assert set(ours) == set(ROOMS)


def test_the_drains_run_in_the_order_in_which_they_feed_each_other() -> None:
    assert [drain.name.replace(" ", "_") for drain in rooms.drains()] == DRAINS.split()


def test_only_the_ledgers_own_drains_need_its_key() -> None:
    assert [drain.name for drain in rooms.drains() if drain.key] == ["sequence", "checkpoint", "self check"]


@pytest.mark.parametrize("collect", [rooms.drains, rooms.places])
def test_no_two_rooms_stand_at_the_same_place_of_an_order(collect: Any) -> None:
    orders = [one.order for one in collect()]
    assert len(orders) == len(set(orders))


def test_no_two_rooms_log_the_same_key() -> None:
    assert len(rooms.access_words()) == sum(len(room.access_words) for room in ROOMS)


def test_chapters_have_moments_that_come() -> None:
    moments = {moment for room in ROOMS for moment in room.chapters}
    assert moments <= {rooms.OPENING, rooms.MORNING, rooms.EVENING, rooms.COMPLETED}


@pytest.mark.django_db
def test_the_groups_get_what_the_rooms_say_and_no_more() -> None:
    groups.ensure_groups()
    for name, expected in RIGHTS.items():
        permissions = Group.objects.get(name=name).permissions
        found = permissions.values_list("content_type__app_label", "codename")
        assert sorted(f"{label}.{codename}" for label, codename in found) == sorted(expected.split()), name


@pytest.mark.django_db
@pytest.mark.parametrize("group", groups.ALL)
def test_a_door_that_is_shown_opens(client: Client, group: str) -> None:
    groups.ensure_groups()
    user = make_user(group)
    sign_in(client, user)
    doors = navigation.open_doors(user.person)
    assert [(door, client.get(reverse(door)).status_code) for door in doors] == [(door, 200) for door in doors]


def test_what_opens_a_place_is_a_policy() -> None:
    assert all(place.policy is None or isinstance(place.policy, Policy) for place in rooms.places())
