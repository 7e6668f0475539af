"""How a date comes about, step by step, for the person it is about. Pure; words only.

A person's own page may name leave and appeals; no other page does.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from courses.assignments import dates

DAY = "j F Y"


class Counting(NamedTuple):
    """One reason's way to its date, and the assignment's own. `days` None = before access; `by_rule` = the date of
    this reason alone, `computed` = of the strictest, `due` = the one that counts (S19); `moved` = what
    moved it on, in sentences (`date_moves`); `expired`: what is renewed counts no more."""

    event: str
    event_on: date
    days: int | None
    counted_from: date | None
    by_rule: date | None
    expiring_on: date | None
    computed: date | None
    due: date | None
    noticed_on: date | None
    paused_days: int
    zone: str
    deadline_at: datetime | None
    waiting_since: date | None
    moved: tuple[str, ...]
    expired: bool = False


def date_steps(one: Counting) -> list[str]:
    """Sentences in the order of the reckoning; the last says until which moment it is in time."""
    return [*_beginning(one), *_term(one), *_date_that_counts(one), *_moment(one)]


def _beginning(one: Counting) -> Iterator[str]:
    if one.expiring_on:
        yield renewed_in_words(one.expiring_on, expired=one.expired)
        return
    day = {"day": _said(one.event_on)}
    match one.event.partition(":")[0]:
        case "role":
            yield gettext("You hold the training role from %(day)s on.") % day
        case "unit":
            yield gettext("You belong to the unit from %(day)s on.") % day
        case _:
            yield gettext("Your employment begins on %(day)s.") % day
    if one.counted_from and one.counted_from != one.event_on and one.days:
        yield gettext("It is counted from %(day)s: before, the rule did not apply or the training was not there.") % {
            "day": _said(one.counted_from)
        }


def _term(one: Counting) -> Iterator[str]:
    simple = one.expiring_on
    if simple is None:
        if one.days is None or one.counted_from is None:
            yield gettext("This rule asks for the training before access, and names no day.")
            if one.by_rule:
                yield gettext("You were given a date before, and it stays: %(day)s.") % {"day": _said(one.by_rule)}
            return
        simple = dates.due_date(one.counted_from, one.days)
        words = ngettext(
            "The rule gives %(days)s day: until %(day)s.", "The rule gives %(days)s days: until %(day)s.", one.days
        )
        yield words % {"days": one.days, "day": _said(simple)}
    yield from one.moved


def _date_that_counts(one: Counting) -> Iterator[str]:
    """Another reason may be stricter, and nobody is late for what they could not know: both dates are said."""
    if one.computed and one.by_rule and one.computed < one.by_rule:
        yield gettext("Another reason asks for it earlier: by %(day)s.") % {"day": _said(one.computed)}
    elif one.computed and not one.by_rule:
        yield gettext("Another reason names a day: %(day)s.") % {"day": _said(one.computed)}
    if one.due and one.computed and one.noticed_on and one.due > one.computed:
        yield gettext(
            "It first stood on your page on %(noticed)s. So that you have time, it is due %(due)s instead of "
            "%(computed)s."
        ) % {"noticed": _said(one.noticed_on), "due": _said(one.due), "computed": _said(one.computed)}


def _moment(one: Counting) -> Iterator[str]:
    if one.waiting_since:
        yield gettext("Since %(day)s it waits for an answer: nothing is due meanwhile, and the date moves on.") % {
            "day": _said(one.waiting_since)
        }
    elif one.due and one.deadline_at:
        last = one.deadline_at.astimezone(ZoneInfo(one.zone)) - timedelta(days=1)
        if last.date() > one.due:
            yield gettext("The platform could not be reached shortly before: you have until the end of %(day)s.") % {
                "day": _said(last.date())
            }
        moment = date_format(one.deadline_at.astimezone(ZoneInfo(one.zone)), "j F Y, H:i")
        yield gettext("What is handed in before %(moment)s is in time (time zone %(zone)s).") % {
            "moment": moment,
            "zone": one.zone,
        }


def renewed_in_words(until: date, *, expired: bool) -> str:
    if expired:
        words = gettext("What you did before was valid until %(day)s.")
    else:
        words = gettext("What you did before is valid until %(day)s.")
    return words % {"day": _said(until)}


def _said(day: date) -> str:
    return date_format(day, DAY)
