"""Numbers as the formats write them: a point for decimals, exact, and of a size that a learner could type."""

from __future__ import annotations

import re
from decimal import Decimal, localcontext

NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
MOST_DIGITS = 25
LARGEST_POWER = 20


def parsed_number(raw: str) -> Decimal | None:
    """The number, or None where it is none, has more than 25 digits or lies beyond 10^±20."""
    raw = raw.strip()
    if len(raw) > 60 or not NUMBER.fullmatch(raw):
        return None
    value = Decimal(raw)
    return value if can_be_typed(value) else None


def can_be_typed(value: Decimal) -> bool:
    if not value.is_finite():
        return False
    return not value or (len(value.as_tuple().digits) <= MOST_DIGITS and abs(value.adjusted()) <= LARGEST_POWER)


def plain_decimal(value: Decimal) -> str:
    """Without exponent, without needless zeros: 2.50 is 2.5 and 1E+2 is 100."""
    with localcontext(prec=100):
        return format(value.normalize() + 0, "f")


def middle_and_half_width(lowest: Decimal, highest: Decimal) -> tuple[Decimal, Decimal]:
    """The middle and half the width of a range, exactly."""
    with localcontext(prec=100):
        return (lowest + highest) / 2, (highest - lowest) / 2
