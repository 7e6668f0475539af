"""Trails of words: by content, since the last signature, through copies; and those of revisions from before trails."""

from __future__ import annotations

import importlib
from datetime import UTC, datetime

import pytest
from django.apps import apps

from lms.people.models import Person
from lms.signatures import trail
from lms.signatures.models import Authorship
from tests.factories import make_person, make_user
from tests.quizzes.questions import make_question

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
SUBJECT = "thing"


@pytest.fixture
def people() -> dict[str, Person]:
    return {name: make_person(given_name=name) for name in ("Ann", "Ben", "Cleo")}


def write(people: dict[str, Person], steps: str) -> None:
    """“Ann 1, sign Ben, Cleo 2”: who makes the words which, and who signs those that stand."""
    words = ""
    for step in steps.split(", "):
        name, what = step.split()
        if name == "sign":
            trail.sign_words({SUBJECT: words}, people[what], AT)
        else:
            words = what
            trail.note_change(SUBJECT, words, people.get(name), AT)


@pytest.mark.parametrize(
    ("steps", "words", "authors"),
    [
        ("Ann 1", "1", ["Ann"]),
        ("Ann 1, Ben 1", "1", ["Ann"]),  # saved unchanged
        ("Ann 1, sign Ben", "1", []),
        ("Ann 1, sign Ben, Cleo 2", "2", ["Cleo"]),
        ("file 1, Ann 2, Ben 3", "3", ["Ann", "Ben"]),
        ("file 1, Ann 2, Ben 3, Ann 2", "2", ["Ann"]),  # Ben's change was undone
        ("Ann 1, Ben 2, Cleo 3", "2", ["Ann", "Ben"]),  # a later draft is not in these words
        ("Ann 1, sign Ben, Cleo 2, sign Ben, Ann 1", "1", ["Ann"]),  # back to older words is a change
        ("file 1, sign Ben, Ann 2, Cleo 1, Ben 2", "2", ["Ann", "Ben"]),  # put there again
        ("Ann 1, sign Ben, Cleo 2", "nowhere", ["Cleo"]),  # came by a way that left no row
    ],
)
def test_who_wrote_it_since_it_was_signed(
    people: dict[str, Person], steps: str, words: str, authors: list[str]
) -> None:
    write(people, steps)
    assert sorted(person.given_name for person in trail.authors_of_words({SUBJECT: words})) == authors


def test_strings_count_from_the_moment_they_are_handed_in(people: dict[str, Person]) -> None:
    trail.note_words(SUBJECT, people["Ann"], AT)
    trail.note_change(SUBJECT, "1", None, AT)
    trail.sign_words({SUBJECT: "1"}, people["Ben"], AT)
    trail.note_words(SUBJECT, people["Cleo"], AT)
    trail.note_change(SUBJECT, "2", None, AT)
    trail.sign_words({SUBJECT: "2"}, people["Ben"], AT)
    trail.note_words(SUBJECT, people["Ben"], AT)
    trail.note_change(SUBJECT, "1", None, AT)
    assert trail.authors_of_words({SUBJECT: "1"}) == [people["Ben"]]


def test_an_overwritten_draft_is_one_row(people: dict[str, Person]) -> None:
    for words, again in (("1", False), ("2", True), ("3", True)):
        trail.note_change(SUBJECT, words, people["Ann"], AT, revision=7, again=again)
    assert Authorship.objects.get().digest == "3"


def test_a_copy_has_the_whole_trail_before_its_own(people: dict[str, Person]) -> None:
    write(people, "Ann 1, sign Ben, Cleo 2")
    trail.note_change("copy", "3", people["Ben"], AT)
    trail.copy_trail(SUBJECT, "copy")
    assert set(trail.authors_of_words({"copy": "3"})) == {people["Cleo"], people["Ben"]}
    assert trail.authors_of_words({SUBJECT: "2"}) == [people["Cleo"]]


def test_blanks_and_ends_of_lines_are_no_words() -> None:
    assert trail.words_digest({"text": "One\r\ntwo \n"}) == trail.words_digest({"text": "One\ntwo"})
    assert trail.words_digest({"text": "One"}) != trail.words_digest({"text": "one"})


def test_whoever_saved_before_there_were_trails_counts_until_somebody_signs() -> None:
    user = make_user()
    question = make_question()
    question.save_revision(user=user)
    Authorship.objects.all().delete()
    migration = importlib.import_module("lms.signatures.migrations.0002_authors_of_earlier_revisions")
    migration.note_authors(apps, None)
    found = {question.subject(): question.words_digest()}
    assert trail.authors_of_words(found) == [user.person]
    trail.sign_words(found, make_person(), AT)
    assert trail.authors_of_words(found) == []
