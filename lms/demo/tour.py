"""What a visitor can do here: whom to become, and the walk that leads from page to page and says what to do there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from certification.ledger import clock
from courses.learning.models import Enrolment
from lms import drains
from lms.demo.demo_organisation import PERSONAS
from lms.people.models import Person, User

LAB_MODULE = "m07"
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


SESSION_KEY = "demo-tour"
"""Where a session keeps at which step its visitor is: a number from 1; absent outside the tour."""


@dataclass(frozen=True, slots=True)
class TourStep:
    """`slug` is whom one is meanwhile, `address` the page where it is done, `words` what to do there."""

    slug: str
    address: Callable[[Person], str]
    words: Promise


def page(name: str, **kwargs: str) -> Callable[[Person], str]:
    return lambda person: reverse(name, kwargs=kwargs)


def lab_practice(person: Person) -> str:
    """The practice cases where this person has begun the module of the lab; else its page, where one begins."""
    way = Enrolment.objects.of(person).filter(module__code=LAB_MODULE).first()
    return reverse("learn:lab", args=[way.pk, "practice"]) if way else reverse("learn:module", args=[LAB_MODULE])


STEPS = (
    TourStep(
        "learner",
        page("learn:dashboard"),
        _("You are a new employee in Morocco. Continue her module, then change the language: she stays in place."),
    ),
    TourStep(
        "learner",
        page("learn:module", code="m01"),
        _("This is the module’s page: read which rule asks for it, on what basis, by when, and whom to ask."),
    ),
    TourStep(
        "overseer",
        lab_practice,
        _("You oversee a high-risk system. Decide the practice cases: first alone, then with the system’s advice."),
    ),
    TourStep(
        "manager",
        page("team:people"),
        _("You lead a team. See who is late and who will expire, and open one of them."),
    ),
    TourStep(
        "manager", page("demo:mail"), _("Let eight days pass with the button below, and read the mail that goes out.")
    ),
    TourStep(
        "auditor",
        page("audit:search"),
        _("You are an auditor. Open an entry, read the exact text that was taught, and follow the proof."),
    ),
    TourStep(
        "office",
        page("effect"),
        _("You are the AI office. See what the training brings about, and what is hidden because groups are small."),
    ),
)


@dataclass(frozen=True, slots=True)
class TourBar:
    """What stands above every page during the tour. `following` is the next step's number; 0 = this is the last."""

    number: int
    total: int
    words: Promise
    following: int


def tour_bar(at: object) -> TourBar | None:
    """`at` = what the session says, which may be nothing."""
    if not isinstance(at, int) or not 1 <= at <= len(STEPS):
        return None
    return TourBar(at, len(STEPS), STEPS[at - 1].words, at + 1 if at < len(STEPS) else 0)


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
    """Let days pass, each with its noon, when mail may go out everywhere here. The drain process seals the ledger."""
    for _day in range(days):
        began = clock.now()
        noon = began.replace(hour=12, minute=0, second=0, microsecond=0)
        noon += timedelta(days=noon <= began)
        for moment in (noon, began + timedelta(days=1)):
            at = clock.advance_demo(max(moment - clock.now(), timedelta(0)))
            for name in ("assignments", "nightly", "digests", "team weeks", "mail"):
                drains.drain_named(name).run(at)
