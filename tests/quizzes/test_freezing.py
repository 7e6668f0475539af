"""Freezing a quiz: keys and right answers make the edition, words make the text, and gaps are named."""

from datetime import UTC, datetime

import pytest
from wagtail.models import Locale

from quizzes.freezing import Incomplete, freeze
from quizzes.models import Question, Quiz, QuizEdition, QuizItem, QuizText

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
    first = freeze(quiz, "en", AT)
    assert freeze(quiz, "en", AT) == first
    edition, text = first
    assert [question["key"] for question in edition.keys["questions"]] == ["towels-1", "towels-2"]
    assert edition.keys["questions"][0]["options"] == [{"key": "a", "right": True}, {"key": "b", "right": False}]
    assert text.body["towels-1"]["options"]["b"] == {"text": "Option b", "feedback": "Because."}


def test_other_words_are_another_text_of_the_edition(quiz: Quiz) -> None:
    freeze(quiz, "en", AT)
    change("towels-1", text="Reworded?")
    freeze(quiz, "en", AT)
    assert QuizEdition.objects.count() == 1
    assert QuizText.objects.count() == 2


def test_another_right_answer_is_another_edition(quiz: Quiz) -> None:
    freeze(quiz, "en", AT)
    change("towels-1", options=options("a", "b", right="b"))
    edition, _text = freeze(quiz, "en", AT)
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
        freeze(quiz, "en", AT)
    assert any(sentence in found for found in refused.value.sentences)
    assert not QuizEdition.objects.exists()


def test_a_quiz_without_questions_is_named() -> None:
    with pytest.raises(Incomplete, match="has no questions"):
        freeze(Quiz.objects.create(code="empty"), "en", AT)


def test_a_language_needs_every_question_with_the_same_options(quiz: Quiz) -> None:
    french = Locale.objects.get_or_create(language_code="fr")[0]
    with pytest.raises(Incomplete) as refused:
        freeze(quiz, "fr", AT)
    assert len(refused.value.sentences) == 2
    for question in Question.objects.filter(locale=Locale.get_default()):
        copy = question.copy_for_translation(french)
        copy.text = "En français ?"
        copy.save()
    edition, text = freeze(quiz, "fr", AT)
    assert edition == freeze(quiz, "en", AT)[0]
    assert text.body["towels-2"]["text"] == "En français ?"
    Question.objects.filter(code="towels-2", locale=french).update(options=options("a", "c"))
    with pytest.raises(Incomplete, match="towels-2"):
        freeze(quiz, "fr", AT)
