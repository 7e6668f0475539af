"""The items of HTML lists as lines: dashes, or the numbers and letters that other texts may point to."""

from __future__ import annotations

from dataclasses import dataclass

from quizzes.interchange.sentences import Refusal, gettext_noop, say

ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"))
SMALL_ROMAN = ((9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
HIGHEST = 3999


@dataclass
class OpenList:
    """A list while its items come in; without a `form` they have dashes."""

    form: str = ""
    number: int = 1

    @classmethod
    def begun(cls, tag: str, given: dict[str, str]) -> OpenList:
        if tag == "ul":
            return cls()
        if "reversed" in given:
            raise Refusal(
                say(gettext_noop("It contains a list that is numbered backwards. Write its numbers as text."))
            )
        return cls(given.get("type") or "1", _whole(given.get("start", ""), 1))

    def next_item(self, given: dict[str, str]) -> str:
        """What stands before the next item, with a blank behind it."""
        if not self.form:
            return "- "
        self.number = _whole(given.get("value", ""), self.number)
        sign = _sign(self.form, self.number)
        self.number += 1
        return f"{sign}. "


def _whole(raw: str, otherwise: int) -> int:
    raw = raw.strip()
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 6 else otherwise


def _sign(form: str, number: int) -> str:
    if form in "aA" and number >= 1:
        return _letters(number) if form == "a" else _letters(number).upper()
    if form in "iI" and 1 <= number <= HIGHEST:
        return _roman(number) if form == "i" else _roman(number).upper()
    return str(number)


def _letters(number: int) -> str:
    found = ""
    while number:
        number, place = divmod(number - 1, 26)
        found = chr(ord("a") + place) + found
    return found


def _roman(number: int) -> str:
    found = ""
    for worth, sign in (*ROMAN, *SMALL_ROMAN):
        count, number = divmod(number, worth)
        found += sign * count
    return found
