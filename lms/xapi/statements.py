"""Builds our statements. The only module that imports tincan; it makes statements and never reads foreign ones.

tincan gives no id, no timestamp and no validation, so every statement gets all three here. What is built names the
learner by an opaque id under this site's address and says nothing about how well they did.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NotRequired, TypedDict

import tincan
from django.conf import settings

from lms.xapi import profile
from lms.xapi.profile import VerbTerm
from lms.xapi.statement_rules import check_statement


class ModuleDone(TypedDict):
    """A completed module, as the seam knows it. `titles` = {language: text}; `locale` is the language learned in.

    `passed`: whether it has a test, and it was passed. `path` and `cycle` name the assignment it was done for, if any.
    """

    id: str
    code: str
    titles: Mapping[str, str]
    edition: int
    text_sha256: str
    locale: str
    passed: NotRequired[bool]
    path: NotRequired[str]
    cycle: NotRequired[str]


class PathDone(TypedDict):
    """A fulfilled path: its version and the cycle of the assignment (`hire:2026-10-01`), if there is one."""

    key: str
    number: int
    sha256: str
    titles: Mapping[str, str]
    cycle: NotRequired[str]


Built = dict[str, Any]


def completed(person: uuid.UUID, key: str, module: ModuleDone, at: datetime) -> Built:
    result = tincan.Result(completion=True)
    return _statement(person, key, profile.COMPLETED, _module(module), result, _of_module(module), at)


def passed(person: uuid.UUID, key: str, module: ModuleDone, at: datetime) -> Built:
    result = tincan.Result(success=True)
    return _statement(person, key, profile.PASSED, _module(module), result, _of_module(module), at)


def satisfied(person: uuid.UUID, key: str, path: PathDone, at: datetime) -> Built:
    result = tincan.Result(completion=True)
    activity = _activity(profile.PATH, path["key"], path["titles"])
    about = {"path-version": path["number"], "content-digest": path["sha256"], "cycle": path.get("cycle")}
    return _statement(person, key, profile.SATISFIED, activity, result, _context(about), at)


def statement_id(key: str) -> uuid.UUID:
    """The same for the same key on the same site, so that a statement sent twice is one statement."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"{settings.BASE_URL}/xapi/statements/{key}")


def encode(statement: Built) -> str:
    """The JSON that is stored and sent. Raises rules.NotAllowed for a statement that must not leave the house."""
    check_statement(statement)
    return json.dumps(statement, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _statement(
    person: uuid.UUID,
    key: str,
    verb: VerbTerm,
    activity: tincan.Activity,
    result: tincan.Result,
    context: tincan.Context,
    at: datetime,
) -> Built:
    built: Built = tincan.Statement(
        id=str(statement_id(key)),
        actor=tincan.Agent(account=tincan.AgentAccount(home_page=settings.BASE_URL, name=str(person))),
        verb=tincan.Verb(id=verb.iri, display=tincan.LanguageMap(verb.display)),
        object=activity,
        result=result,
        context=context,
        timestamp=at,
    ).as_version("1.0.3")
    # The version travels in the header; inside a statement xAPI 1.0 allows "1.0.0" only, which tincan cannot write.
    del built["version"]
    return built


def _activity(kind: str, key: str, titles: Mapping[str, str]) -> tincan.Activity:
    return tincan.Activity(
        id=profile.activity(kind, key),
        definition=tincan.ActivityDefinition(type=profile.term(kind), name=tincan.LanguageMap(dict(titles))),
    )


def _module(module: ModuleDone) -> tincan.Activity:
    return _activity(profile.MODULE, module["id"], module["titles"])


def _of_module(module: ModuleDone) -> tincan.Context:
    about = {
        "edition": module["edition"],
        "content-digest": module["text_sha256"],
        "locale": module["locale"],
        "path": module.get("path"),
        "cycle": module.get("cycle"),
    }
    return _context(about, module["locale"])


def _context(about: Mapping[str, Any], language: str | None = None) -> tincan.Context:
    extensions = {profile.term(name): value for name, value in about.items() if value}
    known = {"language": language} if language else {}
    return tincan.Context(extensions=tincan.Extensions(extensions), **known)
