"""What is written can be read again: the same questions, or a sentence for whatever is missing."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from quizzes.interchange import (
    read_aiken,
    read_gift,
    read_moodle_xml,
    write_aiken,
    write_gift,
    write_moodle_xml,
)
from quizzes.interchange.questions import Format, Ordering, PlatformQuestion, SingleChoice
from tests.quizzes.interchange.strategies import choices, is_sound, questions

BANKS = st.lists(questions(), max_size=3)
# A bank is large: fewer of them, so that the tests stay quick.
few = settings(max_examples=40)


def in_file_order(bank: list[PlatformQuestion]) -> list[PlatformQuestion]:
    return sorted(bank, key=lambda question: bool(question.category))


@few
@given(BANKS)
def test_moodle_xml_carries_everything(bank: list[PlatformQuestion]) -> None:
    written = write_moodle_xml(bank)
    assert (written.refused, written.reduced) == ((), ())
    read = read_moodle_xml(written.text)
    assert list(read.questions) == in_file_order(bank)
    assert (read.refused, read.changed) == ((), ())


@few
@given(BANKS)
def test_gift_carries_everything_it_does_not_refuse(bank: list[PlatformQuestion]) -> None:
    written = write_gift(bank)
    refused = {omission.number for omission in written.refused}
    kept = [question for number, question in enumerate(bank, start=1) if number not in refused]
    read = read_gift(written.text)
    assert list(read.questions) == in_file_order(kept)
    assert (read.refused, read.changed, written.reduced) == ((), (), ())
    for number in refused:
        question = bank[number - 1]
        assert isinstance(question, Ordering) or "->" in repr(question)


@few
@given(BANKS)
def test_gift_needs_no_blank_lines_where_a_question_has_a_name(bank: list[PlatformQuestion]) -> None:
    text = write_gift(bank).text
    squeezed = "\n".join(line for line in text.split("\n") if line.strip())
    assert read_gift(squeezed).questions == read_gift(text).questions


@few
@given(st.lists(choices().filter(is_sound), max_size=3))
def test_aiken_carries_the_words_and_the_key(bank: list[PlatformQuestion]) -> None:
    written = write_aiken(bank)
    refused = {omission.number for omission in written.refused}
    kept = in_file_order([question for number, question in enumerate(bank, start=1) if number not in refused])
    read = read_aiken(written.text)
    assert len(read.questions) == len(kept)
    assert read.refused == read.changed == ()
    for found, question in zip(read.questions, kept, strict=True):
        assert isinstance(found, SingleChoice)
        assert isinstance(question, SingleChoice)
        assert [o.weight == 100 for o in found.options] == [o.weight == 100 for o in question.options]
        if question.text.format == Format.PLAIN:
            assert found.text.words == " ".join(question.text.words.split())


@given(st.text())
def test_no_text_breaks_a_reader(text: str) -> None:
    for read in (read_gift, read_aiken, read_moodle_xml):
        found = read(text)
        assert all(1 <= remark.line <= text.count("\n") + text.count("\r") + 1 for remark in found.refused)
        assert all(str(remark.why) for remark in (*found.refused, *found.changed))


@given(
    st.lists(
        st.sampled_from([*"~=#{}:\\\n>%[] aA1.)", "->", "####", "::", "//", "\n\n", "$CATEGORY:", "T", "ANSWER: A"])
    )
)
def test_every_line_of_gift_ends_up_somewhere(pieces: list[str]) -> None:
    """No question, no remark: then there was nothing but blanks, comments and categories."""
    text = "".join(pieces)
    found = read_gift(text)
    rest = [line.strip() for line in text.split("\n")]
    if any(line and not line.startswith(("//", "$CATEGORY:")) for line in rest):
        assert found.questions or found.refused
    again = write_gift(found.questions)
    assert again.refused == () or "->" in text
