"""What an entry says, in sentences for whoever is no engineer. Made of its opened values: where one is missing or was
made unreadable, the sentence that needs it is left out, never guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from django.db.models import TextChoices
from django.utils.formats import date_format
from django.utils.translation import get_language, get_language_info, gettext, ngettext

from certification.ledger.models import Entry
from content.editions import ModuleText
from courses.assignments.models import Assignment
from lms.reports import titles

Story = Mapping[str, Any]
DAY = "j F Y"


def sentences(entry: Entry, story: Story) -> list[str]:
    """`story` = what the entry tells of the case (`Examined.story`). At most two queries."""
    tell = TELLERS.get(entry.kind)
    return [*tell(story)] if tell else []


def _opened(story: Story) -> Iterator[str]:
    training, due = _training(story), _day(story, "due")
    if not training:
        return
    if story.get("waiting"):
        yield gettext("“%(training)s” is asked for. Nothing is due while an answer is awaited.") % {
            "training": training
        }
    elif due and story.get("before_access"):
        yield gettext("“%(training)s” is asked for before access, and by %(due)s at the latest.") % {
            "training": training,
            "due": due,
        }
    elif due:
        yield gettext("“%(training)s” is to be done by %(due)s.") % {"training": training, "due": due}
    else:
        yield gettext("“%(training)s” is asked for before access.") % {"training": training}
    yield from _terms(story)


def _terms(story: Story) -> Iterator[str]:
    counted, renews, moved = _day(story, "counted_from"), _day(story, "renews"), story.get("moved_days")
    if renews:
        yield gettext("It renews what was valid until %(day)s.") % {"day": renews}
    elif counted:
        yield gettext("The term is counted from %(day)s.") % {"day": counted}
    if isinstance(moved, int) and moved > 0:
        words = ngettext("The date was moved by %(days)s day.", "The date was moved by %(days)s days.", moved)
        yield words % {"days": moved}
    yield from _answered(story)


def _closed(story: Story) -> Iterator[str]:
    training, on = _training(story), _day(story, "on")
    if not training or not on:
        return
    yield from _outcome(story, {"training": training, "on": on})
    yield from _answered(story)


def _outcome(story: Story, named: dict[str, str]) -> Iterator[str]:
    if story.get("how") == Assignment.State.SATISFIED:
        yield gettext("“%(training)s” was fulfilled on %(on)s.") % named
        if until := _day(story, "valid_until"):
            yield gettext("What was done is valid until %(day)s.") % {"day": until}
        if ended := _day(story, "required_until"):
            yield gettext("It has not been required since %(day)s.") % {"day": ended}
        if story.get("late"):
            yield gettext("It was done after its due date.")
        return
    why = _label(Assignment.EndReason, story.get("reason"))
    if why:
        yield gettext("“%(training)s” ended on %(on)s: %(why)s.") % (named | {"why": why})
    else:
        yield gettext("“%(training)s” ended on %(on)s.") % named


def _answered(story: Story) -> Iterator[str]:
    if why := story.get("why"):
        yield gettext("An administrator had the past reckoned anew after an update: %(why)s") % {"why": why}


def _completed(story: Story) -> Iterator[str]:
    named = {"what": _taught(story), "on": _day(story, "effective_on")}
    if named["what"] and named["on"]:
        yield gettext("“%(what)s” was completed on %(on)s.") % named
    if isinstance(story.get("edition"), int) and (language := _language(story, "language")):
        named = {"edition": story["edition"], "language": language}
        yield gettext("It was taught by edition %(edition)s, in %(language)s.") % named


def _published(story: Story) -> Iterator[str]:
    named = {"what": _taught(story), "edition": story.get("edition"), "language": _language(story, "locale")}
    if all(named.values()):
        yield gettext("“%(what)s”, edition %(edition)s in %(language)s, was published.") % named


def _signed(story: Story) -> Iterator[str]:
    named = {"what": _taught(story), "edition": story.get("edition"), "language": _language(story, "locale")}
    if all(named.values()):
        yield gettext("A reviewer signed off “%(what)s”, edition %(edition)s in %(language)s.") % named


def _rule(story: Story) -> Iterator[str]:
    path = story.get("path")
    named = {
        "rule": story.get("rule"),
        "number": story.get("number"),
        "training": _called(path) if isinstance(path, str) else "",
        "day": _day(story, "active_from"),
    }
    if all(named.values()):
        yield gettext("Rule %(rule)s, version %(number)s, asks for “%(training)s” from %(day)s on.") % named


def _withdrawn(story: Story) -> Iterator[str]:
    named = {name: story.get(name) for name in ("rule", "number", "reason")}
    if all(named.values()):
        yield gettext("Rule %(rule)s, version %(number)s, was withdrawn: %(reason)s") % named


def _certified(story: Story) -> Iterator[str]:
    training, issued, until = _training(story), _day(story, "issued_on"), _day(story, "valid_until")
    if not training or not issued:
        return
    if until:
        words = gettext("A certificate of “%(training)s” was issued on %(issued)s and is valid until %(until)s.")
    else:
        words = gettext("A certificate of “%(training)s” was issued on %(issued)s. It has no end.")
    yield words % {"training": training, "issued": issued, "until": until}


TELLERS: dict[str, Callable[[Story], Iterator[str]]] = {
    "assignment.open": _opened,
    "assignment.close": _closed,
    "completion": _completed,
    "certificate.issue": _certified,
    "module.publish": _published,
    "module.sign-off": _signed,
    "rule.publish": _rule,
    "rule.withdraw": _withdrawn,
}


def _training(story: Story) -> str:
    """The title of the path, else its key; empty where the entry names none."""
    path = story.get("path")
    key = path.get("key") if isinstance(path, dict) else None
    return _called(key) if isinstance(key, str) else ""


def _called(path: str) -> str:
    return titles.of_paths(get_language() or "", [path]).get(path, path) if path else ""


def _taught(story: Story) -> str:
    """The title of the text that is named by its digest, else the module's code."""
    digest = story.get("text_sha256") or story.get("text")
    text = ModuleText.objects.filter(sha256=digest).only("body").first() if isinstance(digest, str) else None
    title = text.body.get("title") if text else ""
    return str(title or story.get("code") or story.get("item") or "")


def _language(story: Story, key: str) -> str:
    try:
        return str(get_language_info(str(story.get(key) or ""))["name_translated"])
    except KeyError:
        return ""


def _day(story: Story, key: str) -> str:
    """A day of the story in words; empty where there is none that can be read."""
    try:
        return date_format(date.fromisoformat(str(story.get(key) or "")), DAY)
    except ValueError:
        return ""


def _label(choices: type[TextChoices], value: object) -> str:
    return str(dict(choices.choices).get(str(value), ""))
