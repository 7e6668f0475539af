"""Reads the theme's tokens out of the stylesheet, and computes WCAG 2.2 contrast from them."""

from __future__ import annotations

import re
from pathlib import Path

from django.conf import settings

STYLESHEET = Path(settings.BASE_DIR) / "themes" / "default" / "static" / "theme" / "theme.css"
COLOUR = re.compile(r"--([a-z0-9-]+):\s*(#[0-9a-f]{6});")
LAYER = re.compile(r"@layer tokens \{(.*?)\n\}\n", re.DOTALL)
DARK = re.compile(r"@media \(prefers-color-scheme: dark\) \{\n(.*?)\n  \}\n", re.DOTALL)


def css() -> str:
    """The stylesheet without its comments."""
    return re.sub(r"/\*.*?\*/", "", STYLESHEET.read_text(encoding="utf-8"), flags=re.DOTALL)


def colours(scheme: str) -> dict[str, str]:
    layer = LAYER.search(css())
    assert layer, "theme.css has no layer of tokens"
    dark = DARK.search(layer[1])
    assert dark, "the tokens have no dark scheme"
    light = dict(COLOUR.findall(layer[1].replace(dark[0], "")))
    return light if scheme == "light" else {**light, **dict(COLOUR.findall(dark[1]))}


def luminance(colour: str) -> float:
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)
