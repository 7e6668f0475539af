"""A film plays as before and says neither where nor with what it was made; captions hold times and words."""

from __future__ import annotations

from io import BytesIO

import pytest

from content.uploads.checking import DOCUMENTS, check_upload, cleaned_upload
from content.uploads.kinds import MP4, VTT, WEBM, FileKind, UploadRefused
from tests.content.uploads.sample_files import (
    CAPTIONS,
    LOCI,
    QUICKTIME,
    TAGS,
    WHERE,
    box,
    element,
    mp4,
    photograph,
    track,
    webm,
)
from tests.growth import assert_linear

PLACES = (b"+48.8567", b"Paris", b"Apple", b"Jonas")


def cleaned(data: bytes, kind: FileKind) -> bytes:
    file = BytesIO(data)
    assert cleaned_upload(file, DOCUMENTS) == (kind, None)
    assert check_upload(file) == kind
    return file.getvalue()


def refusal(data: bytes) -> str:
    with pytest.raises(UploadRefused) as refused:
        cleaned_upload(BytesIO(data), DOCUMENTS)
    return str(refused.value)


@pytest.mark.parametrize(
    "data",
    [
        mp4(told=WHERE),
        mp4(told=LOCI),
        mp4(told=QUICKTIME),
        mp4(track(more=WHERE), track(b"soun", more=QUICKTIME)),
        mp4(before=box(b"uuid", bytes(16) + b"<x:xmpmeta>Paris</x:xmpmeta>")),
        mp4(before=box(b"free", b"Paris")),
        mp4(before=box(b"skip", b"by Jonas")),
        mp4(before=box(b"meta", b"Paris")),
    ],
)
def test_a_film_keeps_its_pictures_where_they_are_and_loses_its_places(data: bytes) -> None:
    assert any(place in data for place in PLACES)
    with pytest.raises(UploadRefused, match="says more than it shows"):
        check_upload(BytesIO(data))
    kept = cleaned(data, MP4)
    assert len(kept) == len(data)
    assert kept.index(b"picture and sound") == data.index(b"picture and sound")
    assert not any(place in kept for place in PLACES)
    assert cleaned(kept, MP4) == kept


def test_a_film_with_nothing_to_hide_is_kept_byte_by_byte() -> None:
    assert cleaned(mp4(), MP4) == mp4()


@pytest.mark.parametrize("kind", [b"meta", b"text", b"sbtl", b"tmcd", b"mebx"])
def test_a_track_that_may_hold_places_is_refused(kind: bytes) -> None:
    assert f"a track “{kind.decode()}”" in refusal(mp4(track(), track(kind)))


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (box(b"ftyp", b"qt  \0\0\0\0") + mp4()[28:], "is no MP4"),
        (box(b"ftyp", b"heic\0\0\0\0") + mp4()[28:], "is no MP4"),
        (mp4(track(b"soun")), "no picture"),
        (mp4()[:-4], "damaged"),
        (box(b"ftyp", b"isom\0\0\0\0") + b"\0\0\0\1mdat" + b"\xff" * 8, "damaged"),
        (box(b"ftyp", b"isom\0\0\0\0") + b"\0\0\0\3moov", "damaged"),
        (box(b"ftyp", b"isom\0\0\0\0") + box(b"moov", b"\0\0\0\0trak"), "damaged"),
        (b"\0\0\0\x18ftyp", "damaged"),
    ],
)
def test_what_is_no_film_gets_a_sentence(data: bytes, sentence: str) -> None:
    assert sentence in refusal(data)


@pytest.mark.parametrize("open_ended", [False, True])
def test_a_webm_film_loses_tags_titles_and_attachments(open_ended: bool) -> None:
    data = webm(TAGS, element("1941a469", b"Paris"), element("ec", b"by Jonas"), open_ended=open_ended)
    with pytest.raises(UploadRefused, match="says more than it shows"):
        check_upload(BytesIO(data))
    kept = cleaned(data, WEBM)
    assert (len(kept), kept.index(b"picture")) == (len(data), data.index(b"picture"))
    assert not any(place in kept for place in PLACES)
    assert cleaned(kept, WEBM) == kept


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (webm(doctype=b"matroska"), "is no WebM"),
        (webm(kind=17), "a track “17”"),
        (webm(kind=2), "no picture"),
        (webm()[:-3], "damaged"),
        (b"\x1aE\xdf\xa3", "damaged"),
        (b"\x1aE\xdf\xa3\0\0\0", "damaged"),
    ],
)
def test_what_is_no_webm_gets_a_sentence(data: bytes, sentence: str) -> None:
    assert sentence in refusal(data)


@pytest.mark.parametrize("data", [b"", b"alert(1)", b"<html>", b"%PDF-1.7 /JavaScript", b"PK\3\4", b"film", bytes(99)])
def test_what_nothing_shows_is_not_taken(data: bytes) -> None:
    assert "Nothing else is taken" in refusal(data)
    assert "Upload it under Images" in refusal(photograph())


@pytest.mark.parametrize("data", [CAPTIONS, b"\xef\xbb\xbf" + CAPTIONS, CAPTIONS.replace(b"\n", b"\r\n")])
def test_captions_are_kept_as_they_are(data: bytes) -> None:
    assert cleaned(data, VTT) == data


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("WEBVTT", "These captions say nothing"),
        ("WEBVTT\n\nNOTE only", "These captions say nothing"),
        ("WEBVTTX\n\n00:00.000 --> 00:01.000\nx", "Line 1 must be the word WEBVTT."),
        ("WEBVTT\n\nhello\nthere", "Line 4 is no time"),
        ("WEBVTT\n\nhello", "Line 3 is no time"),
        ("WEBVTT\n\nSTYLE\n::cue{background:url(x)}", "Line 4 is no time"),
        ("WEBVTT\n\n00:02.000 --> 00:01.000\nx", "Line 3 is no time"),
        ("WEBVTT\n\n00:00.000 --> 00:61.000\nx", "Line 3 is no time"),
        ("WEBVTT\n\n00:00.000 --> 00:01.000 onload:x\nx", "Line 3 is no time"),
        ("WEBVTT\n\n00:00.000 --> 00:01.000\n<script>x</script>", "Line 4 has a mark"),
        ("WEBVTT\n\n00:00.000 --> 00:01.000\n1 < 2", "Line 4 has a mark"),
        ("WEBVTT\n\n00:00.000 --> 00:01.000\nx\0y", "Line 4 holds a character that cannot be shown."),
    ],
)
def test_captions_are_times_and_words(text: str, sentence: str) -> None:
    assert sentence in refusal(text.encode())


def test_captions_are_utf_8() -> None:
    assert "UTF-8" in refusal(CAPTIONS + b"\xe9")


@pytest.mark.parametrize(
    "opener",
    [
        "\n",
        "\n\n",
        "\r",
        "-->",
        "<",
        "<a",
        "<a>",
        "<c.",
        "00:00.000 --> ",
        "\n\n00:00.000 --> 00:01.000\n",
        "NOTE\n\n",
        " ",
        "a",
    ],
)
def test_reading_captions_takes_twice_the_work_for_twice_the_file(opener: str) -> None:
    assert_linear(lambda text: tried(b"WEBVTT\n\n00:00.000 --> 00:01.000\n" + text.encode()), opener)


@pytest.mark.parametrize("opener", ["\0\0\0\x08free", "\0\0\0\x08mdat", "\0\0\0\x08moov", "\0\0\0\x09udta "])
def test_walking_a_film_takes_twice_the_work_for_twice_the_film(opener: str) -> None:
    assert_linear(lambda text: tried(mp4() + text.encode("latin-1")), opener)


def tried(data: bytes) -> None:
    try:
        cleaned_upload(BytesIO(data), DOCUMENTS)
    except UploadRefused:
        return
