"""A drawing holds what the list allows. Everything else is refused with its line, and nothing is cut out in silence."""

from __future__ import annotations

from io import BytesIO

import pytest

from content.uploads.checking import PICTURES, check_upload, cleaned_upload
from content.uploads.kinds import SVG, UploadRefused
from tests.content.uploads.sample_files import DRAWING
from tests.growth import assert_linear

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">\n'


def cleaned(data: bytes) -> bytes:
    kind, kept = cleaned_upload(BytesIO(data), PICTURES)
    assert (kind, kept is None) == (SVG, False)
    return kept or b""


def faults(inside: str, head: str = HEAD) -> tuple[str, ...]:
    with pytest.raises(UploadRefused) as refused:
        cleaned_upload(BytesIO(f"{head}{inside}\n</svg>".encode()), PICTURES)
    return refused.value.sentences


def test_a_drawing_is_kept_without_its_comments_and_the_same_again() -> None:
    kept = cleaned(DRAWING)
    assert b"Jonas" not in kept
    assert b'<use xlink:href="#c" x="3"/>' in kept
    assert b"Two parts &amp; a line" in kept
    assert cleaned(kept) == kept
    assert check_upload(BytesIO(kept)) == SVG


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        "<foreignObject/>",
        "<iframe/>",
        '<a href="#x"/>',
        '<image href="#x"/>',
        '<animate attributeName="href" to="javascript:alert(1)"/>',
        '<set attributeName="onload" to="alert(1)"/>',
        "<handler/>",
        '<x:script xmlns:x="http://www.w3.org/2000/svg">alert(1)</x:script>',
        '<g xmlns="http://www.w3.org/1999/xhtml"/>',
        '<g onload="alert(1)"/>',
        '<g ONLOAD="alert(1)"/>',
        '<g data-x="1"/>',
        '<use href="https://evil.example/x.svg#a"/>',
        '<use xlink:href="data:image/svg+xml;base64,AAAA#a"/>',
        '<use href="javascript:alert(1)"/>',
        '<rect fill="url(https://evil.example/x)"/>',
        '<rect fill="url( &apos;//evil.example&apos; )"/>',
        '<rect style="background:image-set(&quot;x.png&quot; 1x)"/>',
        "<style>@import 'x';</style>",
        "<style>a{b:u\\72l(x)}</style>",
        "<style><![CDATA[a{b:url(https://evil.example)}]]></style>",
        "<style>@font-face{src:</style>",
        "<?xml-stylesheet href='x'?>",
    ],
)
def test_what_could_run_or_reach_out_is_refused_with_its_line(inside: str) -> None:
    assert faults(inside)[0].startswith("Line 2: ")


def test_every_fault_is_said_up_to_five() -> None:
    found = faults("<script/>\n<g onload='x'/>\n<image/>")
    assert [sentence[:7] for sentence in found] == ["Line 2:", "Line 3:", "Line 4:"]
    assert len(faults("<script/>" * 50)) == 5


def test_entities_and_other_files_are_refused() -> None:
    bomb = '<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>\n' + HEAD
    for head in (bomb, '<!DOCTYPE svg SYSTEM "file:///etc/passwd">\n' + HEAD):
        with pytest.raises(UploadRefused, match="document type"):
            cleaned_upload(BytesIO(f'<?xml version="1.0"?>{head}</svg>'.encode()), PICTURES)


@pytest.mark.parametrize(
    "text", ["<svg/>", "<svg xmlns='http://www.w3.org/1999/xhtml'/>", "<?xml version='1.0'?><html/>", HEAD]
)
def test_what_only_looks_like_a_drawing_is_refused(text: str) -> None:
    with pytest.raises(UploadRefused, match="Line"):
        cleaned_upload(BytesIO(text.encode()), PICTURES)


@pytest.mark.parametrize("encoding", ["utf-7", "utf-16", "iso-8859-1"])
def test_another_encoding_could_be_read_otherwise_by_a_browser(encoding: str) -> None:
    with pytest.raises(UploadRefused, match="UTF-8"):
        cleaned_upload(BytesIO(f'<?xml version="1.0" encoding="{encoding}"?>{HEAD}</svg>'.encode()), PICTURES)
    with pytest.raises(UploadRefused, match="UTF-8"):
        cleaned_upload(BytesIO(f"<svg>{'é'}</svg>".encode("latin-1")), PICTURES)


def test_depth_number_and_repetition_are_limited() -> None:
    assert "within each other" in faults("<g>" * 10_000)[0]
    assert "too many parts" in faults("<g/>" * 20_001)[0]
    twice = '<g id="a"><rect/></g><g id="b"><use href="#a"/><use href="#a"/></g><use href="#b"/>'
    assert "within each other or too often" in faults(twice)[0]
    often = f'<g id="a">{"<g/>" * 300}</g>' + '<use href="#a"/>' * 200
    assert "too often" in faults(often)[0]


OPENERS = (
    *("<rect fill='url('/>", "<script/>", "<g id='a'/>", "<use href='#a'/>", "<style>", "]]>", '"', "a", "&", "&amp;"),
    *("<g>", "<g/>", "<g", "<", "<!--", "<!", "<?"),
)


@pytest.mark.parametrize("opener", OPENERS)
def test_reading_a_drawing_takes_twice_the_work_for_twice_the_file(opener: str) -> None:
    assert_linear(lambda text: tried(f"{HEAD}{text}</svg>"), opener)


@pytest.mark.parametrize(
    "opener", ["url(", "url(#a)", "url('", " ", "\\", "//", "src(", "image(", "http", "data", "-moz-"]
)
def test_reading_a_value_takes_twice_the_work_for_twice_the_value(opener: str) -> None:
    assert_linear(lambda text: tried(f'{HEAD}<rect style="{text}"/><style>{text}</style></svg>'), opener)


def tried(text: str) -> None:
    try:
        cleaned_upload(BytesIO(text.encode()), PICTURES)
    except UploadRefused:
        return
