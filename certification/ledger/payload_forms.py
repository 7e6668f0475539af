"""What a payload may hold, kind by kind. Nobody can erase a payload, so what is not listed here does not get in.

A form is {member: None for a value, the form of what it holds}; where it holds a list, the form of each item.
BY_LANGUAGE is {language: text}. Rosters have two members more, which `pending.append_roster` adds itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

Form = Mapping[str, Any]

BY_LANGUAGE: Form = {}
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


class ForbiddenPayload(ValueError):
    """The payload holds what its kind does not provide for; the sentence says where."""


def _values(members: str) -> dict[str, Any]:
    return dict.fromkeys(members.split())


PATH = _values("key number sha256")
RULE = _values("rule number sha256 basis event on counted_from first end ended_by due")
ASSIGNMENT = _values(
    "assignment about cycle known_from counted_from due computed noticed zone moved_days waiting before_access renews "
    "deadline soon expires opened closed engine on why"
) | {
    "path": PATH,
    "because": RULE,
    "paths": PATH,
    "periods": _values("state due first end deadline soon expires before_access waiting known_from known_to"),
}

POPULATION = _values("kind role is entity country unit from to")
POPULATION["of"] = POPULATION  # terms joined by all, any and not

FORMS: Mapping[str, Form] = {
    "module.publish": _values(
        "module code edition edition_published structure text locale revision change_class provenance translates quiz"
        " emergency_until"
    ),
    "module.sign-off": _values("module code edition locale revision text"),
    "path.publish": _values("path number sha256")
    | {
        "titles": BY_LANGUAGE,
        "summaries": BY_LANGUAGE,
        "items": _values("order module path compulsory months"),
        "leaves": _values("order module code compulsory months"),
    },
    "rule.publish": _values("rule path due_days basis owner active_from replaces replaced_at number sha256")
    | {"population": POPULATION, "basis_texts": BY_LANGUAGE, "reasons": BY_LANGUAGE},
    "rule.withdraw": _values("rule number sha256 withdrawn_at reason"),
    "assignment.open": ASSIGNMENT,
    "assignment.close": ASSIGNMENT | _values("how reason valid_until required_until late"),
    "completion": _values(
        "item language facts_sha256 delivery effective_on evidence_sha256 shown shown_sha256 module code edition "
        "text_sha256 translates_sha256 resolved_sha256 quiz_sha256 passed pass_percent"
    )
    | {"titles": BY_LANGUAGE, "required_by": _values("rule number basis")},
    "certificate.issue": _values("certificate issued_on valid_until content basis") | {"path": PATH},
    "outage.record": _values("outage from to reason"),
    "outage.withdraw": _values("outage withdrawn_at reason"),
    "person.rename": _values("number"),
    "assessment.correct": _values(
        "quiz edition quiz_sha256 question before_sha256 after_sha256 marked_anew to_passed to_failed"
    ),
    "assessment.rescore": _values("quiz edition question attempt passed"),
}


def check_payload(kind: str, payload: Mapping[str, Any]) -> None:
    """Raises ForbiddenPayload for a member that the kind does not list."""
    _check(payload, FORMS[kind], kind, "payload")


def _check(value: Mapping[str, Any], form: Form, kind: str, where: str) -> None:
    for name, held in value.items():
        if form is BY_LANGUAGE:
            known, inner = LANGUAGE.fullmatch(name) is not None, None
        else:
            known, inner = name in form, form.get(name)
        if not known:
            raise ForbiddenPayload(
                f"{where}.{name} is nothing that an entry of kind {kind!r} holds: a payload cannot be erased, so what "
                "it may hold is listed in certification.ledger.payload_forms."
            )
        for item in held if isinstance(held, list | tuple) else (held,):
            _check_item(item, inner, kind, f"{where}.{name}")


def _check_item(item: Any, form: Form | None, kind: str, where: str) -> None:
    if isinstance(item, Mapping) and form is not None:
        _check(item, form, kind, where)
    elif isinstance(item, Mapping | list | tuple) or (form is not None and item is not None):
        raise ForbiddenPayload(
            f"{where} of an entry of kind {kind!r} holds {type(item).__name__}, which is not its form."
        )
