"""What the stylesheet promises: small, logical, one place for colours, and legible in both schemes."""

from __future__ import annotations

import gzip
import re

import pytest

from tests.themes import tokens

TEXT_PAIRS = [
    *[(text, ground) for text in ("ink", "ink-2", "accent", "accent-deep") for ground in ("paper", "surface")],
    *[(text, ground) for text in ("late", "soon", "ok") for ground in ("paper", "surface")],
    *[("ink", ground) for ground in ("accent-wash", "late-wash", "soon-wash", "ok-wash")],
    *[(tone, f"{tone}-wash") for tone in ("late", "soon", "ok", "accent")],
    ("accent-deep", "accent-wash"),
    ("accent-ink", "accent"),
    ("accent-ink", "accent-deep"),
    ("paper", "ink"),
]
# What one must be able to see: the edges of fields, and the patches of the strip.
SHAPE_PAIRS = [
    *[("line-strong", ground) for ground in ("paper", "surface")],
    *[(patch, ground) for patch in ("acid", "violet", "base") for ground in ("paper", "surface")],
]
PHYSICAL = re.compile(
    r"(?<![\w-])(?:(?:margin|padding|border|scroll-margin|scroll-padding)-(?:left|right|top|bottom)[\w-]*"
    r"|(?:left|right|top|bottom|width|height|(?:min|max)-(?:width|height))\s*:"
    r"|text-align:\s*(?:left|right)|float:\s*(?:left|right)|inset:\s*\S+ \S)"
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT_PAIRS)
def test_text_stands_out_from_its_ground(scheme: str, text: str, ground: str) -> None:
    found = tokens.colours(scheme)
    assert tokens.contrast(found[text], found[ground]) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("shape", "ground"), SHAPE_PAIRS)
def test_shapes_stand_out_from_their_ground(scheme: str, shape: str, ground: str) -> None:
    found = tokens.colours(scheme)
    assert tokens.contrast(found[shape], found[ground]) >= 3


def test_contrast_is_computed_as_wcag_does() -> None:
    assert tokens.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert tokens.contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


def test_the_stylesheet_is_small() -> None:
    assert len(gzip.compress(tokens.STYLESHEET.read_bytes(), 9)) <= 15 * 1024


def test_only_logical_properties_are_used() -> None:
    declarations = re.sub(r"@media[^{]*\{", "{", tokens.css())  # media queries know only width
    assert PHYSICAL.findall(declarations) == []


@pytest.mark.parametrize("rule", ["a{margin-left:1px}", "a{ left: 0 }", "a{text-align: right}", "a{max-width: 3em}"])
def test_a_physical_property_would_be_found(rule: str) -> None:
    assert PHYSICAL.search(rule)


def test_nothing_is_imported() -> None:
    assert "@import" not in tokens.css()


def test_colours_are_named_only_among_the_tokens() -> None:
    """Print has its own few, on white paper; everything else refers to a token."""
    css = tokens.css()
    layer = tokens.LAYER.search(css)
    assert layer
    rest = css.replace(layer[0], "").split("@layer print {")[0]
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[;\s,)])", rest) == []


def test_every_token_that_is_used_exists() -> None:
    css = tokens.css()
    used = set(re.findall(r"var\((--[\w-]+)\)", css))
    assert used <= set(re.findall(r"(--[\w-]+)\s*:", css))


def test_every_font_has_its_licence_beside_it() -> None:
    folder = tokens.STYLESHEET.parent / "fonts"
    licences = [path.name.removesuffix("-OFL.txt") for path in folder.glob("*-OFL.txt")]
    fonts = [path.name for path in folder.glob("*.woff2")]
    assert fonts
    assert all(any(font.startswith(family) for family in licences) for font in fonts)
