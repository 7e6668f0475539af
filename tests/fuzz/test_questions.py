from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wagtail.models import Locale

from quizzes.exchange.importing import preview_import
from quizzes.interchange import read_gift, read_moodle_xml, write_gift, write_moodle_xml
from quizzes.interchange.questions import Ordering, PlatformQuestion, QuestionsRead
from quizzes.interchange.soundness import unsound_points
from tests.fuzz import fuzzed
from tests.fuzz.documents import READERS, WORD, aiken_documents, gift_documents, noise, words_of, xml_documents

DOCUMENTS = (
    st.tuples(st.just("xml"), xml_documents())
    | st.tuples(st.just("gift"), gift_documents())
    | st.tuples(st.just("aiken"), aiken_documents())
)
LANGUAGES = st.sampled_from(["en", "fr", ""])


def check_remarks(read: QuestionsRead, text: str) -> None:
    for remark in (*read.refused, *read.changed):
        assert 1 <= remark.line <= text.count("\n") + text.count("\r") + 1
        assert str(remark.why).strip()
    assert len(read.lines) == len(read.questions)


def check_round_trip(question: PlatformQuestion) -> None:
    """Whatever was taken goes out and comes back as it is."""
    assert list(unsound_points(question)) == []
    written = write_moodle_xml([question])
    assert (written.refused, written.reduced) == ((), ())
    assert read_moodle_xml(written.text).questions == (question,)
    written = write_gift([question])
    if written.refused:
        assert isinstance(question, Ordering) or "->" in repr(question)
    else:
        assert read_gift(written.text).questions[0].texts
        assert [*read_gift(written.text).questions[0].texts()] == [*question.texts()]


@pytest.mark.parametrize("format", READERS)
@fuzzed(40)
@given(data=st.data())
def test_no_noise_breaks_a_reader(format: str, data: st.DataObject) -> None:
    text = data.draw(noise())
    read = READERS[format](text, "en")
    check_remarks(read, text)
    for question in read.questions:
        check_round_trip(question)


@fuzzed(120)
@given(DOCUMENTS, LANGUAGES)
def test_no_word_gets_lost_without_a_remark(document: tuple[str, str], language: str) -> None:
    format, text = document
    read = READERS[format](text, language)
    check_remarks(read, text)
    assert read.questions or read.refused
    kept = set[str]().union(*map(words_of, read.questions))
    if not read.refused and not read.changed:
        assert kept >= set(WORD.findall(text)), "a word is gone, and nobody says so"
    for question in read.questions:
        check_round_trip(question)


@pytest.mark.django_db
@fuzzed(60)
@given(DOCUMENTS)
def test_what_the_bank_takes_is_what_stood_there_or_it_says_so(document: tuple[str, str]) -> None:
    format, text = document
    found = preview_import(text, format, "m07", Locale.get_default())
    shown = " ".join(
        str(words)
        for question in found.taken
        for words in (question.text, *(value for child in question.options for value in child.value.values()))
    )
    if not found.refused and not found.changed:
        assert set(WORD.findall(shown)) >= set(WORD.findall(text))
    for question in found.taken:
        options = [child.value["text"] for child in question.options if "text" in child.value]
        assert len(set(options)) == len(options)
        assert not set("<>") & set(question.text) or {"&", "<", ">"} & set(text)
