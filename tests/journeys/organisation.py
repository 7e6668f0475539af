"""A small organisation on the shipped content, hired by the real functions and taught the real modules."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.core.management import call_command

from certification.credentials.sealing import seal_due
from certification.ledger import checkpoints, clock, sequencer
from content.curriculum.load import load_module, read_folder
from content.curriculum.parse import SOURCE
from content.curriculum.record import LoadReport
from content.editions import ModuleText
from content.facts.recording import set_fact
from content.review import sign_off
from content.workflow import ensure_workflow
from courses.assignments.sync import sync_due
from lms.people import groups, staffing
from lms.people.models import OrgUnit, User
from tests.factories import make_entity, make_user
from tests.ledger_fixtures import make_ledger

FACTS = Path("content/curriculum/facts/demo.yaml")


def open_for_business(languages: list[str]) -> dict[str, User]:
    """The platform with the shipped modules and paths, a learner in each of the languages, a manager, an auditor."""
    at = clock.machine_now()
    make_ledger(settings.LEDGER_KEY_FILE.parent)
    groups.ensure_groups()
    load_modules({SOURCE, *languages})
    entity = make_entity()
    tell_facts(entity)
    reviewer = make_user(groups.REVIEWER, staff_number="reviewer")
    for text in ModuleText.objects.all():
        sign_off(text, reviewer.person, at)
    call_command("load_paths", verbosity=0)
    people = {
        "manager": make_user(staff_number="manager", given_name="Mona"),
        "auditor": make_user(groups.AUDITOR, staff_number="auditor"),
    }
    for language in languages:
        people[language] = hire(language, people["manager"])
    night()
    return people


def load_modules(languages: set[str]) -> None:
    """As `load_curriculum` does, without the languages that nobody here learns in: they would take most of its time."""
    ensure_workflow()
    report = LoadReport()
    for module in read_folder():
        load_module({language: written for language, written in module.items() if language in languages}, report)


def hire(language: str, manager: User) -> User:
    user = make_user(staff_number=f"learner-{language}", given_name=f"Learner-{language}", language=language)
    day = clock.now().date() - timedelta(days=1)
    staffing.set_manager(user.person, manager.person, on=day, at=clock.now())
    return user


def tell_facts(entity: OrgUnit) -> None:
    said: dict[str, dict[str, dict[str, str]]] = yaml.safe_load(FACTS.read_text(encoding="utf-8"))
    for locale, facts in said["mlg-sa"].items():
        for key, text in facts.items():
            set_fact(entity, locale, key, text, clock.now())


def night() -> dict[str, Any]:
    """What the drains do: assign, sequence, sign, seal."""
    at = clock.now()
    return {
        "assigned": sync_due(at),
        "sequenced": sequencer.sequence_pending(),
        "checkpoint": checkpoints.checkpoint_due(at),
        "sealed": seal_due(at),
    }
