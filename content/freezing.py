"""Freezes published pages into editions and texts: what was taught, immutable, digested and in the ledger.

`page_published` is the only way to see every route by which a page goes live (the admin, the schedule, the workflow,
wagtail-localize). `freeze_page` is idempotent, and `freeze_due` repairs what a crash left undone.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q
from django.utils.translation import gettext as _

from certification.ledger import canonical, clock, pending
from certification.ledger.leaf import utc_stamp
from content import authorship, minutes, review
from content.closure import manifest, page_body, page_structure
from content.editions import ChangeClass, Freezing, Module, ModuleEdition, ModuleText
from content.media import Media
from content.models import ModulePage
from content.translations import TranslationSource, translation_source
from quizzes import freezing as quiz_freezing
from quizzes.models import QuizEdition, QuizText

logger = logging.getLogger("litmus.content")
RETRY = timedelta(minutes=10)
KIND = "module.publish"


class NotReady(Exception):
    """The live page cannot be taught as it is; the message says why, to editors."""


def on_page_published(sender: type[ModulePage], instance: ModulePage, **kwargs: Any) -> None:
    """The one signal receiver of the project. The page is live already, so a failure must not break the admin's
    answer: it is logged, and `freeze_due` tries again."""
    try:
        freeze_page(instance, clock.now())
    except Exception:
        logger.exception("A published page could not be frozen", extra={"page": instance.pk})


def freeze_page(page: ModulePage, at: datetime) -> ModuleText | None:
    """The text of this live page: a new one if anything changed, else the one there is.

    None where there is none: an alias, a draft, a language that is not fully translated; `Freezing.reason` says why.
    """
    if page.alias_of_id or not page.live:
        return None
    # Films are read and copied before the transaction: on SQLite everybody else who writes waits for its end.
    media = Media()
    body = page_body(page, media)
    if not media.refusals:
        media.store()
    with transaction.atomic():
        try:
            with transaction.atomic():
                text, reason = _freeze(page, body, media, at), ""
        except NotReady as refusal:
            text, reason = None, str(refusal)
        Freezing.objects.update_or_create(
            page_id=page.pk,
            defaults={"revision_id": page.live_revision_id or 0, "text": text, "reason": reason, "at": at},
        )
    return text


def freeze_due(at: datetime) -> int:
    """Freezes live pages whose live revision has not been, and follows pages that went offline. Returns how many."""
    current = Freezing.objects.filter(page_id=OuterRef("pk"), revision_id=OuterRef("live_revision_id"))
    settled = current.filter(Q(text__isnull=False) | Q(at__gt=at - RETRY))
    due = ModulePage.objects.live().filter(alias_of__isnull=True).filter(~Exists(settled))
    frozen = sum(freeze_page(page, at) is not None for page in due.select_related("locale", "quiz"))
    follow_withdrawals(at)
    return frozen


def follow_withdrawals(at: datetime) -> None:
    """A module whose page in the source language is offline or gone is not offered to anybody new."""
    source = ModulePage.objects.live().filter(
        translation_key=OuterRef("pk"), locale__language_code=settings.LANGUAGE_CODE
    )
    Module.objects.filter(~Exists(source), withdrawn_at__isnull=True).update(withdrawn_at=at)
    Module.objects.filter(Exists(source), withdrawn_at__isnull=False).update(withdrawn_at=None)


def _freeze(page: ModulePage, body: dict[str, Any], media: Media, at: datetime) -> ModuleText:
    module, _created = Module.objects.get_or_create(id=page.translation_key, defaults={"code": page.code})
    Module.objects.select_for_update().get(pk=module.pk)
    if media.refusals:
        raise NotReady(" ".join(media.refusals))
    quiz_edition, quiz_text = _quiz(page, at)
    structure = page_structure(page, body, quiz_edition.sha256 if quiz_edition else "")
    source = translation_source(page, body, structure)
    if source:
        edition = _edition_of(source, structure)
    else:
        edition = _own_edition(page, module, structure, quiz_edition, body, quiz_text, at)
    digest = canonical.digest(manifest(module.pk, page.locale.language_code, edition.sha256, body, _sha(quiz_text)))
    newest = edition.texts.filter(locale=page.locale.language_code).order_by("-revision").first()
    parts = authorship.text_parts(page)
    authors = authorship.text_authors(module.pk, page.locale.language_code, parts)
    if newest and newest.sha256 == digest:
        if not hasattr(newest, "sign_off"):
            # The same words may have been put there by somebody else meanwhile, and signed part by part.
            newest.parts = parts
            newest.save(update_fields=["parts"])
            newest.authors.add(*authors)
            review.sign_off_approved(newest, page, at)
        return newest
    text = ModuleText.objects.create(
        edition=edition,
        locale=page.locale.language_code,
        revision=newest.revision + 1 if newest else 1,
        body=body,
        quiz_text=quiz_text,
        seconds=_seconds(body, edition, page.locale.language_code, quiz_edition, quiz_text),
        sha256=digest,
        provenance=source.provenance if source else page.provenance,
        source_sha256=source.text.sha256 if source and source.text else "",
        published_at=at,
        parts=parts,
    )
    text.authors.set(authors)
    _log(text, at)
    if not source:
        # Translations that waited for this edition get their next chance at once.
        Freezing.objects.filter(page__translation_key=page.translation_key, text__isnull=True).delete()
    review.sign_off_approved(text, page, at)
    return text


def _quiz(page: ModulePage, at: datetime) -> tuple[QuizEdition, QuizText] | tuple[None, None]:
    if page.quiz is None:
        return None, None
    try:
        return quiz_freezing.freeze_quiz(page.quiz, page.locale.language_code, at)
    except quiz_freezing.Incomplete as missing:
        raise NotReady(" ".join(missing.sentences)) from missing


def _edition_of(source: TranslationSource, structure: dict[str, Any]) -> ModuleEdition:
    """The edition a translation belongs to: that of the text it translates."""
    if source.refusal:
        raise NotReady(source.refusal)
    assert source.text is not None  # noqa: S101 -- a source without a refusal has its text
    edition = source.text.edition
    if edition.sha256 != canonical.digest(structure):
        raise NotReady(
            _(
                "The sections, questions or organisation facts are not those of the English text. "
                "Publish the English page, then update this translation from it."
            )
        )
    return edition


def _own_edition(
    page: ModulePage,
    module: Module,
    structure: dict[str, Any],
    quiz_edition: QuizEdition | None,
    body: dict[str, Any],
    quiz_text: QuizText | None,
    at: datetime,
) -> ModuleEdition:
    """The newest edition, as long as its structure is the same and the change is only editorial; else a new one."""
    newest = module.editions.order_by("-number").first()
    if newest and newest.sha256 == canonical.digest(structure):
        same = _same_text(newest, page.locale.language_code, body, quiz_text)
        if same or page.change_class == ChangeClass.EDITORIAL:
            return newest
    number = (module.editions.aggregate(last=Max("number"))["last"] or 0) + 1
    return ModuleEdition.objects.create(
        module=module,
        number=number,
        change_class=page.change_class,
        structure=structure,
        sha256=canonical.digest(structure),
        quiz_edition=quiz_edition,
        published_at=at,
    )


def _same_text(edition: ModuleEdition, locale: str, body: dict[str, Any], quiz_text: QuizText | None) -> bool:
    newest = edition.texts.filter(locale=locale).order_by("-revision").first()
    return newest is not None and newest.body == body and newest.quiz_text == quiz_text


def _seconds(
    body: dict[str, Any],
    edition: ModuleEdition,
    language: str,
    quiz_edition: QuizEdition | None,
    quiz_text: QuizText | None,
) -> dict[str, Any]:
    quiz = (quiz_edition.keys, quiz_text.body) if quiz_edition and quiz_text else None
    found = minutes.text_seconds(body, edition.structure, language, quiz)
    return {"module": sum(found.values()), "sections": found}


def _sha(quiz_text: QuizText | None) -> str:
    return quiz_text.sha256 if quiz_text else ""


def log_key(text: ModuleText) -> str:
    """Under which the publication of this text is logged, once."""
    return f"{KIND}:{text.edition.module_id}:{text.edition.number}:{text.locale}:{text.revision}"


def text_payload(text: ModuleText) -> dict[str, Any]:
    """What the ledger commits to when a text is published, made of the stored rows alone."""
    edition = text.edition
    return {
        "module": str(edition.module_id),
        "code": edition.module.code,
        "edition": edition.number,
        "structure": edition.sha256,
        "text": text.sha256,
        "locale": text.locale,
        "revision": text.revision,
        "change_class": edition.change_class,
        "edition_published": utc_stamp(edition.published_at),
        "provenance": text.provenance,
        "translates": text.source_sha256,
        "quiz": edition.quiz_edition.sha256 if edition.quiz_edition else "",
    }


def _log(text: ModuleText, at: datetime) -> None:
    actor = {"role": "editor" if text.authors.exists() else "system"}
    pending.append_entry(KIND, key=log_key(text), at=at, subject=None, actor=actor, payload=text_payload(text))
