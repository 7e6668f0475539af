"""The seam is open: what is no module goes through it, and every page and check bears it."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from certification.ledger.models import EntryPart, Opening, Pending
from content import texts
from content.facts import resolving
from courses.assignments.models import Assignment
from courses.completions.items import ITEM_KINDS, Item, NotAsShown, Shown, UnknownItem, module_item, text_shown
from courses.completions.ledger_claims import completions
from courses.completions.models import Completion
from courses.completions.seam import complete
from lms.people import staffing
from lms.people.groups import AUDITOR
from lms.people.models import Person
from lms.xapi.models import Statement
from tests.courses.assignments.world import days_pass, done, make_path, make_rule, on, only
from tests.courses.learning import factories
from tests.factories import make_person, make_user, sign_in

pytestmark = pytest.mark.django_db

DIGEST = "5" * 64
CODE = {"en": "Code of conduct", "fr": "Code de conduite"}


def acknowledged(person: Person, key: str = "document:code-of-conduct", **fields: Any) -> Completion:
    return complete(
        person,
        Item(key, CODE),
        shown=Shown("document", DIGEST, **{"locale": "fr", **fields}),
        evidence=f"acknowledgement:{person.pk}:{key}",
        effective_on=date(2026, 9, 10),
        at=on("2026-09-10"),
    )


def opened(made: Completion, part: str = EntryPart.PAYLOAD) -> dict[str, Any]:
    return dict(json.loads(Opening.objects.get(entry=made.entry, part=part).value))


def test_a_document_is_completed_and_logged() -> None:
    made = acknowledged(make_person(hired=date(2026, 9, 1)))
    assert (made.module, made.text, made.item) == (None, None, "document:code-of-conduct")
    assert opened(made) == {
        "item": "document:code-of-conduct",
        "titles": CODE,
        "shown": "document",
        "shown_sha256": DIGEST,
        "language": "fr",
        "facts_sha256": "",
        "required_by": [],
        "delivery": "online",
        "effective_on": "2026-09-10",
        "evidence_sha256": made.evidence_sha256,
    }
    assert Pending.objects.filter(kind="completion").count() == 1
    assert not Statement.objects.exists()  # no activity of our profile is a document yet


@pytest.mark.parametrize("kind", [kind for kind in ITEM_KINDS if kind != "module"])
def test_every_other_kind_fits(kind: str) -> None:
    assert acknowledged(make_person(), f"{kind}:1").item == f"{kind}:1"


def test_a_module_is_logged_as_before() -> None:
    edition = factories.taught("m50", sections=1, questions=0)
    made = done(make_person(), "m50", "2026-09-10")
    assert set(opened(made)) == {
        *("item", "module", "code", "edition", "text_sha256", "language", "translates_sha256", "facts_sha256"),
        *("resolved_sha256", "required_by", "delivery", "effective_on", "evidence_sha256"),
    }
    assert (made.shown_kind, made.shown_sha256) == ("text", edition.texts.get(locale="en").sha256)


def test_somebody_else_may_have_recorded_it() -> None:
    person, trainer = make_person(), make_person("Trainer")
    made = complete(
        person,
        Item("session:2026-09-10", {"en": "Workshop"}),
        shown=Shown("programme", DIGEST, delivery="classroom"),
        evidence="session:1",
        effective_on=date(2026, 9, 10),
        at=on("2026-09-10"),
        actor={"person": str(trainer.pk), "role": "trainer"},
    )
    assert opened(made, EntryPart.ACTOR) == {"person": str(trainer.pk), "role": "trainer"}
    assert opened(made)["delivery"] == "classroom"


@pytest.mark.parametrize("key", ["", "module", "course:1", "document:", f"document:{'x' * 80}", "module:1"])
def test_keys_that_name_nothing_are_refused(key: str) -> None:
    with pytest.raises(UnknownItem):
        Item(key)


def test_a_module_has_its_own_key() -> None:
    module = factories.taught("m50").module
    with pytest.raises(UnknownItem, match="do not belong together"):
        Item("document:1", module=module)
    assert module_item(module).kind == "module"


@pytest.mark.parametrize(
    "shown", [("film", DIGEST), ("document", "abc"), ("text", DIGEST)], ids=["kind", "digest", "no text"]
)
def test_what_was_shown_is_a_digest_of_a_known_kind(shown: tuple[str, str]) -> None:
    with pytest.raises(NotAsShown):
        Shown(*shown)


def test_a_module_is_completed_on_its_own_text_alone() -> None:
    edition, other = factories.taught("m50"), factories.taught("m51")
    facts = resolving.store_fact_set({})
    wrong = [Shown("document", DIGEST), text_shown(texts.text_for(other, "en"), facts)]
    for shown in wrong:
        with pytest.raises(NotAsShown, match="cannot be completed on"):
            complete(
                make_person(),
                module_item(edition.module),
                shown=shown,
                evidence="test:1",
                effective_on=date(2026, 9, 10),
                at=on("2026-09-10"),
            )
    with pytest.raises(NotAsShown, match="cannot be completed on"):
        complete(
            make_person(),
            Item("document:1"),
            shown=text_shown(texts.text_for(edition, "en"), facts),
            evidence="test:1",
            effective_on=date(2026, 9, 10),
            at=on("2026-09-10"),
        )
    assert not Completion.objects.exists()


@pytest.mark.parametrize("changes", [{"item": "document:1"}, {"module": None}, {"text": None}, {"shown_kind": "sheet"}])
def test_the_database_holds_a_module_and_its_text_together(changes: dict[str, Any]) -> None:
    factories.taught("m50", sections=1, questions=0)
    made = done(make_person(), "m50", "2026-09-10")
    with pytest.raises(IntegrityError), transaction.atomic():
        Completion.objects.filter(pk=made.pk).update(**changes)


def test_it_fulfils_no_path_and_disturbs_none() -> None:
    make_path("p1", {"m50": 24})
    make_rule("r-01", "p1")
    person = make_person(hired=date(2026, 9, 1))
    days_pass("2026-09-02")
    acknowledged(person)
    assert only(person).state == Assignment.State.OPEN
    done(person, "m50", "2026-09-12")
    assert only(person).state == Assignment.State.SATISFIED


def test_verification_finds_another_kind_of_what_was_shown() -> None:
    made = acknowledged(make_person())
    Completion.objects.update(shown_kind="sheet")
    (claim,) = completions.claims("default")
    assert (opened(made)["shown"], claim.payload["shown"]) == ("document", "sheet")


@pytest.mark.parametrize("changed", [{"shown_sha256": "6" * 64}, {"titles": {"en": "A"}}, {"delivery": "elsewhere"}])
def test_verification_finds_what_was_changed(changed: dict[str, Any]) -> None:
    """Of a document and of a module alike: every column that says what was shown is compared."""
    factories.taught("m50", sections=1, questions=0)
    person = make_person()
    for made in (acknowledged(person), done(person, "m50", "2026-09-10")):
        logged = opened(made)
        (claim,) = [each for each in completions.claims("default") if each.entry == made.entry]
        assert claim.payload == logged
        Completion.objects.filter(pk=made.pk).update(**changed)
        (claim,) = [each for each in completions.claims("default") if each.entry == made.entry]
        assert {name: logged.get(name) for name in claim.payload} != claim.payload


def test_the_pages_of_learner_manager_and_auditor_show_it() -> None:
    user, manager, auditor = make_user(given_name="Amina"), make_user(given_name="Mona"), make_user(AUDITOR)
    staffing.set_manager(user.person, manager.person, on=date(2026, 9, 1), at=on("2026-09-01"))
    acknowledged(user.person)
    Completion.objects.filter(pk=acknowledged(user.person, "commitment:nameless").pk).update(titles={})
    pages = {"/learn/record/": user, f"/team/{user.person.pk}/": manager, f"/audit/person/{user.person.pk}/": auditor}
    for address, visitor in pages.items():
        words = sign_in(Client(), visitor).get(address).content.decode()
        for told in ("Code of conduct", "commitment:nameless", "Version 555555555555"):
            assert told in words, address
    assert sign_in(Client(), user).get("/learn/").status_code == 200
