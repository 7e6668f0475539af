"""Whom a rule means, as an author writes it: what is stored, and what is refused with its line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from certification.ledger.models import Opening, Pending
from courses.assignments.derivation.population import read_population
from courses.paths.models import AssignmentRule
from courses.paths.path_files import load
from courses.paths.publishing import PublishingError, publish_rule
from courses.paths.specs import RuleSpec
from lms.people.models import JobRole
from lms.yaml_lines import FaultyFile
from tests.courses.assignments.world import make_path, make_rule, on
from tests.factories import make_entity, make_unit

AT = on("2026-10-01")
REST = "\nreason: {en: x}\nbasis: policy\nbasis_text: {en: x}\nowner: x\ndue_days: 30\n"
TYPED = """
who:
  all:
    - employment: employee
    - any: [{country: FR}, {unit: sales}]
    - not: {role: overseer, role_name: "Overseer"}
"""


@pytest.fixture
def rules(db: None, tmp_path: Path) -> Path:
    make_path("p1", {"a": 24})
    make_unit("sales", make_entity("fr"))
    return tmp_path / "rule.yaml"


def publish(rules: Path, who: str) -> AssignmentRule:
    rules.write_text(f"rule: r-1\npath: p1\n{who.strip()}{REST}", encoding="utf-8")
    load([rules], AT)
    return AssignmentRule.objects.get(key="r-1")


def test_joined_terms_are_stored_typed_and_logged_whole(rules: Path) -> None:
    stored = {
        "kind": "all",
        "of": [
            {"kind": "employment"},
            {"kind": "any", "of": [{"kind": "country", "country": "FR"}, {"kind": "unit", "unit": "sales"}]},
            {"kind": "not", "of": {"kind": "role", "role": "overseer"}},
        ],
    }
    assert publish(rules, TYPED).population == stored
    assert JobRole.objects.get(key="overseer").name == "Overseer"
    entry = Pending.objects.get(kind="rule.publish")
    assert '"unit":"sales"' in Opening.objects.get(entry=entry.uuid, part="payload").value.replace(" ", "")


def test_the_same_terms_again_are_the_same_version(rules: Path) -> None:
    assert publish(rules, TYPED).pk == publish(rules, TYPED).pk


@pytest.mark.parametrize(
    ("who", "stored"),
    [
        ("who: {employment: employee}", {"kind": "employment"}),
        ('who: {role: editor, role_name: "E"}', {"kind": "role", "role": "editor"}),
        ("who: {person: contractor}", {"kind": "person", "is": "contractor"}),
        ("who: {entity: fr}", {"kind": "entity", "entity": "fr"}),
        ("who: {started: {from: 2026-10-01}}", {"kind": "started", "from": "2026-10-01"}),
        (
            "who: {started: {from: 2026-10-01, to: 2026-12-31}}",
            {"kind": "started", "from": "2026-10-01", "to": "2026-12-31"},
        ),
    ],
)
def test_each_term_is_what_the_engine_reads(rules: Path, who: str, stored: dict[str, Any]) -> None:
    assert publish(rules, who).population == stored
    assert list(read_population(stored).terms())


@pytest.mark.parametrize(
    ("who", "said"),
    [
        ("who: {unit: nowhere}", ":3: there is no unit “nowhere”. Import it first"),
        ("who:\n  all:\n    - entity: fr\n    - unit: nowhere", ":6: there is no unit “nowhere”"),
        ("who: {not: {entity: sales}}", ":3: there is no legal entity “sales”"),
        ("who: {country: DE}", ":3: there is no legal entity in the country “DE”. Correct the country."),
        ("who: {country: France}", ":3: “country:” must be two capital letters"),
        ("who: {any: [{role: nobody}, {country: FR}]}", ":3: there is no training role “nobody”. Give it"),
        ("who: {role: nobody}", ":3: “role_name:” is missing"),
        ("who: {person: robot}", ":3: “person:” must be one of: employee, contractor, partner."),
        ("who: {system: cv-screening}", ":3: “system:” cannot be used yet: this platform keeps no table of AI systems"),
        ("who: {all: [{document: code}]}", ":3: “document:” cannot be used yet"),
        ("who: {all: []}", ":3: “all:” must be a list with at least one entry"),
        ("who: {all: {country: FR}}", ":3: “all:” must be a list"),
        ("who: {not: [{country: FR}]}", ":3: “not:” must hold"),
        ("who: {country: FR, unit: sales}", ":3: Say “employment: employee”"),
        ("who: {entity: fr, role_name: x}", ":3: “role_name:” is not known here"),
        ("who: {started: {}}", ":3: “started:” needs “from:”"),
        ("who: {started: {from: 2026-12-01, to: 2026-10-01}}", ":3: No day lies between"),
        ("who: {not: {not: {not: {not: {not: {country: FR}}}}}}", ":3: Terms may stand in each other 5 deep"),
        ("who: {any: [" + ", ".join(["{country: FR}"] * 51) + "]}", ":3: This population has more than 50 terms"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(rules: Path, who: str, said: str) -> None:
    with pytest.raises(FaultyFile) as caught:
        publish(rules, who)
    assert f"rule.yaml{said}" in str(caught.value)
    assert not AssignmentRule.objects.exists()


@pytest.mark.parametrize("kind", ["system", "document"])
def test_terms_without_a_table_are_refused_by_name(rules: Path, kind: str) -> None:
    words = {"en": "x"}
    population = {"kind": "not", "of": {"kind": kind, kind: "cv"}}
    with pytest.raises(PublishingError, match=f"“{kind}:” cannot be used yet"):
        publish_rule(RuleSpec("r-1", "p1", words, "policy", words, "x", population=population), AT)


def test_the_digest_of_the_forms_that_were_there_before_is_unchanged(rules: Path) -> None:
    assert make_rule("r-9", "p1").population == {"kind": "employment"}
    assert make_rule("r-8", "p1", role="editor").population == {"kind": "role", "role": "editor"}
