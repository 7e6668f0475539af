"""Drawings: nothing but the allowed survives, and what is refused is named."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content.figures import ATTRIBUTES, CLASSES, ELEMENTS, LONGEST, FigureRefused, draw, label_faults, read_drawing


def svg(inside: str, head: str = 'viewBox="0 0 300 200"') -> str:
    return f"<svg {head}>{inside}</svg>"


def refusal(source: str) -> str:
    with pytest.raises(FigureRefused) as refused:
        read_drawing(source)
    return str(refused.value)


@pytest.mark.parametrize(
    ("inside", "named"),
    [
        ("<script>alert(1)</script>", "<script>"),
        ("<style>*{}</style>", "<style>"),
        ("<foreignObject/>", "<foreignObject>"),
        ("<image/>", "<image>"),
        ("<use/>", "<use>"),
        ("<a><rect/></a>", "<a>"),
        ("<defs/>", "<defs>"),
        ("<svg/>", "<svg>"),
        ("<animate/>", "<animate>"),
        ('<rect onclick="x()"/>', "onclick"),
        ('<rect style="fill:red"/>', "style"),
        ('<rect fill="url(#a)"/>', "fill"),
        ('<rect id="a"/>', "id"),
        ('<rect class="hidden"/>', "hidden"),
        ('<rect width="100%"/>', "width"),
        ('<rect transform="matrix(1 0 0 1 0 0)"/>', "transform"),
        ('<path d="M0 0 url(x)"/>', "“M0 0 url(x)”"),
        ("<rect><rect/></rect>", "Nothing stands inside <rect>"),
        ("<text>Words</text>", "Words stand in the labels"),
        ('<text x="1"/>', "names its label"),
        ('<g data-label="x"/>', "data-label"),
        ("<?xml-stylesheet href='x'?>", "xml-stylesheet"),
        ("<rect", "well-formed"),
        ("<rect/>" * 401, "too many parts"),
        ("<g>" * 13 + "</g>" * 13, "too many parts"),
    ],
)
def test_what_is_not_allowed_is_refused_by_name(inside: str, named: str) -> None:
    assert named in refusal(svg(inside))


@pytest.mark.parametrize(
    ("source", "named"),
    [
        ('<!DOCTYPE svg [<!ENTITY a "aaaa">]>' + svg("<rect/>"), "document type"),
        ('<!DOCTYPE svg SYSTEM "file:///etc/passwd">' + svg(""), "document type"),
        (svg("", 'viewBox="0 0 341 10"'), "at most 340 wide"),
        (svg("", 'viewBox="0 0 0 10"'), "at most 340 wide"),
        (svg("", 'viewBox="5 0 10 10"'), "begins with"),
        (svg("", ""), "begins with"),
        (svg("", 'viewBox="0 0 9 9" onload="x()"'), "onload"),
        (svg("", 'viewBox="0 0 9 9" xmlns="http://example.org"'), "xmlns"),
        ("<html/>", "<html>"),
        ("", "well-formed"),
        (" " * (LONGEST + 1), "characters"),
    ],
)
def test_what_is_no_drawing_of_ours_is_refused(source: str, named: str) -> None:
    assert named in refusal(source)


def test_a_fault_is_told_with_its_line() -> None:
    assert "Line 3: The element <blink>" in refusal('<svg viewBox="0 0 9 9">\n<rect/>\n<blink/>\n</svg>')


def test_labels_and_drawing_fit_each_other() -> None:
    drawing = read_drawing(svg('<text data-label="a"/><text data-label="b"/><text data-label="a"/>'))
    assert drawing.labels() == ["a", "b"]
    assert label_faults(drawing, {"a": "A", "b": "B"}) == []
    assert "“b”, which has no text" in label_faults(drawing, {"a": "A"})[0]
    assert "shows no label “c”" in label_faults(drawing, {"a": "A", "b": "B", "c": "C"})[0]


def test_words_are_turned_back_where_the_drawing_is_mirrored_and_grow_the_way_it_is_drawn() -> None:
    drawing = read_drawing(svg('<rect class="box" x="5"/><text x="40" y="20" data-label="a"/>'))
    plain = draw(drawing, {"a": "<b>"}, mirrored=False)
    assert '<text transform="translate(40 20)"><tspan x="0" dy="0">&lt;b&gt;</tspan></text>' in plain
    mirrored = draw(drawing, {"a": "ا"}, mirrored=True, rtl=True)
    assert mirrored.startswith('<g transform="translate(300 0) scale(-1 1)"><rect')
    assert 'transform="translate(40 20) scale(-1 1)"' in mirrored
    assert 'text-anchor="end"' in draw(drawing, {"a": "ا"}, mirrored=False, rtl=True)


NAMES = st.sampled_from([*ELEMENTS, "script", "style", "image", "use", "a", "animate", "foreignObject"])
KEYS = st.sampled_from([*ATTRIBUTES, "onload", "href", "xlink:href", "style", "fill", "id", "viewBox", "xmlns"])
VALUES = st.one_of(
    st.sampled_from([*CLASSES, "0", "-3.5", "1 2", "M0 0 L1 1z", "translate(1 2)", "middle", "key", "0 0 9 9"]),
    st.text("abM0 19.,-()#:;url<>&\"'", max_size=12),
)


def written(name: str, attributes: dict[str, str], inside: str) -> str:
    element = ElementTree.Element(name, attributes)
    return ElementTree.tostring(element, "unicode", short_empty_elements=False).replace("></", f">{inside}</", 1)


DRAWN = st.recursive(
    st.builds(written, NAMES, st.dictionaries(KEYS, VALUES, max_size=3), st.just("")),
    lambda inner: st.builds(
        written, NAMES, st.dictionaries(KEYS, VALUES, max_size=3), st.lists(inner, max_size=3).map("".join)
    ),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None)
@given(DRAWN, st.text(max_size=20), st.booleans())
def test_nothing_outside_the_lists_survives(inside: str, words: str, mirrored: bool) -> None:
    try:
        drawing = read_drawing(svg(inside))
    except FigureRefused:
        return
    printable = "".join(sign for sign in words if sign.isprintable())
    drawn = draw(drawing, dict.fromkeys(drawing.labels(), printable), mirrored=mirrored)
    for element in ElementTree.fromstring(svg(drawn)).iter():  # noqa: S314 -- made here
        assert element.tag in ELEMENTS | {"tspan"}
        if element.tag != "svg":
            assert set(element.attrib) <= {*ATTRIBUTES, "dy"}
        assert set(element.get("class", "").split()) <= CLASSES
