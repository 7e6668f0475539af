"""Questions of the bank to files of other platforms and back: nothing is lost in silence, nothing is stored unseen."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext, override
from wagtail.models import Locale

from lms.people.groups import EDITOR, REVIEWER, TRANSLATOR, ensure_groups
from lms.people.models import User
from quizzes import freezing, soundness
from quizzes.exchange import exporting, importing
from quizzes.exchange.exporting import TARGETS, ExportedFile
from quizzes.models import Question, Quiz, QuizItem, Story
from tests.factories import make_user, sign_in
from tests.quizzes.questions import BLOCKS, make_question, number, options

pytestmark = pytest.mark.django_db
EXAMPLES = Path(__file__).parents[1] / "interchange" / "examples"
KNOWN = ("single", "multiple", "truefalse", "matching", "ordering", "numeric")
AIKEN = "Which sign is right?\nA. The first\nB. The second\nANSWER: B\n"


def given(*questions: Question, format: str = "gift") -> ExportedFile:
    return exporting.export_questions(questions, TARGETS[format])


def preview(text: str, format: str = "gift") -> importing.ImportPreview:
    return importing.preview_import(text, format, "m07", Locale.get_default())


def said(remarks: list[importing.ExchangeRemark]) -> list[str]:
    return [remark.sentence for remark in remarks]


# --- Out and in -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("format", ["gift", "xml"])
@pytest.mark.parametrize("kind", KNOWN)
def test_what_is_written_is_read_again(kind: str, format: str) -> None:
    question = make_question(kind, scoring="part" if kind == "multiple" else "whole")
    file = given(question, format=format)
    if file.refused:
        assert (kind, format) == ("ordering", "gift")
        return
    (again,) = preview(file.text, format).taken
    again.save()
    again.refresh_from_db()
    # Keys are given anew on the way in; what they mark is the same.
    assert (again.kind, again.text, again.live) == (kind, question.text, True)
    assert marks(again) == marks(question)


def marks(question: Question) -> list[Any]:
    found = freezing.neutral_question(question)
    words = freezing.question_words(question)["options"]
    if question.kind == "truefalse":  # its words are those of the language, its keys always the same
        return found["options"]
    rows = [(words[each["key"]]["text"], each.get("right")) for each in found["options"]]
    return [rows, found.get("answer"), found.get("scoring")]


@pytest.mark.parametrize("kind", sorted(set(BLOCKS) - set(KNOWN)))
def test_kinds_that_no_format_knows_are_refused_by_name(kind: str) -> None:
    file = given(make_question(kind), make_question())
    assert [(remark.question, file.count) for remark in file.refused] == [(f"a-{kind}", 1)]
    assert "No format of another platform knows this kind" in file.refused[0].sentence


@pytest.mark.parametrize(
    ("kind", "fields", "sentence"),
    [
        ("matching", {}, "The feedback of its options is left out."),
        ("numeric", {}, "Its unit is left out."),
        ("multiple", {}, "There it gives partial credit; here it is all or nothing."),
        ("single", {"story": True}, "The case it is about is left out."),
    ],
)
def test_what_a_file_cannot_hold_is_said(kind: str, fields: dict[str, Any], sentence: str) -> None:
    if fields:
        fields = {"story": Story.objects.create(code="s", locale=Locale.get_default(), title="S", text="<p>S</p>")}
    assert sentence in said(given(make_question(kind, **fields)).reduced)


def test_what_is_not_in_the_file_is_not_called_reduced() -> None:
    file = given(make_question("multiple"), format="aiken")
    assert (file.count, len(file.refused), file.reduced) == (0, 1, [])


def test_a_question_that_cannot_be_asked_is_not_given_either() -> None:
    file = given(
        make_question("numeric", options=[]), make_question("truefalse", options=options("true", "no", right="true"))
    )
    assert file.count == 0
    assert "needs exactly one right number" in file.refused[0].sentence
    assert "“true” and “false”" in file.refused[1].sentence


@pytest.mark.parametrize(
    ("file", "format"), [("oversight.gift", "gift"), ("oversight.xml", "xml"), ("oversight.aiken.txt", "aiken")]
)
def test_of_a_whole_file_every_question_is_taken_or_refused(file: str, format: str) -> None:
    found = preview((EXAMPLES / file).read_text(encoding="utf-8"), format)
    assert found.taken
    assert len({question.code for question in found.taken}) == len(found.taken)
    for question in found.taken:
        assert re.fullmatch(r"m07-[a-z0-9_-]+", question.code)
        question.save()
        gaps = [gap for gap in soundness.gaps_of_question(question) if "feedback" not in gap]
        assert gaps == [], "what a preview takes lacks nothing but feedback"


def test_a_number_with_more_digits_than_fit_is_refused() -> None:
    found = preview("::Long::How much? {#0.12345678901:0}")
    assert said(found.refused) == ["Its number has more digits than fit. Round it."]
    assert found.taken == []


def test_true_and_false_are_said_in_the_language_of_the_question() -> None:
    french = Locale.objects.get_or_create(language_code="fr")[0]
    with override("en"):
        (question,) = importing.preview_import("::Sun::Il fait jour.{TRUE}", "gift", "m07", french).taken
    with override("fr"):
        words = [gettext("True"), gettext("False")]
    assert [child.value["text"] for child in question.options] == words


def test_codes_that_are_taken_are_not_given_again() -> None:
    make_question(code="m07-signs")
    found = preview("::Signs::One? {=a ~b}\n\n::Signs::Two? {=a ~b}")
    assert [question.code for question in found.taken] == ["m07-signs-2", "m07-signs-3"]


# --- In the editing area ----------------------------------------------------------------------------------------


@pytest.fixture
def editor() -> User:
    ensure_groups()
    return make_user(EDITOR)


def form(**more: Any) -> dict[str, Any]:
    return {"format": "aiken", "language": "en", "beginning": "m07"} | more


def test_an_import_is_shown_before_anything_is_stored(client: Client, editor: User) -> None:
    sign_in(client, editor)
    file = SimpleUploadedFile("signs.txt", AIKEN.encode())
    page = client.post(reverse("quizzes_import"), form(file=file))
    assert page.status_code == 200
    assert not Question.objects.exists()
    html = page.content.decode()
    assert "The second <strong>(right)</strong>" in html
    assert "1 question can be taken." in html
    sent = page.context["given"] | {"confirmed": "1"}
    assert client.post(reverse("quizzes_import"), form(content=sent["content"], confirmed="1")).status_code == 302
    question = Question.objects.get()
    assert (question.live, question.latest_revision.user) == (False, editor)
    assert [child.value["right"] for child in question.options] == [False, True]


def test_an_imported_question_is_a_draft_that_no_quiz_asks_and_its_editor_opens(client: Client, editor: User) -> None:
    sign_in(client, editor)
    client.post(reverse("quizzes_import"), form(content=AIKEN, confirmed="1"))
    quiz = Quiz.objects.create(code="q")
    QuizItem.objects.create(quiz=quiz, question=Question.objects.get())
    assert freezing.quiz_gaps(quiz) == ["The quiz has no questions."]
    page = client.get(reverse("wagtailsnippets_quizzes_question:edit", args=[Question.objects.get().pk]))
    assert page.status_code == 200


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"file": SimpleUploadedFile("a.txt", b"\xff\xfe\x00")}, "is not text in UTF-8"),
        ({"file": SimpleUploadedFile("a.txt", b"x" * (1024 * 1024 + 1))}, "larger than 1 MB"),
        ({}, "Choose a file that is not empty."),
        ({"content": AIKEN, "format": "word"}, "Select a valid choice"),
    ],
)
def test_a_file_that_cannot_be_taken_is_named(
    client: Client, editor: User, sent: dict[str, Any], sentence: str
) -> None:
    sign_in(client, editor)
    answer = client.post(reverse("quizzes_import"), form(**sent))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_only_who_may_write_questions_imports_them(client: Client, editor: User) -> None:
    sign_in(client, make_user(REVIEWER))
    client.post(reverse("quizzes_import"), form(content=AIKEN, confirmed="1"))
    assert not Question.objects.exists()


def test_an_export_says_what_it_holds_and_gives_the_file(client: Client, editor: User) -> None:
    quiz = Quiz.objects.create(code="towels")
    QuizItem.objects.create(quiz=quiz, question=make_question())
    QuizItem.objects.create(quiz=quiz, question=make_question("likert"))
    make_question(code="elsewhere")
    make_question(code="drafted", live=False)
    sign_in(client, editor)
    chosen = {"format": "gift", "language": "en", "quiz": "towels"}
    page = client.get(reverse("quizzes_export"), chosen)
    html = page.content.decode()
    assert "1 question is in it." in html
    assert "No format of another platform knows this kind of question." in html
    file = client.get(reverse("quizzes_export"), chosen | {"download": "1"})
    assert file["Content-Disposition"] == 'attachment; filename="litmus-en.gift.txt"'
    assert "a-single" in file.content.decode()
    assert "elsewhere" not in file.content.decode()
    whole = client.get(reverse("quizzes_export"), {"format": "gift", "language": "en", "download": "1"})
    assert "elsewhere" in whole.content.decode()
    assert "drafted" not in whole.content.decode()


def test_a_number_keeps_its_value_and_tolerance(client: Client) -> None:
    file = given(make_question("numeric", options=[number("0.125", "0.005", "")]))
    (again,) = preview(file.text).taken
    again.save()
    assert freezing.neutral_question(again)["answer"] == {"value": "0.125", "tolerance": "0.005"}


def test_who_only_translates_gets_neither_the_whole_bank_nor_how_people_answer(client: Client) -> None:
    ensure_groups()
    made = Quiz.objects.create(code="q")
    pages = [reverse("quizzes_export"), reverse("quizzes_analyses"), reverse("quizzes_analysis", args=[made.pk])]
    opened = {
        group: [sign_in(Client(), make_user(group)).get(page).status_code for page in pages]
        for group in (EDITOR, REVIEWER, TRANSLATOR)
    }
    assert opened[EDITOR] == opened[REVIEWER] == [200, 200, 200]
    assert 200 not in opened[TRANSLATOR]
    listed = sign_in(client, make_user(TRANSLATOR)).get(reverse("wagtailsnippets_quizzes_question:list"))
    assert reverse("quizzes_export") not in listed.content.decode()
