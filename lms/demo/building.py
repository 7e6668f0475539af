"""Set up the demonstration: once, whole or not at all."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from certification.ledger import clock, keys
from content.editions import Module, ModuleText
from content.review import sign_off
from courses.lab import parts
from courses.learning import enrolments, flow
from lms.demo.archive import fill_archive
from lms.demo.demo_organisation import DAYS, ORIGIN, Organisation, draw_up
from lms.demo.history import History, arrive, close_of_day
from lms.demo.tour import LAB_MODULE
from lms.people.groups import ensure_groups
from lms.people.models import OrgUnit, Person

Tell = Callable[[str], None]


class NotADemoSite(RuntimeError):
    """The database holds what is no demonstration's: nothing here may touch it."""


class UnknownDemo(RuntimeError):
    """A demonstration stands there, and no mark says that it is finished or half built: its owner decides."""


def ready_mark() -> Path:
    return Path(settings.VAR_DIR) / "demo-ready.json"


def building_mark() -> Path:
    """There while a build runs: what it leaves behind when it is interrupted may be thrown away."""
    return Path(settings.VAR_DIR) / "demo-building.json"


def ready() -> bool:
    """Whether a finished demonstration stands in the configured database."""
    return _names_this_database(ready_mark()) and _origin() == ORIGIN


def make_way() -> None:
    """Before a build: removes what an interrupted one left. Raises UnknownDemo where anything else stands there."""
    if not _names_this_database(building_mark()) and _origin() == ORIGIN:
        raise UnknownDemo(
            f"The database {connection.settings_dict['NAME']} holds a demonstration that this folder does not know: "
            f"there is no {ready_mark().name} for it. Nothing was touched. Move the whole folder {settings.VAR_DIR} "
            f"together, or throw the demonstration away and build it afresh: make demo-reset"
        )
    throw_away()


def _names_this_database(mark: Path) -> bool:
    """A SQLite file beside the mark is known by its name: a folder may be moved or copied with what it holds."""
    try:
        written = str(json.loads(mark.read_text(encoding="utf-8"))["database"])
    except (OSError, ValueError, KeyError, TypeError):
        return False
    here = str(connection.settings_dict["NAME"])
    beside = connection.vendor == "sqlite" and Path(here).parent.resolve() == mark.parent.resolve()
    return Path(written).name == Path(here).name if beside else written == here


def _write_mark(mark: Path) -> None:
    mark.write_text(json.dumps({"database": str(connection.settings_dict["NAME"])}), encoding="utf-8")


def _origin() -> str | None:
    if "certification_entry" not in connection.introspection.table_names():
        return None
    clock.clear_cache()
    return clock.ledger_origin()


def _refuse_other_data() -> None:
    """Raises NotADemoSite. A site that is being set up has people before it has a ledger; a demonstration never has."""
    origin, name = _origin(), connection.settings_dict["NAME"]
    held = ""
    if origin is not None and not clock.says_demo(origin):
        held = f"the ledger “{origin}”, which is no demo"
    elif origin is None and "people_person" in connection.introspection.table_names() and Person.objects.exists():
        held = "people and no ledger: a site that is being set up"
    if held:
        raise NotADemoSite(
            f"The database {name} holds {held}. "
            f"Nothing was touched. Give the demo a database of its own with DATABASE_URL or VAR_DIR."
        )


def throw_away() -> None:
    """Remove the demo's data. Raises NotADemoSite where what is there is none."""
    _refuse_other_data()
    ready_mark().unlink(missing_ok=True)
    if connection.vendor == "sqlite":
        name = Path(str(connection.settings_dict["NAME"]))
        connection.close()
        for path in name.parent.glob(f"{name.name}*"):
            path.unlink()
    else:
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        connection.close()
    for folder in (settings.LEDGER_KEY_FILE.parent, Path(settings.MEDIA_ROOT), Path(settings.EMAIL_FILE_PATH)):
        shutil.rmtree(folder, ignore_errors=True)
    clock.clear_cache()


def build(tell: Tell, days: int = DAYS) -> None:
    """Database, content, people and two years of history. An interrupted build is begun afresh the next time."""
    tell("Preparing the database …")
    _write_mark(building_mark())
    if connection.vendor == "sqlite":
        connection.cursor().execute("PRAGMA synchronous=OFF")  # an unfinished build is thrown away anyway
    call_command("migrate", verbosity=0)
    plan = draw_up(clock.machine_now().date() - timedelta(days=1), days)
    keys.begin_ledger(settings.LEDGER_KEY_FILE, ORIGIN, start=datetime.combine(plan.first_day, time(5), UTC))
    ensure_groups()
    _open_units(plan)
    history = History(plan)
    tell("Loading the modules in three languages …")
    _load_content(history)
    tell("Drawing up an archive of earlier years (attempts only) …")
    fill_archive(clock.now())
    tell("Living through two years of a small organisation …")
    history.run(tell)
    _leave_work_for_visitors(history)
    clock.advance_demo(max(clock.machine_now() - clock.now(), timedelta(0)))
    connection.close()
    _write_mark(ready_mark())
    building_mark().unlink()


def _open_units(plan: Organisation) -> None:
    at = clock.now()
    made: dict[str, OrgUnit] = {}
    for unit in plan.units:
        parent = made.get(unit.parent)
        entity = parent if parent and parent.kind == OrgUnit.Kind.ENTITY else None
        made[unit.code] = OrgUnit.objects.create(
            code=unit.code,
            name=unit.name,
            kind=unit.kind,
            parent=parent,
            entity=entity,
            country=unit.country,
            zone=unit.zone,
            true_from=plan.first_day - timedelta(days=4000),
            known_from=at,
        )


def _load_content(history: History) -> None:
    """Texts and facts from the files, then each text read and signed by the demo's reviewer, not by its author."""
    call_command("load_curriculum", verbosity=0)
    call_command("load_facts", str(settings.BASE_DIR / "content" / "curriculum" / "facts" / "demo.yaml"), verbosity=0)
    at = clock.now()
    for number in ("demo-reviewer", "demo-editor"):
        member = history.plan.member(number)
        history.people[number] = person = arrive(history, member, at)
        history.numbers[person.pk] = number
    for text in ModuleText.objects.filter(sign_off__isnull=True):
        sign_off(text, history.people["demo-reviewer"], at, note="Demo: signed by a demo persona.")


def _leave_work_for_visitors(history: History) -> None:
    """Amina has begun her first module, so that the visitor meets a place to resume at; Jonas stands before the lab."""
    at = clock.now()
    jonas = history.people["demo-jonas"]
    lab = enrolments.start(jonas, Module.objects.get(code=LAB_MODULE), at)
    for section in lab.edition.structure["sections"]:
        if section.get("lab") == parts.Part.A:
            break
        flow.finish_section(lab, section["key"], jonas.language, at)
    amina = history.people["demo-amina"]
    enrolment = enrolments.start(amina, Module.objects.get(code="m01"), at)
    for section in enrolment.edition.structure["sections"][:2]:
        flow.finish_section(enrolment, section["key"], amina.language, at)
    close_of_day(at.date())
