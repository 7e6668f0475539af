"""What a visitor can do here: whom to become, and the ten minutes that make one believe it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from certification.ledger import clock
from lms import drains
from lms.demo.demo_organisation import PERSONAS
from lms.people.models import Person, User

WORDS = {
    "learner": (
        _("a new employee in Morocco"),
        _("Reads Arabic, works in learner support, was hired sixteen days ago and has begun her first module."),
        "learn:dashboard",
    ),
    "learner-without-mail": (
        _("a cleaner without an e-mail address"),
        _("Signs in with a staff number, on a phone. His training is due in a few days."),
        "learn:dashboard",
    ),
    "overseer": (
        _("the overseer of a high-risk system"),
        _("Named overseer of the shift planner five days ago: no access before the training is done."),
        "learn:dashboard",
    ),
    "manager": (
        _("a manager before an audit"),
        _("Leads client services in France: who has done what, who is late, who expires."),
        "team:people",
    ),
    "auditor": (
        _("an auditor"),
        _("Reads evidence and writes nothing: search, coverage on a day, proof of every entry."),
        "audit:search",
    ),
    "editor": (_("an editor"), _("Writes and translates modules in the admin."), "wagtailadmin_home"),
    "reviewer": (_("a reviewer"), _("Reads what others wrote and stands for it."), "wagtailadmin_home"),
    "hr": (
        _("a human resources administrator"),
        _("Keeps the directory; here she has training of her own."),
        "learn:dashboard",
    ),
    "office": (
        _("the AI office"),
        _("Sees what the training brings about, in groups of ten or more, and sets targets."),
        "effect",
    ),
}


@dataclass(frozen=True, slots=True)
class PersonaCard:
    slug: str
    number: str
    person: Person
    title: str
    text: str


def persona_cards() -> list[PersonaCard]:
    """The personas that exist in this database, in the order of the tour."""
    users = User.objects.filter(staff_number__in=[one.number for one in PERSONAS], is_active=True)
    people = {user.staff_number: user.person for user in users.select_related("person")}
    return [
        PersonaCard(one.slug, one.number, people[one.number], str(WORDS[one.slug][0]), str(WORDS[one.slug][1]))
        for one in PERSONAS
        if one.number in people
    ]


def landing(slug: str) -> str:
    """The name of the page a persona begins on."""
    return WORDS[slug][2]


def advance(days: int) -> None:
    """Let days pass, each with its night: assignments, digests and mail. The drain process seals the ledger."""
    for _day in range(days):
        at = clock.advance_demo(timedelta(days=1))
        for name in ("assignments", "nightly", "digests", "team weeks", "mail"):
            drains.drain_named(name).run(at)
