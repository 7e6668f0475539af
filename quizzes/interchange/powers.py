"""Powers and indices in plain words: 10³, H₂O, 2^(x+1), x_(i). Ordinals and signs need no mark: 1st, XIXe, Acme™."""

from __future__ import annotations

import re

RAISED = str.maketrans("0123456789+-−=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿ")
LOWERED = str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")
CAN_BE_RAISED = re.compile(r"[0-9+\-−=()n]+")
CAN_BE_LOWERED = re.compile(r"[0-9+\-−=()]+")
# What is only set smaller says the same on the line: 1st, XXIe, Mme, Dr.
SMALL = re.compile(
    r"(?:\d\0(?:st|nd|rd|th|e|er|re|ers|res|ère|ème|nde?)|[IVXLCDM]{2}\0(?:e|er|re|ème)|\bM\0(?:mes?|lles?|gr)|\bD\0r)\Z"
)
NUMBERED = re.compile(r"(?:\d|\b[Nn])\0o\Z")
SIGN = {"TM": "™", "SM": "℠", "tm": "™", "sm": "℠"}
SIGNS = re.compile(r"[®©™℠°ªº*†‡]+")


def as_power(words: str, before: str) -> str:
    """What stood raised behind `before`."""
    words = words.strip()
    if not words or SIGNS.fullmatch(words):
        return words
    if words in SIGN:
        return SIGN[words]
    if CAN_BE_RAISED.fullmatch(words):
        return words.translate(RAISED)
    place = f"{before[-4:]}\0{words}"
    if NUMBERED.search(place):
        return "º"
    if SMALL.search(place):
        return words
    return f"^({words})"


def as_index(words: str) -> str:
    """What stood lowered."""
    words = words.strip()
    if not words:
        return ""
    return words.translate(LOWERED) if CAN_BE_LOWERED.fullmatch(words) else f"_({words})"
