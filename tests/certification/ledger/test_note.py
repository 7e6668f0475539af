"""Signed notes and checkpoints against the examples of C2SP."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certification.ledger import note
from certification.ledger.note import BadNote, SigningKey, TreeHead, VerifierKey

VECTORS = Path(__file__).parents[2] / "vectors" / "c2sp"
EXAMPLE_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
KEY = SigningKey.generate("test.example/litmus")
BODY = TreeHead("test.example/litmus", 7, bytes(range(32)))


def example(name: str) -> str:
    return (VECTORS / f"{name}.txt").read_text(encoding="utf-8")


def test_the_published_note_verifies_with_the_published_key() -> None:
    key = VerifierKey.parse(EXAMPLE_KEY)
    assert str(key) == EXAMPLE_KEY
    parsed = note.parse_note(example("signed-note-example-2"))
    assert parsed.text == "This is an example message.\n"
    assert key.signed(parsed)


def test_the_published_note_with_an_empty_line_inside() -> None:
    parsed = note.parse_note(example("signed-note-example-1"))
    assert parsed.text.endswith("ed è subito sera.\n")
    assert [line.name for line in parsed.signatures] == ["quasimodo.example/salvatore"]
    assert not VerifierKey.parse(EXAMPLE_KEY).signed(parsed)


def test_the_published_checkpoint_and_its_cosigned_form() -> None:
    plain = note.parse_note(example("tlog-checkpoint-example-1"))
    cosigned = note.parse_note(example("tlog-cosignature-example-1"))
    assert plain.text == cosigned.text
    assert len(cosigned.signatures) == 2
    tree = note.parse_tree_head(plain.text)
    assert (tree.origin, tree.size) == ("example.com/behind-the-sofa", 20852163)
    assert tree.text() == plain.text


def test_a_signed_note_reads_back_and_a_changed_one_is_refused() -> None:
    signed = note.sign_note(BODY.text(), [KEY])
    parsed = note.parse_note(signed)
    assert KEY.verifier.signed(parsed)
    assert note.parse_tree_head(parsed.text) == BODY
    with pytest.raises(BadNote, match="does not fit"):
        KEY.verifier.signed(note.parse_note(signed.replace("\n7\n", "\n8\n")))


def test_another_key_of_the_same_name_has_not_signed() -> None:
    assert not SigningKey.generate(KEY.name).verifier.signed(note.parse_note(note.sign_note(BODY.text(), [KEY])))


def test_two_keys_sign_one_note() -> None:
    second = SigningKey.generate(KEY.name)
    parsed = note.parse_note(note.sign_note(BODY.text(), [KEY, second]))
    assert KEY.verifier.signed(parsed)
    assert second.verifier.signed(parsed)


def test_keys_read_back() -> None:
    assert SigningKey.parse(str(KEY)) == KEY
    assert VerifierKey.parse(str(KEY.verifier)) == KEY.verifier
    assert str(KEY) not in repr(KEY)


@pytest.mark.parametrize(
    "line",
    ["", "a+b", EXAMPLE_KEY[:-4], EXAMPLE_KEY.replace("530d903a", "530d903b"), EXAMPLE_KEY.replace("+Ae", "+Be")],
)
def test_damaged_keys_are_refused(line: str) -> None:
    with pytest.raises(BadNote):
        VerifierKey.parse(line)
    with pytest.raises(BadNote):
        SigningKey.parse(note.PRIVATE + line)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb", "a\u00a0b", "a\x01"])
def test_names_a_key_cannot_have(name: str) -> None:
    with pytest.raises(BadNote):
        SigningKey.generate(name)


@pytest.mark.parametrize("letter", ["\x00", "\t", "\r", "\x1b", "\x1f"])
def test_control_characters_are_refused(letter: str) -> None:
    signed = note.sign_note(BODY.text(), [KEY])
    with pytest.raises(BadNote, match="control character"):
        note.parse_note(signed.replace("litmus\n7", f"litmus{letter}\n7"))
    with pytest.raises(BadNote, match="control character"):
        note.sign_note(f"text{letter}\n", [KEY])


def test_too_many_signatures_are_refused() -> None:
    line = KEY.line(BODY.text())
    assert note.parse_note(BODY.text() + "\n" + line * note.MOST_SIGNATURES)
    with pytest.raises(BadNote, match="more than 100"):
        note.parse_note(BODY.text() + "\n" + line * (note.MOST_SIGNATURES + 1))


@pytest.mark.parametrize(
    "damaged",
    [
        "",
        "text",
        "text\n",
        "text\n\n",
        "text\n\nno signature\n",
        "text\n\n— name\n",
        "text\n\n— name AAAA\n",
        "text\n\n— name not*base64\n",
        "text\n\n— na+me AAAAAAAAAAA=\n",
        "text\n\n— name AAAAAAAAAAB=\n",
        "text\n\n— name AAAAAAAAAAA=",
        "x" * (note.LARGEST_NOTE + 1),
    ],
)
def test_damaged_notes_are_refused(damaged: str) -> None:
    with pytest.raises(BadNote):
        note.parse_note(damaged)


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(BadNote, match="UTF-8"):
        note.parse_note(b"\xff\n\n")


@pytest.mark.parametrize(
    "text",
    [
        "origin\n7\n",
        "origin\n7\nAAAA\n",
        "origin\n07\n" + BODY.text().split("\n")[2] + "\n",
        "origin\n-7\n" + BODY.text().split("\n")[2] + "\n",
        "origin\n" + str(2**63) + "\n" + BODY.text().split("\n")[2] + "\n",
        BODY.text().removesuffix("\n"),
        "\n" + BODY.text(),
        BODY.text() + "\n",
    ],
)
def test_damaged_checkpoints_are_refused(text: str) -> None:
    with pytest.raises(BadNote):
        note.parse_tree_head(text)


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"])))
def test_any_text_without_control_characters_can_be_signed(text: str) -> None:
    parsed = note.parse_note(note.sign_note(f"{text}\n", [KEY]))
    assert parsed.text == f"{text}\n"
    assert KEY.verifier.signed(parsed)
