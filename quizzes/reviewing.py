"""Review of the question bank: somebody who did not write the words stands for them, language by language."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry, Revision
from wagtail_localize.models import StringTranslation

from lms.people.models import Person, User
from quizzes import soundness
from quizzes.models import Question, Reviewed

ACTION = "quizzes.review"


class NotReviewable(ValueError):
    """This person cannot review these words now; the message is a sentence that says why."""


def review_authors(found: Reviewed) -> list[Person]:
    """Whoever saved it since its last review, and whoever translated words of it."""
    last = ModelLogEntry.objects.for_instance(found).filter(action=ACTION).order_by("-timestamp").first()
    saved = Revision.objects.for_instance(found).filter(user__isnull=False)
    if last:
        saved = saved.filter(created_at__gt=last.timestamp)
    translated = StringTranslation.objects.filter(
        context__object_id=found.translation_key, locale=found.locale, last_translated_by__isnull=False
    )
    users = Q(user__in=saved.values("user")) | Q(user__in=translated.values("last_translated_by"))
    return list(Person.objects.filter(users))


def review_refusal(found: Reviewed, person: Person) -> str:
    """Why this person cannot review what is published, in a sentence; empty if they can."""
    if not found.live:
        return _("It is not published yet. Publish it first.")
    if found.has_unpublished_changes:
        return _("It has changes that are not published yet. Publish them first, or discard them.")
    if found.reviewed_at:
        return _("It is reviewed, and nothing has changed since.")
    return publication_refusal(found, person)


def publication_refusal(found: Reviewed, person: Person) -> str:
    """The same for words that are about to be published."""
    if person in review_authors(found):
        return _("You wrote part of these words. Somebody else has to review them.")
    missing = list(soundness.gaps_of_question(found)) if isinstance(found, Question) else []
    return missing[0] if missing else ""


def words_digest(found: Reviewed) -> str:
    """Names the very words somebody looks at."""
    said = json.dumps(found.content(), sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(said.encode()).hexdigest()


def review_words(found: Reviewed, user: User, words: str, at: datetime) -> None:
    """The user stands for these words (see `words_digest`). Raises NotReviewable."""
    model = type(found)
    with transaction.atomic():
        held = model.objects.select_for_update().get(pk=found.pk)
        refusal = review_refusal(held, user.person)
        if words_digest(held) != words:
            refusal = _("The words have changed since you opened this page. Read them again.")
        if refusal:
            raise NotReviewable(refusal)
        note_review(held, user, at)


def note_review(found: Reviewed, user: User, at: datetime) -> None:
    """Records the review of what is published, and a line in its history."""
    type(found).objects.filter(pk=found.pk).update(reviewed_by=user.person, reviewed_at=at)
    log(instance=found, action=ACTION, user=user)
