"""Freezing a quiz: keys and right answers make the edition, words make the text, and gaps are named."""

from datetime import UTC, datetime

import pytest
from wagtail.models import Locale

from quizzes.freezing import Incomplete, freeze_quiz
from quizzes.models import Question, Quiz, QuizEdition, QuizItem, QuizText, Story
from tests.quizzes.questions import make_question

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def quiz() -> Quiz:
    made = Quiz.objects.create(code="towels")
    for number in (1, 2):
        question = Question.objects.create(
            code=f"towels-{number}", locale=Locale.get_default(), text=f"Question {number}?", options=options("a", "b")
        )
        QuizItem.objects.create(quiz=made, question=question, sort_order=number)
    return made


def options(*keys: str, right: str = "a") -> list[dict[str, object]]:
    return [
        {
            "type": "option",
            "value": {"key": key, "text": f"Option {key}", "right": key == right, "feedback": "Because."},
        }
        for key in keys
    ]


def change(code: str, **fields: object) -> None:
    question = Question.objects.get(code=code, locale=Locale.get_default())
    for name, value in fields.items():
        setattr(question, name, value)
    question.save()


def test_the_same_quiz_is_the_same_rows(quiz: Quiz) -> None:
    first = freeze_quiz(quiz, "en", AT)
    assert freeze_quiz(quiz, "en", AT) == first
    edition, text = first
    assert [question["key"] for question in edition.keys["questions"]] == ["towels-1", "towels-2"]
    assert edition.keys["questions"][0]["options"] == [{"key": "a", "right": True}, {"key": "b", "right": False}]
    assert text.body["towels-1"]["options"]["b"] == {"text": "Option b", "feedback": "Because."}


def test_other_words_are_another_text_of_the_edition(quiz: Quiz) -> None:
    freeze_quiz(quiz, "en", AT)
    change("towels-1", text="Reworded?")
    freeze_quiz(quiz, "en", AT)
    assert QuizEdition.objects.count() == 1
    assert QuizText.objects.count() == 2


def test_another_right_answer_is_another_edition(quiz: Quiz) -> None:
    freeze_quiz(quiz, "en", AT)
    change("towels-1", options=options("a", "b", right="b"))
    edition, _text = freeze_quiz(quiz, "en", AT)
    assert edition.number == 2


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"text": " "}, "“towels-1” has no text"),
        ({"options": options("a", right="a")}, "needs at least two options"),
        ({"options": options("a", "b", right="")}, "has no right option"),
        ({"options": options("a", "a")}, "several right options"),
        ({"options": options("a", "b", "b")}, "uses the key of an option twice"),
    ],
)
def test_what_is_missing_is_named(quiz: Quiz, fields: dict[str, object], sentence: str) -> None:
    change("towels-1", **fields)
    with pytest.raises(Incomplete) as refused:
        freeze_quiz(quiz, "en", AT)
    assert any(sentence in found for found in refused.value.sentences)
    assert not QuizEdition.objects.exists()


def test_a_quiz_without_questions_is_named() -> None:
    with pytest.raises(Incomplete, match="has no questions"):
        freeze_quiz(Quiz.objects.create(code="empty"), "en", AT)


def test_a_language_needs_every_question_with_the_same_options(quiz: Quiz) -> None:
    french = Locale.objects.get_or_create(language_code="fr")[0]
    with pytest.raises(Incomplete) as refused:
        freeze_quiz(quiz, "fr", AT)
    assert len(refused.value.sentences) == 2
    for question in Question.objects.filter(locale=Locale.get_default()):
        copy = question.copy_for_translation(french)
        copy.text = "En français ?"
        copy.save()
    edition, text = freeze_quiz(quiz, "fr", AT)
    assert edition == freeze_quiz(quiz, "en", AT)[0]
    assert text.body["towels-2"]["text"] == "En français ?"
    Question.objects.filter(code="towels-2", locale=french).update(options=options("a", "c"))
    with pytest.raises(Incomplete, match="towels-2"):
        freeze_quiz(quiz, "fr", AT)


# --- What was frozen before there were ten kinds stays what it is ----------------------------------------------


def test_a_quiz_of_choices_still_freezes_to_the_digests_it_had(quiz: Quiz) -> None:
    change("towels-2", kind="multiple", objective="fold-towels")
    edition, text = freeze_quiz(quiz, "en", AT)
    right = [{"key": "a", "right": True}, {"key": "b", "right": False}]
    said = {key: {"text": f"Option {key}", "feedback": "Because."} for key in "ab"}
    assert edition.keys == {
        "pass_percent": 80,
        "questions": [
            {"key": "towels-1", "kind": "single", "objective": "", "options": right},
            {"key": "towels-2", "kind": "multiple", "objective": "fold-towels", "options": right},
        ],
    }
    assert text.body == {f"towels-{number}": {"text": f"Question {number}?", "options": said} for number in (1, 2)}
    assert edition.sha256 == "b27176c8c9d5ff5c1e7c515fadd78d1f7c3477a3c8b8fef1647bc84f034ccf0c"
    assert text.sha256 == "bcbc35c99a4bc2593cbcfbf58c6ec7646d388c77db10d4eef6a76b1e7aec01dd"


# --- Kinds, pools, cases ----------------------------------------------------------------------------------------

FROZEN = {
    "single": {"options": [{"key": "a", "right": True}, {"key": "b", "right": False}]},
    "multiple": {"options": [{"key": "a", "right": True}, {"key": "b", "right": False}]},
    "truefalse": {"options": [{"key": "true", "right": True}, {"key": "false", "right": False}]},
    "ordering": {"options": [{"key": "a"}, {"key": "b"}, {"key": "c"}]},
    "matching": {"options": [{"key": "a"}, {"key": "b"}]},
    "sorting": {
        "options": [{"key": "a", "category": "yes"}, {"key": "b", "category": "no"}],
        "categories": ["yes", "no"],
    },
    "numeric": {"options": [], "answer": {"value": "12.5", "tolerance": "0.5"}},
    "faults": {"options": [{"key": "a", "fault": True}, {"key": "b", "fault": False}]},
    "likert": {"options": [{"key": "a"}, {"key": "b"}, {"key": "c"}]},
    "dilemma": {"options": [{"key": "a", "panel": 3}, {"key": "b", "panel": 3}]},
}


@pytest.mark.parametrize("kind", sorted(FROZEN))
def test_every_kind_is_frozen_in_its_shape(quiz: Quiz, kind: str) -> None:
    QuizItem.objects.create(quiz=quiz, question=make_question(kind), sort_order=9)
    edition, text = freeze_quiz(quiz, "en", AT)
    assert edition.keys["questions"][-1] == {"key": f"a-{kind}", "kind": kind, "objective": "", **FROZEN[kind]}
    words = text.body[f"a-{kind}"]
    assert words["options"].keys() == {option["key"] for option in FROZEN[kind]["options"]}
    assert "Words of a" not in str(edition.keys)


def test_the_words_of_pairs_groups_and_numbers_are_frozen(quiz: Quiz) -> None:
    for place, kind in enumerate(("matching", "sorting", "numeric", "likert"), 5):
        QuizItem.objects.create(quiz=quiz, question=make_question(kind), sort_order=place)
    body = freeze_quiz(quiz, "en", AT)[1].body
    assert body["a-matching"]["options"]["a"] == {"text": "Words of a", "match": "Match of a", "feedback": "Because."}
    assert body["a-sorting"]["categories"] == {"yes": "Words of yes", "no": "Words of no"}
    assert (body["a-numeric"]["unit"], body["a-numeric"]["feedback"]) == ("%", "Because.")
    assert body["a-likert"]["options"]["a"] == {"text": "Words of a", "feedback": ""}


def test_pools_key_items_and_the_terms_of_a_quiz_are_frozen_where_they_are_not_as_usual(quiz: Quiz) -> None:
    question = make_question("multiple", scoring="part", requirement="eu-ai-act-4")
    QuizItem.objects.create(quiz=quiz, question=question, sort_order=0, pool="p", compulsory=True)
    change("towels-1", kind="multiple", scoring="part")
    quiz.items.filter(question__code="towels-1").update(pool="p")
    quiz.items.filter(question__code="towels-2").update(pool="usual")
    quiz.pools.create(key="p", take=2)
    quiz.pools.create(key="usual", take=1)
    quiz.pretest, quiz.pause_after, quiz.pause_hours, quiz.minutes = True, 3, 12, 20
    quiz.save()
    keys = freeze_quiz(quiz, "en", AT)[0].keys
    first, second, third = keys["questions"]
    assert {name: first[name] for name in ("scoring", "requirement", "pool", "compulsory")} == {
        "scoring": "part",
        "requirement": "eu-ai-act-4",
        "pool": "p",
        "compulsory": True,
    }
    assert second["pool"] == "p"
    assert third.keys() == {"key", "kind", "objective", "options", "pool"}
    assert keys["pools"] == {"p": 2}
    assert keys["pause"] == {"after": 3, "hours": 12}
    assert (keys["pretest"], keys["minutes"]) == (True, 20)


def test_only_what_is_published_is_frozen(quiz: Quiz) -> None:
    question = Question.objects.get(code="towels-1")
    question.text = "Drafted?"
    question.save_revision()
    assert freeze_quiz(quiz, "en", AT)[1].body["towels-1"]["text"] == "Question 1?"
    question.get_latest_revision().publish()
    assert freeze_quiz(quiz, "en", AT)[1].body["towels-1"]["text"] == "Drafted?"
    Question.objects.filter(code="towels-2").update(live=False)
    assert [each["key"] for each in freeze_quiz(quiz, "en", AT)[0].keys["questions"]] == ["towels-1"]


def make_story() -> Story:
    return Story.objects.create(code="tram", locale=Locale.get_default(), title="The tram", text="<p>It stopped.</p>")


def test_a_case_is_frozen_with_its_questions(quiz: Quiz) -> None:
    change("towels-1", story=make_story())
    edition, text = freeze_quiz(quiz, "en", AT)
    assert edition.keys["questions"][0]["story"] == "tram"
    assert text.body["towels-1"]["story"] == {"title": "The tram", "html": "<p>It stopped.</p>"}
    assert "story" not in text.body["towels-2"]


def translate(quiz: Quiz, locale: Locale) -> None:
    for item in quiz.items.all():
        copy = item.question.copy_for_translation(locale)
        copy.text = "En français ?"
        copy.save()


def test_a_language_needs_the_case_as_well_and_published(quiz: Quiz) -> None:
    french = Locale.objects.get_or_create(language_code="fr")[0]
    story = make_story()
    change("towels-1", story=story)
    translate(quiz, french)
    with pytest.raises(Incomplete, match="The case “tram” is not fully translated"):
        freeze_quiz(quiz, "fr", AT)
    copy = story.copy_for_translation(french)
    copy.title, copy.live = "Le tramway", False
    copy.save()
    with pytest.raises(Incomplete, match="The case “tram”"):
        freeze_quiz(quiz, "fr", AT)
    copy.live = True
    copy.save()
    assert freeze_quiz(quiz, "fr", AT)[1].body["towels-1"]["story"]["title"] == "Le tramway"


def test_a_translation_that_is_a_draft_is_not_taught(quiz: Quiz) -> None:
    french = Locale.objects.get_or_create(language_code="fr")[0]
    translate(quiz, french)
    Question.objects.filter(locale=french, code="towels-2").update(live=False)
    with pytest.raises(Incomplete, match="towels-2") as refused:
        freeze_quiz(quiz, "fr", AT)
    assert len(refused.value.sentences) == 1


def test_a_translation_with_another_key_is_refused(quiz: Quiz) -> None:
    french = Locale.objects.get_or_create(language_code="fr")[0]
    translate(quiz, french)
    Question.objects.filter(locale=french, code="towels-2").update(options=options("a", "b", right="b"))
    with pytest.raises(Incomplete, match="towels-2"):
        freeze_quiz(quiz, "fr", AT)
