"""Moderation: editors submit, a reviewer who is not an author approves; approving publishes and signs off."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import Page, Workflow, WorkflowContentType, WorkflowPage, WorkflowTask

from certification.ledger import clock
from content import authorship, completeness
from content.models import ModulePage, ReviewTask
from lms.people.groups import REVIEWER
from quizzes import reviewing
from quizzes.models import Question, Reviewed, Story

NAME = "Review"


def approval_refusal(page: Any, user: Any) -> str:
    """Why this user may not approve the newest draft of this page or question, in a sentence; empty if they may."""
    draft = page.get_latest_revision_as_object()
    if isinstance(draft, Reviewed):
        return reviewing.publication_refusal(draft, user.person)
    if not isinstance(draft, ModulePage):
        return ""
    if user.person in authorship.page_authors(draft):
        return _("You wrote part of this text. Another reviewer has to approve it.")
    missing = [sentence for sentences in completeness.publish_gaps(draft).values() for sentence in sentences]
    if missing:
        return _("The module cannot be published yet. %(missing)s") % {"missing": " ".join(missing)}
    return ""


def record_approval(found: Any, user: Any) -> None:
    """Approving a question is its review, once what was approved is what is published."""
    if isinstance(found, Reviewed):
        found.refresh_from_db()
        if found.live and not found.has_unpublished_changes:
            reviewing.note_review(found, user, clock.now())


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
    for model in (Question, Story):
        kind = ContentType.objects.get_for_model(model)
        WorkflowContentType.objects.update_or_create(content_type=kind, defaults={"workflow": workflow})
    return workflow
