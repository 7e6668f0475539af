"""Moderation: editors submit, a reviewer who is not an author approves; approving publishes and signs off."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.models import Page, Workflow, WorkflowContentType, WorkflowPage, WorkflowTask

from certification.ledger import clock
from content import authorship, completeness
from content.editions import Freezing, ModuleText
from content.models import ModulePage, ReviewTask
from lms.people.groups import REVIEWER
from lms.signatures import trail
from lms.signatures.authored import Authored
from quizzes import reviewing
from quizzes.models import Question, Quiz, Reviewed, Story

NAME = "Review"
IN_BANK = (Question, Story, Quiz)


def approval_refusal(page: Any, user: Any) -> str:
    """Why this user may not approve the newest draft of this page, question or quiz, empty if they may."""
    draft = page.get_latest_revision_as_object()
    locale = getattr(draft, "locale", None)
    if locale and not user.acts_in(locale.language_code):
        return _("You review in other languages. Somebody who was given this one has to approve it.")
    if isinstance(draft, IN_BANK):
        return reviewing.publication_refusal(draft, user.person)
    if not isinstance(draft, ModulePage):
        return ""
    if user.person in authorship.draft_authors(draft):
        return _("You wrote part of this text. Another reviewer has to approve it.")
    missing = [sentence for sentences in completeness.publish_gaps(draft).values() for sentence in sentences]
    if missing:
        return _("The module cannot be published yet. %(missing)s") % {"missing": " ".join(missing)}
    return ""


def sign_draft(page: Any, user: Any) -> None:
    """The approval is the signature under these words, whichever revision goes live with them, and when."""
    draft = page.get_latest_revision_as_object()
    if isinstance(draft, Authored):
        trail.sign_words({draft.subject(): draft.words_digest()}, user.person, clock.now())


def record_approval(found: Any, user: Any) -> str:
    """Approving a question is its review, once what was approved is what is published. The address of a page's text
    that still waits for a signature."""
    if isinstance(found, Reviewed):
        found.refresh_from_db()
        if found.live and not found.has_unpublished_changes:
            reviewing.note_review(found, user, clock.now())
    text = waiting_text(found) if isinstance(found, ModulePage) else None
    return reverse("content_review_text", args=[text.pk]) if text else ""


def waiting_text(page: ModulePage) -> ModuleText | None:
    """The text of this page's live revision, if it is not signed off."""
    frozen = Freezing.objects.filter(page_id=page.pk, text__isnull=False, text__sign_off__isnull=True)
    found = frozen.select_related("text").first()
    return found.text if found else None


@transaction.atomic
def ensure_workflow() -> Workflow:
    """The review workflow on every page of the site and on the question bank. Idempotent."""
    reviewers, _made = Group.objects.get_or_create(name=REVIEWER)
    task, _made = ReviewTask.objects.get_or_create(name=NAME)
    task.groups.add(reviewers)
    workflow, _made = Workflow.objects.get_or_create(name=NAME)
    WorkflowTask.objects.get_or_create(workflow=workflow, task=task, defaults={"sort_order": 0})
    root = Page.get_first_root_node()
    WorkflowPage.objects.update_or_create(page=root, defaults={"workflow": workflow})
    for model in IN_BANK:
        kind = ContentType.objects.get_for_model(model)
        WorkflowContentType.objects.update_or_create(content_type=kind, defaults={"workflow": workflow})
    return workflow
