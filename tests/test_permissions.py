"""Who may open what: every address of the site, as a stranger, a learner, a manager, an auditor and an editor.

The objects in the addresses belong to somebody else: a member of the manager's team. A new address that is not in the
table fails `test_every_address_is_in_the_table`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from certification.credentials.award import award_certificate
from certification.credentials.models import Certificate
from certification.ledger import checkpoints, clock, sequencer
from certification.ledger.models import Checkpoint
from content.editions import ModuleText
from content.facts.recording import set_fact
from courses.assignments.models import Assignment
from courses.assignments.sync import sync_people
from courses.learning import enrolments
from courses.paths.publishing import publish_path
from courses.paths.specs import ItemSpec, PathSpec
from lms import rooms
from lms.people import groups, staffing
from lms.people.models import AccessLog, Person
from quizzes import attempts
from quizzes.models import Question, Quiz, Story
from tests.certification.credentials.conftest import BASIS, ITEMS, PATH
from tests.content.samples import make_module
from tests.courses.assignments.world import make_rule
from tests.factories import make_entity, make_user, sign_in
from tests.ledger_fixtures import make_ledger

BESIDE = ("allauth.", "django.views.i18n")  # pages of others that our address list names itself
VISITORS = ("stranger", "learner", "manager", "auditor", "editor")

# Method, then the status for each visitor in the order above.
TABLE = {
    "front_door": "GET 302 302 302 302 302",
    "after_sign_in": "GET 302 302 302 302 302",
    "learn:dashboard": "GET 302 200 200 200 200",
    "learn:language": "POST 302 302 302 302 302",
    "learn:record": "GET 302 200 200 200 200",
    "learn:module": "GET 302 200 200 200 200",
    "learn:start": "POST 302 302 302 302 302",
    "learn:section": "GET 302 404 404 404 404",
    "learn:accommodations": "GET 302 200 200 200 200",
    "learn:pretest": "GET 302 404 404 404 404",
    "learn:pretest_result": "GET 302 404 404 404 404",
    "learn:finished": "GET 302 404 404 404 404",
    "learn:begin": "POST 302 404 404 404 404",
    "learn:appeal": "POST 302 404 404 404 404",
    "learn:lab": "GET 302 404 404 404 404",
    "learn:lab_decide": "POST 302 404 404 404 404",
    "learn:lab_result": "GET 302 404 404 404 404",
    "learn:lab_predict": "POST 302 404 404 404 404",
    "learn:lab_delete": "GET 302 404 404 404 404",
    "appeals:awaiting": "GET 302 403 403 403 403",
    "appeals:answer": "GET 302 403 403 403 403",
    "appeals:see": "POST 302 403 403 403 403",
    "appeals:reveal": "GET 302 403 403 403 403",
    "learn:date_doubt": "GET 302 404 404 404 404",
    "doubts:awaiting": "GET 302 403 403 403 403",
    "doubts:answer": "GET 302 403 403 403 403",
    "learn:answers": "POST 302 404 404 404 404",
    "learn:submit": "POST 302 404 404 404 404",
    "learn:result": "GET 302 404 404 404 404",
    "certificates:list": "GET 302 200 200 200 200",
    "certificates:detail": "GET 302 404 404 404 404",
    "certificates:share": "POST 302 404 404 404 404",
    "certificates:proof": "GET 302 404 404 404 404",
    "verify:certificate": "GET 200 200 200 200 200",
    "team:people": "GET 302 403 200 403 403",
    "team:export": "GET 302 403 200 403 403",
    "team:person": "GET 302 403 200 403 403",
    "team:remind": "GET 302 403 200 403 403",
    "audit:search": "GET 302 403 403 200 403",
    "audit:export": "GET 302 403 403 200 403",
    "audit:coverage": "GET 302 403 403 200 403",
    "audit:coverage_export": "GET 302 403 403 200 403",
    "audit:entry": "GET 302 403 403 200 403",
    "audit:person": "GET 302 403 403 200 403",
    "audit:reveal": "POST 302 403 403 422 403",
    "audit:text": "GET 302 403 403 200 403",
    "audit:checkpoints": "GET 302 403 403 200 403",
    "audit:checkpoint": "GET 302 403 403 200 403",
    "audit:delays": "GET 302 403 403 200 403",
    "audit:confirm_delay": "POST 302 403 403 404 403",
    "effect": "GET 302 403 403 403 403",
    "targets": "GET 302 403 403 403 403",
    "target_withdraw": "POST 302 403 403 403 403",
    "remarks": "GET 302 403 403 403 403",
    "remark_themes": "POST 302 403 403 403 403",
    "remark_delete": "POST 302 403 403 403 403",
    "survey": "GET 302 200 200 200 200",
    "health": "GET 200 200 200 200 200",
    "accessibility": "GET 200 200 200 200 200",
    "styleguide": "GET 200 200 200 200 200",
    "set_language": "POST 302 302 302 302 302",
    "demo:tour": "GET 404 404 404 404 404",
    "demo:become": "POST 404 404 404 404 404",
    "demo:step": "POST 404 404 404 404 404",
    "demo:advance": "POST 404 404 404 404 404",
    "demo:mail": "GET 404 404 404 404 404",
    "content:file": "GET 302 404 404 404 404",
    "content_stored": "GET 302 404 404 404 404",
    "wagtaildocs_serve": "GET 302 404 404 404 404",
    "content_review": "GET 302 403 403 403 302",
    "content_review_text": "GET 302 403 403 403 302",
    "quizzes_analyses": "GET 302 403 403 403 200",
    "quizzes_analysis": "GET 302 403 403 403 200",
    "quizzes_import": "GET 302 403 403 403 200",
    "quizzes_export": "GET 302 403 403 403 200",
    "quizzes_review": "GET 302 403 403 403 302",
    "wagtailsnippets_quizzes_question:list": "GET 302 403 403 403 200",
    "wagtailsnippets_quizzes_question:list_results": "GET 302 403 403 403 200",
    "wagtailsnippets_quizzes_question:add": "GET 302 403 403 403 200",
    "wagtailsnippets_quizzes_question:copy": "GET 302 403 403 403 200",
    "wagtailsnippets_quizzes_question:preview_on_add": "GET 302 403 403 403 200",
    "wagtailsnippets_content_fact:add": "GET 302 403 403 403 200",
    "wagtailsnippets_content_fact:edit": "GET 302 403 403 403 200",
    "wagtailusers_users:index": "GET 302 403 403 403 302",
    "wagtailusers_users:index_results": "GET 302 403 403 403 302",
    "wagtailusers_users:edit": "GET 302 403 403 403 302",
    "wagtail_localize:javascript_catalog": "GET 302 403 403 403 200",
    "content_review_draft": "GET 302 403 403 403 302",
    "content_review_facts": "GET 302 403 403 403 200",
    "wagtailsnippets_quizzes_story:add": "GET 302 403 403 403 200",
    "wagtailsnippets_quizzes_story:copy": "GET 302 403 403 403 200",
    "wagtailsnippets_quizzes_quiz:add": "GET 302 403 403 403 200",
    "wagtailsnippets_quizzes_quiz:copy": "GET 302 403 403 403 200",
    "content_hand_in": "GET 302 403 403 403 200",
    "account_login": "GET 200 302 302 302 302",
    "account_logout": "GET 302 200 200 200 200",
    "account_inactive": "GET 200 200 200 200 200",
    "account_reauthenticate": "GET 302 200 200 200 200",
    "account_change_password": "GET 302 200 200 200 200",
    "account_set_password": "GET 302 302 302 302 302",
    "notices:copies": "GET 302 403 403 403 403",
    "notices:answer": "POST 302 403 403 403 403",
    "factor_recoveries": "GET 302 403 403 403 403",
    "factor_recovery_confirm": "POST 302 403 403 403 403",
    "fact_conflicts": "GET 302 403 403 403 403",
    "fact_conflict_settle": "GET 302 403 403 403 403",
    "account_go_on": "GET 302 302 302 302 302",
    "account_sessions": "GET 302 200 200 200 200",
    "account_session_left": "GET 200 200 200 200 200",
    "account_stay": "GET 302 200 200 200 200",
    "mfa_index": "GET 302 200 200 200 200",
    "mfa_list_webauthn": "GET 302 302 302 302 302",
    "mfa_authenticate": "GET 302 302 302 302 302",
    "mfa_reauthenticate": "GET 302 302 302 200 200",
    "mfa_activate_totp": "GET 302 200 200 200 200",
    "mfa_deactivate_totp": "GET 302 404 404 404 404",
    "mfa_add_webauthn": "GET 302 200 200 200 200",
    "mfa_reauthenticate_webauthn": "GET 302 302 302 302 302",
    "mfa_remove_webauthn": "GET 302 404 404 404 404",
    "mfa_edit_webauthn": "GET 302 404 404 404 404",
    "mfa_view_recovery_codes": "GET 302 404 404 200 200",
    "mfa_generate_recovery_codes": "GET 302 200 200 200 200",
    "mfa_download_recovery_codes": "GET 302 404 404 200 200",
    "account_reset_password": "GET 200 200 200 200 200",
    "account_reset_password_done": "GET 200 200 200 200 200",
    "account_reset_password_from_key": "GET 200 200 200 200 200",
    "account_reset_password_from_key_done": "GET 200 200 200 200 200",
}


QUERY = {"audit:coverage_export": "?path=p1&true_on=2026-10-01&known_on=2026-10-01"}


def addresses() -> Iterator[tuple[str, Any]]:
    """Every name of the URL map with its view, namespaces included."""
    yield from _walk(get_resolver().url_patterns, "")


def _walk(patterns: list[Any], space: str) -> Iterator[tuple[str, Any]]:
    for one in patterns:
        if isinstance(one, URLResolver):
            inner = f"{space}{one.namespace}:" if one.namespace else space
            yield from _walk(one.url_patterns, inner)
        elif isinstance(one, URLPattern):
            yield f"{space}{one.name or one.pattern}", one.callback


def is_ours(view: Any) -> bool:
    while not hasattr(view, "view_class") and hasattr(view, "__wrapped__"):
        view = view.__wrapped__
    module = str(getattr(view, "view_class", view).__module__)
    return rooms.is_ours(module) or module.startswith(BESIDE)


def test_every_address_is_in_the_table() -> None:
    named = {name for name, view in addresses() if is_ours(view)}
    assert sorted(named - set(TABLE)) == []
    assert sorted(set(TABLE) - named) == []


def award_to(person: Person) -> Certificate:
    with transaction.atomic():
        return award_certificate(
            person,
            key="somebody-else",
            path=PATH,
            items=ITEMS,
            basis=BASIS,
            issued_on=clock.now().date(),
            valid_until=None,
            at=clock.now(),
        )


@pytest.fixture
def world(db: None, tmp_path: Path) -> Iterator[dict[str, Any]]:
    groups.ensure_groups()
    make_ledger(tmp_path / "ledger")
    module = make_module("s01", languages=("en",))
    boss = make_user()
    owner = make_user(given_name="Zoltana", family_name="Unikum", staff_number="ZU-4711", email="zu@example.org")
    staffing.set_manager(owner.person, boss.person, on=clock.now().date(), at=clock.now())
    enrolment = enrolments.start(owner.person, module, clock.now())
    quiz = enrolment.edition.quiz_edition
    assert quiz is not None
    attempts.start(owner.person, enrolments.subject(enrolment), quiz, clock.now())
    words = {"en": "Everyone"}
    publish_path(PathSpec("p1", words, words, (ItemSpec(module="s01", months=24),)), clock.now())
    make_rule("r-01", "p1")
    with transaction.atomic():
        sync_people([owner.person.pk], clock.now())
    assignment = Assignment.objects.get(person=owner.person)
    fact = set_fact(make_entity(), "en", "code-title", "The code", clock.now())
    story = Story.objects.create(code="tram", locale=Question.objects.earliest("pk").locale, title="A", text="<p>B</p>")
    certificate = award_to(owner.person)
    sequencer.sequence_pending()
    checkpoints.checkpoint_due(clock.now())
    yield {
        "owner": owner.person,
        "clients": {
            "stranger": Client(),
            "learner": sign_in(Client(), make_user()),
            "manager": sign_in(Client(), boss),
            "auditor": sign_in(Client(), make_user(groups.AUDITOR)),
            "editor": sign_in(Client(), make_user(groups.EDITOR)),
        },
        "learn:module": {"code": "s01"},
        "learn:start": {"code": "s01"},
        "learn:section": {"enrolment": enrolment.pk, "section": "start"},
        "learn:pretest": {"enrolment": enrolment.pk},
        "learn:pretest_result": {"enrolment": enrolment.pk},
        "learn:begin": {"enrolment": enrolment.pk},
        "learn:finished": {"enrolment": enrolment.pk},
        "learn:appeal": {"enrolment": enrolment.pk},
        "learn:lab": {"enrolment": enrolment.pk, "part": "practice"},
        "learn:lab_decide": {"enrolment": enrolment.pk, "part": "practice"},
        "learn:lab_result": {"enrolment": enrolment.pk, "part": "practice"},
        "learn:lab_predict": {"enrolment": enrolment.pk},
        "learn:lab_delete": {"enrolment": enrolment.pk},
        "appeals:answer": {"pk": enrolment.pk},
        "learn:date_doubt": {"assignment": assignment.pk},
        "doubts:answer": {"pk": enrolment.pk},
        "appeals:see": {"pk": 1},
        "appeals:reveal": {"pk": 1},
        "audit:confirm_delay": {"pk": 1},
        "target_withdraw": {"pk": 1},
        "remarks": {"code": "s01"},
        "remark_themes": {"pk": enrolment.pk},
        "remark_delete": {"pk": enrolment.pk},
        "survey": {"code": "s01"},
        "learn:answers": {"enrolment": enrolment.pk},
        "learn:submit": {"enrolment": enrolment.pk},
        "learn:result": {"enrolment": enrolment.pk, "number": 1},
        "certificates:detail": {"pk": certificate.pk},
        "certificates:share": {"pk": certificate.pk},
        "certificates:proof": {"pk": certificate.pk},
        "verify:certificate": {"pk": certificate.pk},
        "team:person": {"person": owner.person.pk},
        "team:remind": {"person": owner.person.pk},
        "audit:entry": {"seq": 0},
        "audit:person": {"person": owner.person.pk},
        "audit:reveal": {"person": owner.person.pk},
        "audit:text": {"text": ModuleText.objects.get().pk},
        "audit:checkpoint": {"size": Checkpoint.objects.latest().size},
        "content:file": {"sha256": "0" * 64},
        "content_stored": {"name": "images/none.png"},
        "wagtaildocs_serve": {"document_id": 1, "document_filename": "none.mp4"},
        "content_review_text": {"pk": ModuleText.objects.get().pk},
        "quizzes_analysis": {"pk": Quiz.objects.earliest("pk").pk},
        "quizzes_review": {"kind": "question", "pk": Question.objects.earliest("pk").pk},
        "wagtailsnippets_quizzes_question:copy": {"pk": Question.objects.earliest("pk").pk},
        "wagtailsnippets_quizzes_story:copy": {"pk": story.pk},
        "wagtailsnippets_quizzes_quiz:copy": {"pk": Quiz.objects.earliest("pk").pk},
        "content_hand_in": {"kind": "question", "pk": Question.objects.earliest("pk").pk},
        "content_review_draft": {"kind": "question", "pk": Question.objects.earliest("pk").pk},
        "wagtailsnippets_content_fact:edit": {"pk": fact.pk},
        "wagtailusers_users:edit": {"pk": owner.pk},
        "demo:become": {"slug": "learner"},
        "demo:step": {"number": 1},
        "factor_recovery_confirm": {"pk": enrolment.pk},
        "notices:answer": {"pk": 1},
        "fact_conflict_settle": {"pk": enrolment.pk},
        "mfa_remove_webauthn": {"pk": 1},
        "mfa_edit_webauthn": {"pk": 1},
        "account_reset_password_from_key": {"uidb36": "1", "key": "no-such-key"},
    }
    clock.clear_cache()


def test_who_may_open_what(world: dict[str, Any]) -> None:
    wrong = []
    for name, row in TABLE.items():
        method, *expected = row.split()
        address = reverse(name, kwargs=world.get(name)) + QUERY.get(name, "")
        for visitor, status in zip(VISITORS, expected, strict=True):
            response = getattr(world["clients"][visitor], method.lower())(address)
            if response.status_code != int(status):
                wrong.append(f"{name}: {visitor} got {response.status_code}, expected {status}")
            if response.status_code in (403, 404) and b"<h1" not in response.content:
                wrong.append(f"{name}: the refusal for {visitor} is no page that says what to do")
    assert not wrong, "\n".join(wrong)


def test_another_persons_record_is_answered_as_one_that_does_not_exist(world: dict[str, Any]) -> None:
    """Byte for byte, so that an address tells nothing; only what is drawn anew for every answer may differ."""
    told, asked = [], 0
    for name, row in TABLE.items():
        method, _stranger, status, *_others = row.split()
        held = {key: uuid4() if isinstance(value, UUID) else value for key, value in world.get(name, {}).items()}
        if status != "404" or held == world.get(name, {}):
            continue
        asked += 1
        real, invented = (
            getattr(world["clients"]["learner"], method.lower())(reverse(name, kwargs=kwargs))
            for kwargs in (world[name], held)
        )
        if (real.status_code, drawn(real)) != (invented.status_code, drawn(invented)):
            told.append(name)
    assert asked > 10
    assert told == []


def drawn(response: Any) -> bytes:
    return re.sub(rb'(csrfmiddlewaretoken" value|nonce)="[^"]+"', rb"\1", response.content)


SEEKING = {
    "audit:search": "?q=unikum&reason=The+yearly+audit+asks",
    "audit:export": "?q=unikum&reason=The+yearly+audit+asks",
    "audit:coverage": "?path=p1",
    "audit:coverage_export": QUERY["audit:coverage_export"],
}


def test_whoever_can_tell_whose_record_it_is_stands_in_that_persons_log(world: dict[str, Any]) -> None:
    """Every page of ours, opened by everybody with a task here: names one, logs one. A new page is held to it too."""
    owner = world["owner"]
    browsers = {
        "manager": world["clients"]["manager"],
        "auditor": world["clients"]["auditor"],
        **{
            name: sign_in(Client(), make_user(name))
            for name in (groups.GOVERNANCE, groups.REVIEWER, groups.EDITOR, groups.TRANSLATOR, groups.HR_ADMIN)
        },
    }
    reveal = reverse("audit:reveal", args=[owner.pk])
    browsers["auditor"].post(reveal, {"reason": "Sample 12 of the yearly audit"})
    named, unlogged = set(), []
    for name, row in TABLE.items():
        if not row.startswith("GET"):
            continue
        address = reverse(name, kwargs=world.get(name)) + SEEKING.get(name, "")
        for visitor, browser in browsers.items():
            AccessLog.objects.all().delete()
            response = browser.get(address)
            text = b"".join(response) if response.streaming else response.content
            if not any(word in text.decode(errors="replace") for word in ("Unikum", "ZU-4711", "zu@example.org")):
                continue
            named.add(name)
            if not AccessLog.objects.filter(person=owner).exists():
                unlogged.append(f"{name} for {visitor}")
    assert {"team:people", "team:person", "team:export", "audit:search", "audit:person"} <= named
    assert unlogged == []
