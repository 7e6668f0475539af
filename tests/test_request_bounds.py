"""What is too much, or holds what no database stores, gets a page and a status, and never an error of ours."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from lms.people.groups import ALL, EDITOR, ensure_groups
from lms.people.models import User
from tests.factories import make_user, sign_in
from tests.growth import assert_linear

pytestmark = pytest.mark.django_db

LEARNER = ("/learn/", "/learn/record/", "/certificates/", "/learn/tests/", "/accounts/login/", "/styleguide/")
PARAMETERS = ("q", "page", "next", "lang", "dir", "as_of", "statements", "looked", "facts", "since", "format", "person")


@pytest.fixture
def everybody(client: Client) -> Client:
    """Somebody with every task at once: every page opens."""
    ensure_groups()
    user = make_user(*ALL)
    User.objects.filter(pk=user.pk).update(is_superuser=True)
    return sign_in(client, user)


@pytest.mark.parametrize("address", [*LEARNER, "/audit/", "/audit/coverage/", "/effect/", "/appeals/", "/admin/texts/"])
def test_nul_is_refused_in_every_query(everybody: Client, address: str) -> None:
    assert everybody.get(address).status_code != 400
    for name in PARAMETERS:
        answer = everybody.get(address, {name: "a\0b"})
        assert answer.status_code == 400
        assert "could not be read" in answer.content.decode()
    assert everybody.get(address, {"a\0b": "x"}).status_code == 400


def test_nul_is_refused_in_paths_and_fields(everybody: Client) -> None:
    assert everybody.get("/learn/m%0001/").status_code == 400
    assert everybody.get("/files/%00").status_code == 400
    for address in ("/learn/tests/", "/accounts/login/", "/admin/texts/"):
        assert everybody.post(address, {"time": "\0"}).status_code == 400
        assert everybody.post(address, {"\0": "x"}).status_code == 400


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_nul_is_refused_in_other_bodies(everybody: Client, method: str) -> None:
    send: Any = getattr(everybody, method)
    for body in ("value=a%00b", "value=a\0b"):
        answer = send("/admin/localize/", body, content_type="application/x-www-form-urlencoded")
        assert answer.status_code == 400
    assert send("/admin/localize/", json.dumps({"value": "a\0b"}), content_type="application/json").status_code in (
        400,
        404,
        405,
    )


@pytest.mark.parametrize(
    "value",
    [
        "[" * 200_000,
        '{"a":' * 200_000,
        '{"blocks":[{"text":"a\\u0000b"}]}',
        '{"blocks":[{"text":"\\ud800"}]}',
        '{"blocks":' + "[" * 100 + "]" * 100 + "}",
    ],
)
def test_json_in_the_editors_fields_is_plain_and_shallow(everybody: Client, value: str) -> None:
    address = reverse("wagtailsnippets_quizzes_story:add")
    answer = everybody.post(address, {"title": "T", "text": value})
    assert (answer.status_code, "could not be read" in answer.content.decode()) == (400, True)


def test_what_an_editor_writes_in_brackets_is_text_and_arrives(everybody: Client) -> None:
    """Escapes, both halves of a character and brackets inside words are no depth."""
    said = {
        "blocks": [{"key": "a", "text": '😀 [[[[ \\ " {' + "[" * 500, "type": "unstyled", "depth": 0}],
        "entityMap": {},
    }
    value = json.dumps(said)
    assert "\\ud83d" in value
    address = reverse("wagtailsnippets_quizzes_story:add")
    assert everybody.post(address, {"title": "T", "text": value}).status_code in (200, 302)


@pytest.mark.parametrize("opener", ["[", "{", '"', "\\", '\\"', '["', "[]", "\\u", "a"])
def test_looking_at_json_takes_twice_the_work_for_twice_the_text(opener: str) -> None:
    from lms.request_bounds import require_plain_json

    def work(text: str) -> None:
        try:
            require_plain_json(text)
        except Exception:
            return

    assert_linear(work, opener)


def test_a_file_where_none_is_asked_for_is_refused(client: Client) -> None:
    sign_in(client, make_user())
    for address in ("/learn/tests/", "/accounts/login/", "/i18n/setlang/"):
        answer = client.post(address, {"time": "x", "file": SimpleUploadedFile("a.txt", b"a" * 5000)})
        assert (answer.status_code, "could not be read" in answer.content.decode()) == (400, True)


@pytest.mark.parametrize(
    ("address", "size", "fits"),
    [
        ("/learn/tests/", 2_700_000, False),
        ("/accounts/login/", 2_700_000, False),
        ("/admin/texts/", 4_000_000, True),
        ("/admin/texts/", 6_000_000, False),
        ("/admin/images/add/", 10_900_000, True),
        ("/admin/images/add/", 12_000_000, False),
        ("/admin/documents/add/", 210_000_000, True),
        ("/admin/documents/add/", 220_000_000, False),
    ],
)
def test_what_is_too_large_is_refused_before_it_is_read(client: Client, address: str, size: int, fits: bool) -> None:
    """The size is what the request says of itself; the body never comes."""
    ensure_groups()
    sign_in(client, make_user(EDITOR))
    answer = client.generic("POST", address, b"", CONTENT_LENGTH=str(size), CONTENT_TYPE="text/plain")
    assert (answer.status_code != 413) is fits
    if not fits:
        assert "Nothing of it was kept." in answer.content.decode()


@pytest.mark.parametrize(
    "day", ["9999-12-31", "0001-01-01", "1899-12-31", "2200-01-01", "2026-13-01", "²", "-1", "1e5"]
)
def test_days_that_cannot_be_reckoned_with_get_a_sentence(everybody: Client, day: str) -> None:
    addresses = [
        f"/audit/?since={day}&until={day}",
        f"/audit/export.csv?since={day}&until={day}",
        f"/audit/coverage/?true_on={day}&known_on={day}",
        f"/audit/coverage/export.csv?true_on={day}&known_on={day}",
    ]
    for address in addresses:
        answer = everybody.get(address)
        assert answer.status_code in (200, 400, 404)
        if answer.status_code != 404:
            assert "Give the date as year" in answer.content.decode() or "Give a day from" in answer.content.decode()


def test_the_first_and_the_last_day_are_days(everybody: Client) -> None:
    for day in ("1900-01-01", "2199-12-31"):
        assert everybody.get(f"/audit/?since={day}&until={day}").status_code == 200
        assert everybody.get(f"/audit/coverage/?true_on={day}").status_code == 200


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_wagtails_filters_are_asked_for_no_day_beyond_the_calendar(everybody: Client, day: str) -> None:
    address = reverse("wagtailadmin_reports:site_history")
    assert everybody.get(address, {"timestamp_from": "2026-01-01"}).status_code == 200
    assert everybody.get(address, {"timestamp_from": day, "timestamp_to": day}).status_code == 400
