"""What a statement may hold before it is stored: a closed list, so that nothing personal leaves by accident."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings

from lms.xapi import profile

LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")

REQUIRED = {"id", "actor", "verb", "object", "result", "context", "timestamp"}
ACTOR = {"objectType", "account"}
ACCOUNT = {"homePage", "name"}
VERB = {"id", "display"}
OBJECT = {"objectType", "id", "definition"}
DEFINITION = {"type", "name"}
RESULT = {"completion", "success"}
CONTEXT = {"language", "extensions"}


class NotAllowed(ValueError):
    """The statement must not be stored; the text says which part and why."""


def check_statement(statement: Mapping[str, Any]) -> None:
    """Raises NotAllowed unless the statement is one of ours, whole, and says nothing it must not."""
    _exactly(statement, REQUIRED, "the statement")
    _check_id(statement["id"], "id")
    _check_timestamp(statement["timestamp"])
    _check_actor(statement["actor"])
    _check_verb(statement["verb"])
    _check_object(statement["object"])
    _check_result(statement["result"])
    _check_context(statement["context"])


def _check_actor(actor: Mapping[str, Any]) -> None:
    """Never a name or an e-mail: an account under this site's address, whose name is a person's id."""
    _exactly(actor, ACTOR, "actor")
    _require(actor["objectType"] == "Agent", "actor", "must be an Agent")
    _exactly(actor["account"], ACCOUNT, "actor.account")
    _require(actor["account"]["homePage"] == settings.BASE_URL, "actor.account.homePage", "must be this site")
    _check_id(actor["account"]["name"], "actor.account.name")


def _check_verb(verb: Mapping[str, Any]) -> None:
    _exactly(verb, VERB, "verb")
    known = ", ".join(term.name for term in profile.VERBS.values())
    _require(verb["id"] in profile.VERBS, "verb", f"must be one of {known}, not {verb['id']}")
    _check_languages(verb["display"], "verb.display")


def _check_object(activity: Mapping[str, Any]) -> None:
    _exactly(activity, OBJECT, "object")
    _require(activity["objectType"] == "Activity", "object", "must be an Activity")
    _require(activity["id"].startswith(profile.activity("", "")[:-1]), "object.id", "must lie under this site")
    _exactly(activity["definition"], DEFINITION, "object.definition")
    types = [profile.term(name) for name in profile.ACTIVITY_TYPES]
    _require(activity["definition"]["type"] in types, "object.definition.type", "must be a type of our profile")
    _check_languages(activity["definition"]["name"], "object.definition.name")


def _check_result(result: Mapping[str, Any]) -> None:
    """No score, no answer, no duration, and no failure."""
    _within(result, RESULT, "result")
    _require(bool(result), "result", "must say completion or success")
    for name, value in result.items():
        _require(value is True, f"result.{name}", "must be true: failures stay in the house")


def _check_context(context: Mapping[str, Any]) -> None:
    _within(context, CONTEXT, "context")
    if "language" in context:
        _check_language(context["language"], "context.language")
    for name, value in context.get("extensions", {}).items():
        _require(
            name in [profile.term(known) for known in profile.EXTENSIONS], f"context.extensions.{name}", "is unknown"
        )
        _require(isinstance(value, str | int), f"context.extensions.{name}", "must be text or a whole number")


def _check_id(value: Any, where: str) -> None:
    try:
        spelled = str(uuid.UUID(value))
    except (ValueError, AttributeError, TypeError):
        spelled = ""
    _require(spelled == value, where, f"must be an opaque id (a UUID), not {type(value).__name__} of another form")


def _check_timestamp(value: Any) -> None:
    try:
        aware = datetime.fromisoformat(value).utcoffset() is not None
    except (ValueError, TypeError):
        aware = False
    _require(aware, "timestamp", "must be an instant with a time zone")


def _check_languages(words: Mapping[str, Any], where: str) -> None:
    _require(bool(words), where, "must have words in one language at least")
    for language, text in words.items():
        _check_language(language, where)
        _require(isinstance(text, str) and text != "", f"{where}.{language}", "must be text")


def _check_language(value: Any, where: str) -> None:
    _require(isinstance(value, str) and bool(LANGUAGE.fullmatch(value)), where, f"has {value!r}, which is no language")


def _exactly(found: Any, names: set[str], where: str) -> None:
    _within(found, names, where)
    missing = ", ".join(sorted(names - set(found)))
    _require(not missing, where, f"lacks {missing}")


def _within(found: Any, names: set[str], where: str) -> None:
    _require(isinstance(found, Mapping), where, "must be an object")
    surplus = ", ".join(sorted(set(found) - names))
    _require(not surplus, where, f"must not hold {surplus}")


def _require(holds: bool, where: str, why: str) -> None:
    if not holds:
        raise NotAllowed(f"This xAPI statement cannot be stored: {where} {why}.")
