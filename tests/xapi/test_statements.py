"""What a statement says, and what it never says."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from lms.xapi import statements
from lms.xapi.statement_rules import NotAllowed
from lms.xapi.statements import ModuleDone, PathDone
from tests.xapi.conftest import AT

PERSON = uuid.UUID("7d1f8c3e-0d3a-4f8e-8f5e-5a1a5f1f9a11")


@pytest.fixture(autouse=True)
def _address(settings: Any) -> None:
    settings.BASE_URL = "https://learn.example.org"


def test_a_completed_module_in_full(module: ModuleDone) -> None:
    sent = json.loads(statements.encode(statements.completed(PERSON, "completion:1", module, AT)))

    assert sent == {
        "id": str(uuid.uuid5(uuid.NAMESPACE_URL, "https://learn.example.org/xapi/statements/completion:1")),
        "actor": {
            "objectType": "Agent",
            "account": {"homePage": "https://learn.example.org", "name": str(PERSON)},
        },
        "verb": {
            "id": "http://adlnet.gov/expapi/verbs/completed",
            "display": {"en": "completed", "fr": "a terminé", "ar": "أكمل"},
        },
        "object": {
            "objectType": "Activity",
            "id": "https://learn.example.org/xapi/activities/module/0b9a3e0e-3f0e-4c58-9d3c-6a1c3e1d5d01",
            "definition": {
                "type": "https://learn.example.org/xapi/profile/module",
                "name": {"en": "What AI is and is not", "ar": "ما الذكاء الاصطناعي"},
            },
        },
        "result": {"completion": True},
        "context": {
            "language": "ar",
            "extensions": {
                "https://learn.example.org/xapi/profile/edition": 3,
                "https://learn.example.org/xapi/profile/content-digest": "b" * 64,
                "https://learn.example.org/xapi/profile/locale": "ar",
                "https://learn.example.org/xapi/profile/path": "p1",
                "https://learn.example.org/xapi/profile/cycle": "hire:2026-10-01",
            },
        },
        "timestamp": "2026-11-20T09:00:00+00:00",
    }


def test_a_passed_test_has_no_score(module: ModuleDone) -> None:
    sent = statements.passed(PERSON, "completion:1:passed", module, AT)

    assert sent["verb"]["id"] == "http://adlnet.gov/expapi/verbs/passed"
    assert sent["result"] == {"success": True}


def test_a_satisfied_path_names_its_version(path: PathDone) -> None:
    sent = statements.satisfied(PERSON, "assignment:1", path, AT)

    assert sent["verb"]["id"] == "https://w3id.org/xapi/adl/verbs/satisfied"
    assert sent["object"]["id"] == "https://learn.example.org/xapi/activities/path/p1"
    assert sent["context"]["extensions"] == {
        "https://learn.example.org/xapi/profile/path-version": 2,
        "https://learn.example.org/xapi/profile/content-digest": "a" * 64,
    }


def test_arabic_is_stored_as_arabic(module: ModuleDone) -> None:
    assert "ما الذكاء الاصطناعي" in statements.encode(statements.completed(PERSON, "k", module, AT))


def test_the_id_follows_from_key_and_site(module: ModuleDone, settings: Any) -> None:
    here = statements.statement_id("completion:1")
    assert statements.statement_id("completion:1") == here
    assert statements.statement_id("completion:2") != here
    settings.BASE_URL = "https://other.example.org"
    assert statements.statement_id("completion:1") != here


Spoil = Callable[[dict[str, Any]], object]


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        (lambda s: s["actor"].update(name="Zoë Haddad"), "actor must not hold name"),
        (lambda s: s["actor"].update(mbox="mailto:zoe@example.org"), "actor must not hold mbox"),
        (lambda s: s["actor"]["account"].update(name="zoe@example.org"), "actor.account.name must be an opaque id"),
        (lambda s: s["actor"]["account"].update(homePage="https://elsewhere.org"), "homePage must be this site"),
        (lambda s: s["verb"].update(id="http://adlnet.gov/expapi/verbs/failed"), "verb must be one of completed"),
        (lambda s: s["result"].update(score={"scaled": 0.9}), "result must not hold score"),
        (lambda s: s["result"].update(response="b"), "result must not hold response"),
        (lambda s: s["result"].update(duration="PT5M"), "result must not hold duration"),
        (lambda s: s["result"].update(completion=False), "result.completion must be true"),
        (lambda s: s.update(result={}), "result must say completion or success"),
        (lambda s: s["object"].update(id="https://elsewhere.org/a"), "object.id must lie under this site"),
        (lambda s: s["object"]["definition"].update(type="https://elsewhere.org/t"), "must be a type of our profile"),
        (lambda s: s["object"]["definition"].update(description={"en": "x"}), "must not hold description"),
        (lambda s: s["object"]["definition"].update(name={}), "must have words"),
        (lambda s: s["object"]["definition"].update(name={"not a language": "x"}), "which is no language"),
        (lambda s: s["context"].update(instructor={"name": "A"}), "context must not hold instructor"),
        (lambda s: s["context"]["extensions"].update({"https://x.org/lab": 1}), "https://x.org/lab is unknown"),
        (lambda s: s.update(timestamp="2026-11-20T09:00:00"), "timestamp must be an instant with a time zone"),
        (lambda s: s.update(attachments=[]), "must not hold attachments"),
        (lambda s: s.pop("id"), "the statement lacks id"),
        (lambda s: s.update(id="1"), "id must be an opaque id"),
    ],
)
def test_what_must_not_leave_the_house_is_refused(module: ModuleDone, spoil: Spoil, complaint: str) -> None:
    statement = deepcopy(statements.completed(PERSON, "k", module, AT))
    statements.encode(statement)
    spoil(statement)

    with pytest.raises(NotAllowed, match=complaint.replace(".", r"\.")):
        statements.encode(statement)
