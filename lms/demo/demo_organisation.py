"""A small Meridian Learning Group: invented, about 120 people in four countries. The same for the same start day.

Pure: it draws up who is hired, placed, led, given a role, on leave and leaving, and when; `history` makes it happen
through the platform's own functions.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

SEED = "meridian"
DAYS = 730
ORIGIN = "demo.litmus.example/ledger"  # of the ledger: by this name the demonstration knows that it is one


@dataclass(frozen=True, slots=True)
class PlannedUnit:
    code: str
    name: str
    kind: str
    parent: str
    country: str = ""
    zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class CastMember:
    """One person's planned story. Days are counted from the first day of the demo's history."""

    number: str
    given_name: str
    family_name: str
    language: str
    entity: str
    unit: str
    zone: str
    hired_on: date
    known_on: date
    manager: str = ""
    email: str = ""
    roles: tuple[tuple[str, date], ...] = ()
    leave: tuple[date, date] | None = None
    left_on: date | None = None
    back_on: date | None = None
    groups: tuple[str, ...] = ()
    diligence: float = 1.0
    undone: tuple[str, ...] = ()  # paths this member leaves for the visitor to do


@dataclass(frozen=True, slots=True)
class Persona:
    """Somebody a visitor of the demo can become."""

    number: str
    slug: str
    order: int


@dataclass(slots=True)
class Organisation:
    first_day: date
    today: date
    units: list[PlannedUnit] = field(default_factory=list)
    members: list[CastMember] = field(default_factory=list)

    def member(self, number: str) -> CastMember:
        return next(one for one in self.members if one.number == number)


UNITS = [
    PlannedUnit("mlg", "Meridian Learning Group (demo)", "group", ""),
    PlannedUnit("mlg-sa", "MLG SA (demo)", "entity", "mlg", "FR", "Europe/Paris"),
    PlannedUnit("mlg-de", "MLG GmbH (demo)", "entity", "mlg", "DE", "Europe/Berlin"),
    PlannedUnit("mlg-uk", "MLG UK (demo)", "entity", "mlg", "GB", "Europe/London"),
    PlannedUnit("mlg-ma", "MLG Maroc (demo)", "entity", "mlg", "MA", "Africa/Casablanca"),
    PlannedUnit("sa-content", "Course production", "department", "mlg-sa", "FR", "Europe/Paris"),
    PlannedUnit("sa-people", "People and recruitment", "department", "mlg-sa", "FR", "Europe/Paris"),
    PlannedUnit("sa-services", "Client services", "department", "mlg-sa", "FR", "Europe/Paris"),
    PlannedUnit("sa-buildings", "Buildings and cleaning", "department", "mlg-sa", "FR", "Europe/Paris"),
    PlannedUnit("de-training", "Training centre", "department", "mlg-de", "DE", "Europe/Berlin"),
    PlannedUnit("de-planning", "Shift planning", "department", "mlg-de", "DE", "Europe/Berlin"),
    PlannedUnit("de-it", "Information technology", "department", "mlg-de", "DE", "Europe/Berlin"),
    PlannedUnit("uk-sales", "Sales and admissions", "department", "mlg-uk", "GB", "Europe/London"),
    PlannedUnit("uk-finance", "Finance", "department", "mlg-uk", "GB", "Europe/London"),
    PlannedUnit("ma-support", "Learner support", "department", "mlg-ma", "MA", "Africa/Casablanca"),
    PlannedUnit("ma-translation", "Translation", "department", "mlg-ma", "MA", "Africa/Casablanca"),
]

NAMES: dict[str, tuple[str, str]] = {
    "mlg-sa": (
        "Camille Louis Inès Hugo Manon Jules Léa Nathan Chloé Théo Sarah Adam Zoé Paul Awa Rémi Élise Karim Anaïs "
        "Mathis Lina Victor Clara Yanis Margot Samuel Fatou Bastien Julie Malik Alice Simon Noémie Idriss Eva "
        "Quentin Aya Romain Lucie Gaël",
        "Moreau Lefèvre Diallo Garnier Rousseau Benali Fontaine Mercier Traoré Chevalier Nguyen Lambert Faure Sow "
        "Perrin Marchand Boyer Haddad Girard Dumas Renard Colin Barbier Arnaud Gauthier Picard Roy Leclerc",
    ),
    "mlg-de": (
        "Lena Jonas Mia Emre Hannah Felix Ayşe Lukas Emma Can Marie Finn Elif Paul Sophie Deniz Laura Tim Julia "
        "Kemal Nele Moritz Anna Jan Leyla Nico Greta Ole",
        "Becker Yılmaz Hoffmann Schäfer Koch Bauer Demir Richter Wolf Neumann Schwarz Krüger Aydın Hartmann Lange "
        "Werner Krause Lehmann Köhler Maier Şahin Vogel",
    ),
    "mlg-uk": (
        "Olivia Noah Priya George Amelia Arjun Isla Harry Zara Oscar Freya Kofi Grace Callum Maya Owen Ruby Tariq "
        "Erin Lewis",
        "Hughes Patel Campbell Okafor Bennett Shah Murray Griffiths Mensah Reid Walsh Ahmed Fraser Cole Begum Palmer",
    ),
    "mlg-ma": (
        "Amina Youssef Salma Omar Khadija Mehdi Imane Rachid Nadia Hamza Laila Anas Hajar Bilal Samira Ilyas Zineb "
        "Tarik Meryem Adil Soukaina Hicham Rim Nabil",
        "Bennis Alaoui Tazi Idrissi Chraibi Fassi Berrada Amrani Lahlou Mansouri Ouazzani Zahidi Kettani Sebti "
        "Benjelloun Filali Naciri",
    ),
}
PLACES: dict[str, list[tuple[str, int]]] = {
    "mlg-sa": [("sa-content", 14), ("sa-people", 9), ("sa-services", 12), ("sa-buildings", 8)],
    "mlg-de": [("de-training", 12), ("de-planning", 9), ("de-it", 8)],
    "mlg-uk": [("uk-sales", 11), ("uk-finance", 8)],
    "mlg-ma": [("ma-support", 14), ("ma-translation", 9)],
}
LANGUAGES = {"mlg-sa": "fr", "mlg-de": "en", "mlg-uk": "en", "mlg-ma": "ar"}
ZONES = {unit.code: unit.zone for unit in UNITS}
CAST_AS_HEAD = {"sa-services": "demo-claire"}
LED_BY = {"sa-buildings": "demo-claire"}
NEVER, LATE = 0.99, 0.95  # diligence of those who never sit down to it, and of those who do when it is late
OVERSEER = "overseer-high-risk"


def address(given: str, family: str, number: str) -> str:
    plain = "".join(char for char in f"{given}.{family}".lower() if char.isascii() and (char.isalpha() or char == "."))
    return f"{plain}.{number[-3:]}@example.org"


def draw_up(today: date, days: int = DAYS) -> Organisation:
    """The whole plan for a history of so many days that ends today."""
    plan = Organisation(first_day=today - timedelta(days=days), today=today, units=UNITS)
    dice = random.Random(SEED)  # noqa: S311 — a plan that is the same every time is what is wanted
    number = 100
    for entity, departments in PLACES.items():
        heads: list[str] = []
        for unit, size in departments:
            names = _names(dice, entity)
            for place in range(size):
                number += 1
                if place == 0:
                    head = CAST_AS_HEAD.get(unit, f"MLG-{number}")
                    manager, heads = LED_BY.get(unit, heads[0] if heads else ""), [*heads, head]
                    if head in CAST_AS_HEAD.values():
                        continue
                else:
                    manager = heads[-1]
                given, family = next(names)
                plan.members.append(_member(dice, plan, f"MLG-{number}", given, family, entity, unit, manager, place))
    plan.members.extend(_cast(plan))
    return plan


def _names(dice: random.Random, entity: str) -> Iterator[tuple[str, str]]:
    given, family = (names.split() for names in NAMES[entity])
    while True:
        yield dice.choice(given), dice.choice(family)


def _member(
    dice: random.Random,
    plan: Organisation,
    number: str,
    given: str,
    family: str,
    entity: str,
    unit: str,
    manager: str,
    place: int,
) -> CastMember:
    """Two thirds are there from the first day; the others are hired over the two years; some leave."""
    old_hand = place == 0 or dice.random() < 0.66
    hired_on = plan.first_day - timedelta(days=dice.randint(200, 3000))
    known_on = plan.first_day
    if not old_hand:
        days = (plan.today - plan.first_day).days
        hired_on = known_on = plan.first_day + timedelta(
            days=dice.randint(min(40, days // 2), max(days - 20, days // 2))
        )
    left_on = None
    if place > 2 and dice.random() < 0.1:
        left_on = known_on + timedelta(days=dice.randint(120, 500))
    roles: tuple[tuple[str, date], ...] = ()
    if unit in {"sa-people", "de-planning", "uk-sales"} and 0 < place <= 4:
        roles = ((OVERSEER, known_on + timedelta(days=dice.randint(30, 200))),)
    has_mail = unit != "sa-buildings"
    # A team that is worth a look: somebody who never does it, somebody who is late.
    diligence = {("sa-services", 4): NEVER, ("sa-buildings", 3): NEVER, ("sa-services", 7): LATE}.get((unit, place))
    if diligence == NEVER:
        hired_on = known_on = plan.today - timedelta(days=40 + 6 * place)
    return CastMember(
        number=number,
        given_name=given,
        family_name=family,
        language=LANGUAGES[entity] if dice.random() < 0.85 else dice.choice(["en", "fr"]),
        entity=entity,
        unit=unit,
        zone=ZONES[entity],
        hired_on=hired_on,
        known_on=known_on,
        manager=manager,
        email=address(given, family, number) if has_mail else "",
        roles=roles,
        left_on=left_on if left_on and left_on < plan.today else None,
        diligence=dice.random() if diligence is None else diligence,
    )


def _cast(plan: Organisation) -> list[CastMember]:
    """The people a visitor can become, and the two stories the rules are hardest on: long leave, re-hire."""

    def on(days_ago: int) -> date:
        return plan.today - timedelta(days=days_ago)

    def since(days_ago: int) -> dict[str, object]:
        return {"hired_on": on(days_ago), "known_on": max(on(days_ago), plan.first_day)}

    # Amina's training falls due within a week of the eight days a visitor lets pass: she gets mail about it.
    learning: dict[str, object] = {"undone": ("p1",)}
    overseer: dict[str, object] = {"roles": ((OVERSEER, on(5)),), "undone": ("p2",)}
    stories: list[tuple[str, str, str, str, dict[str, object]]] = [
        ("demo-amina", "Amina", "El Idrissi", "ma-support", since(16) | learning),
        ("demo-marc", "Marc", "Petit", "sa-buildings", {"email": ""} | since(26) | learning),
        ("demo-jonas", "Jonas", "Weber", "de-planning", since(300) | overseer),
        ("demo-claire", "Claire", "Marchal", "sa-services", {"manager": _head(plan, "sa-content")}),
        ("demo-editor", "Nora", "Lindqvist", "sa-content", {"language": "en", "groups": ("editor",)}),
        ("demo-reviewer", "Samir", "Haddou", "sa-content", {"groups": ("reviewer",)}),
        ("demo-hr", "Esther", "Blum", "sa-people", {"language": "en", "groups": ("hr-admin",)}),
        ("demo-auditor", "Ruth", "Acheampong", "uk-finance", {"groups": ("auditor",)}),
        ("demo-office", "Leonie", "Brandt", "de-it", {"groups": ("governance",)}),
        ("demo-leave", "Hanna", "Seidel", "de-training", {"leave": (on(20), on(-75))} | since(30) | learning),
        ("demo-back", "Tom", "Ellery", "uk-sales", {"left_on": on(400), "back_on": on(150)}),
    ]
    return [_player(plan, *story) for story in stories]


def _head(plan: Organisation, unit: str) -> str:
    return CAST_AS_HEAD.get(unit) or next(one.number for one in plan.members if one.unit == unit)


def _player(plan: Organisation, number: str, given: str, family: str, unit: str, more: dict[str, object]) -> CastMember:
    entity = next(one.parent for one in UNITS if one.code == unit)
    values: dict[str, object] = {
        "language": LANGUAGES[entity],
        "hired_on": plan.first_day - timedelta(days=400),
        "known_on": plan.first_day,
        "email": f"{number.removeprefix('demo-')}@example.org",
        "diligence": 0.3,
        "manager": _head(plan, unit),
    }
    return CastMember(
        number=number,
        given_name=given,
        family_name=family,
        entity=entity,
        unit=unit,
        zone=ZONES[entity],
        **{**values, **more},  # type: ignore[arg-type]
    )


PERSONAS = [
    Persona("demo-amina", "learner", 1),
    Persona("demo-marc", "learner-without-mail", 2),
    Persona("demo-jonas", "overseer", 3),
    Persona("demo-claire", "manager", 4),
    Persona("demo-auditor", "auditor", 5),
    Persona("demo-editor", "editor", 6),
    Persona("demo-reviewer", "reviewer", 7),
    Persona("demo-hr", "hr", 8),
    Persona("demo-office", "office", 9),
]
