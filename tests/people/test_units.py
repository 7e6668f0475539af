"""The tree of units and its import."""

from __future__ import annotations

from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from lms.people import groups, organisation, staffing
from lms.people.directory.units_import import UnitsReport, import_units
from lms.people.models import OrgUnit
from tests.factories import AT, HIRED, make_person, make_unit, make_user

pytestmark = pytest.mark.django_db
HEADER = "code,name,kind,parent,country,zone"
TREE = [
    "sales,Sales,department,mlg-sa,,",
    "mlg-sa,MLG SA,entity,mlg,FR,Europe/Paris",
    "mlg,Meridian Learning Group,group,,,",
]


def run(*lines: str, commit: bool = True) -> UnitsReport:
    return import_units("\n".join([HEADER, *lines]).encode(), at=AT, commit=commit)


def told(*lines: str) -> list[str]:
    before = OrgUnit.objects.count()
    result = run(*lines)
    assert OrgUnit.objects.count() == before
    assert not result.written
    return [str(problem) for problem in result.problems]


def test_parents_may_stand_later_and_units_know_their_entity() -> None:
    assert run(*TREE).opened == 3
    sales = OrgUnit.objects.get(code="sales")
    entity = OrgUnit.objects.get(code="mlg-sa")
    assert (sales.entity, sales.parent, sales.country, sales.zone) == (entity, entity, "FR", "Europe/Paris")
    assert entity.entity == entity
    assert OrgUnit.objects.get(code="mlg").entity is None


def test_a_second_run_changes_nothing_and_a_name_may_be_mended() -> None:
    run(*TREE)
    again = run(*TREE)
    assert (again.opened, again.changed) == (0, 0)
    assert run("sales,Sales France,department,mlg-sa,,").changed == 1
    assert OrgUnit.objects.get(code="sales").name == "Sales France"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["x,X,team,nowhere,,"], "line 2, column parent: There is no unit “nowhere”"),
        (["x,X,team,y,,", "y,Y,team,x,,"], "line 2, column parent: This unit lies in itself"),
        (["x,X,team,,,"], "line 2, column parent: Nothing above this unit is a legal entity"),
        (["x,X,squad,,,"], "line 2, column kind: “squad” is not one of: group, entity"),
        (["x,X,entity,,France,"], "line 2, column country: “France” is not a country"),
        (["x y,X,entity,,,"], "line 2, column code: “x y” is not a code"),
        (["x,X,entity,,,", "x,X,entity,,,"], "line 3, column code: “x” already stands in line 2"),
    ],
)
def test_what_is_wrong_is_named(lines: list[str], expected: str) -> None:
    assert told(*lines)[0].startswith(expected)


def test_a_unit_never_moves() -> None:
    run(*TREE)
    assert told("sales,Sales,department,mlg,,")[0].startswith("line 2, column parent: A unit never moves")


def test_a_unit_is_closed_when_nobody_is_left_in_it() -> None:
    team = make_unit("team-1")
    person = make_person(unit=team)
    with pytest.raises(organisation.UnitError, match="1 people are still placed"):
        organisation.close_unit(team, on=date(2026, 12, 1), at=AT)
    staffing.place(person, make_unit("team-2"), on=HIRED, at=AT)
    organisation.close_unit(team, on=date(2026, 12, 1), at=AT)
    assert not OrgUnit.objects.on(date(2026, 12, 1)).filter(code="team-1").exists()


def test_the_command_tries_first(tmp_path: Path) -> None:
    path = tmp_path / "units.csv"
    path.write_text("\n".join([HEADER, *TREE]), encoding="utf-8")
    out = StringIO()
    call_command("import_units", str(path), stdout=out)
    assert "Units to open: 3" in out.getvalue()
    assert not OrgUnit.objects.exists()
    call_command("import_units", str(path), "--commit", stdout=out)
    assert OrgUnit.objects.count() == 3


def test_rights_are_granted_and_taken_back_by_command() -> None:
    user = make_user(staff_number="ma-17")
    out = StringIO()
    call_command("grant", "MA-17", "auditor", "editor", stdout=out)
    call_command("grant", "ma-17", "editor", "--revoke", stdout=out)
    assert user.groups.get().name == groups.AUDITOR
    assert "ma-17 is now in: auditor." in out.getvalue()
    with pytest.raises(CommandError, match="No login has the staff number nobody"):
        call_command("grant", "nobody", "auditor")
