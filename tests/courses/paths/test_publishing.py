"""Paths and rules from files: frozen versions, logged; faults by file and line."""

from __future__ import annotations

import shutil
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from certification.ledger.models import Opening, Pending
from courses.paths.models import AssignmentRule, PathVersion
from courses.paths.path_files import load
from courses.paths.publishing import withdraw_rule
from courses.paths.specs import SHIPPED, read_spec
from lms.people.models import JobRole
from lms.yaml_lines import FaultyFile
from tests.courses.assignments.world import day, make_path, make_rule, on
from tests.courses.learning.factories import taught

AT = on("2026-10-01")


@pytest.fixture
def shipped(db: None, tmp_path: Path) -> Path:
    """The shipped files, to be changed, and the modules they name."""
    for code in ("m01", "m02", "m03", "m04", "m05", "m07", "m13"):
        taught(code, sections=1, questions=0)
    shutil.copytree(SHIPPED, tmp_path / "paths")
    return tmp_path / "paths"


def change(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def loaded(folder: Path, at: object = AT) -> object:
    return load(folder.glob("*.yaml"), at)  # type: ignore[arg-type]


def test_the_shipped_files_publish_two_paths_and_two_rules(shipped: Path) -> None:
    done = loaded(shipped)
    assert [(one.path.key, one.number) for one in done.paths] == [("p1", 1), ("p2", 1)]  # type: ignore[attr-defined]
    leaves = PathVersion.objects.get(path__key="p2").leaves.values_list("module__code", "validity_months", "compulsory")
    staff = [(code, 24, True) for code in ("m01", "m02", "m03", "m04", "m05", "m13")]
    assert list(leaves) == [*staff, ("m07", 12, True)]
    joiner, overseer = AssignmentRule.objects.order_by("key")
    assert (joiner.population, joiner.due_days, joiner.basis) == ({"kind": "employment"}, 30, "policy")
    assert (overseer.population, overseer.due_days) == ({"kind": "role", "role": "overseer-high-risk"}, None)
    assert overseer.active_from == day("2026-10-01")
    assert JobRole.objects.filter(key="overseer-high-risk").exists()
    kinds = sorted(Pending.objects.values_list("kind", flat=True))
    assert kinds == ["path.publish", "path.publish", "rule.publish", "rule.publish"]


@pytest.mark.parametrize("name", ["path-p1.yaml", "path-p2.yaml", "rule-r-01.yaml", "rule-r-03.yaml"])
def test_every_text_is_there_in_three_languages(name: str) -> None:
    spec = read_spec(SHIPPED / name)
    for texts in (getattr(spec, field, {}) for field in ("titles", "summaries", "reasons", "basis_texts")):
        assert not texts or set(texts) == {"en", "fr", "ar"}


def test_the_shipped_bases_say_what_they_rest_on_and_promise_nothing() -> None:
    promised = {"r-01": ["organisation supports", "Article 4"], "r-03": ["own decision", "2 December 2027"]}
    for name, words in promised.items():
        spec = read_spec(SHIPPED / f"rule-{name}.yaml")
        text = spec.basis_texts["en"]  # type: ignore[union-attr]
        assert spec.basis == "policy"  # type: ignore[union-attr]
        assert all(word in text for word in words)
        assert "compliant" not in text.lower()


def test_the_same_files_again_change_nothing(shipped: Path) -> None:
    loaded(shipped)
    again = loaded(shipped, on("2026-11-01"))
    assert (again.paths, again.rules, again.unnamed) == ([], [], [])  # type: ignore[attr-defined]
    assert again.unchanged == ["p1", "p2", "r-01", "r-03"]  # type: ignore[attr-defined]
    assert Pending.objects.count() == 4


def test_a_changed_path_is_a_new_version_and_so_is_what_contains_it(shipped: Path) -> None:
    loaded(shipped)
    change(shipped, "path-p1.yaml", "  - module: m13\n    months: 24", "  - module: m13\n    months: 18")
    done = loaded(shipped, on("2026-11-01"))
    assert [(one.path.key, one.number) for one in done.paths] == [("p1", 2), ("p2", 2)]  # type: ignore[attr-defined]
    old = PathVersion.objects.get(path__key="p1", number=1)
    assert old.leaves.get(module__code="m13").validity_months == 24


def test_a_rule_said_better_keeps_its_first_day(shipped: Path) -> None:
    loaded(shipped)
    change(shipped, "rule-r-01.yaml", "Human resources", "People and culture")
    loaded(shipped, on("2026-11-01"))
    old, new = AssignmentRule.objects.filter(key="r-01").order_by("number")
    assert (old.withdrawn_at, new.active_from) == (on("2026-11-01"), day("2026-10-01"))
    change(shipped, "rule-r-01.yaml", "due_days: 30", "due_days: 20")
    loaded(shipped, on("2026-12-01"))
    assert AssignmentRule.objects.get(key="r-01", number=3).active_from == day("2026-12-01")


def test_a_module_asked_for_twice_is_one_leaf_the_stricter_way(db: None) -> None:
    make_path("p1", {"a": 24, "b": None})
    version = make_path("p2", {"a": 6, "b": 12}, inner="p1")
    assert list(version.leaves.values_list("module__code", "validity_months")) == [("a", 6), ("b", 12)]


@pytest.mark.django_db
def test_a_withdrawal_is_logged_once_with_its_reason() -> None:
    make_path("p1", {"a": 24})
    rule = make_rule("r-01", "p1")
    with pytest.raises(ValueError, match="Say in a sentence why"):
        withdraw_rule(rule, AT, " ")
    for _ in range(2):
        withdraw_rule(rule, AT, "Replaced by another.")
    entry = Pending.objects.get(kind="rule.withdraw")
    assert "Replaced by another." in Opening.objects.get(entry=entry.uuid, part="payload").value


HEAD = "path: p1\ntitle: {en: x}\nsummary: {en: x}\n"
REST = "reason: {en: x}\nbasis_text: {en: x}\nowner: x\n"
RULE = "rule: r-1\npath: p1\nwho: {employment: employee}\n" + REST

BROKEN = [
    (HEAD + "items: [", ":4: This is not valid YAML"),
    ("- a", ":1: Here must stand a list of “name: value” lines."),
    ("title: {en: x}", ":1: This is neither a path"),
    (HEAD + "titel: x\nitems: [{module: a}]", ":4: “titel:” is not known here"),
    (HEAD + "path: p2\nitems: [{module: a}]", ":4: “path” stands here twice"),
    ("path: p1\nsummary: {en: x}\nitems: [{module: a}]", ":1: Give “title:” in each language"),
    (HEAD + "items:\n  - module: a\n    months: 0", ":6: “months:” must be a whole number from 1 to 120"),
    (HEAD + "items:\n  - module: a\n    path: b", ":5: Give either a module or a path"),
    (HEAD + "items: [{module: a, compulsory: false}]", ":4: A path needs at least one compulsory"),
    (HEAD + "items:\n  - module: nowhere", ":5: there is no module “nowhere”"),
    (HEAD + "items:\n  - path: p1", "These paths contain each other: p1"),
    (HEAD + "items:\n  - path: p0", ":5: there is no published path “p0”"),
    (RULE + "basis: custom", ":7: “basis:” must be law"),
    (RULE + "basis: law", ":2: there is no published path “p1”"),
    (RULE + "basis: law\nactive_from: soon", ":8: “active_from:” must be a day"),
    (RULE + "basis: law\nactive_from: 2026-13-01", ":8: “active_from:” must be a day"),
    (RULE.replace("{employment: employee}", "everybody") + "basis: law", ":3: Say “employment: employee”"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("text", "said"), BROKEN)
def test_a_fault_is_a_sentence_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "bad.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(FaultyFile) as caught:
        load([tmp_path / "bad.yaml"], AT)
    assert "bad.yaml:" in str(caught.value)
    assert said in str(caught.value)
    assert not PathVersion.objects.exists()
    assert not Pending.objects.exists()


def test_one_fault_publishes_nothing_and_all_are_named(shipped: Path) -> None:
    change(shipped, "path-p2.yaml", "module: m07", "module: m77")
    change(shipped, "rule-r-01.yaml", "basis: policy", "basis: habit")
    change(shipped, "rule-r-03.yaml", "path: p2", "path: P2!")
    with pytest.raises(CommandError) as caught:
        call_command("load_paths", shipped, stdout=StringIO())
    assert "rule-r-01.yaml" in str(caught.value)
    assert "rule-r-03.yaml" in str(caught.value)
    assert not PathVersion.objects.exists()


def test_the_command_says_what_it_did(shipped: Path) -> None:
    out = StringIO()
    call_command("load_paths", shipped, stdout=out)
    call_command("load_paths", shipped, stdout=out)
    assert "Path p1: version 1 published." in out.getvalue()
    assert "Unchanged: p1, p2, r-01, r-03." in out.getvalue()
    (shipped / "rule-r-03.yaml").unlink()
    call_command("load_paths", shipped, stdout=out)
    assert "Rule r-03 stands in no file and stays" in out.getvalue()
    call_command("withdraw_rule", "r-03", "--reason", "Not asked for any more.", stdout=out)
    assert AssignmentRule.objects.get(key="r-03").withdrawn_at is not None
    with pytest.raises(CommandError, match="There is no rule “r-03” in force"):
        call_command("withdraw_rule", "r-03", stdout=out)


def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"There is no \.yaml file"):
        call_command("load_paths", tmp_path)
