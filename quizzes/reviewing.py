"""Review of the question bank: somebody who did not write the words stands for them, language by language.

Questions, cases and quizzes are handed in, sent back and approved in the same way; what was published without that is
reviewed afterwards. A review is a signature (lms/signatures): whoever changed words since the last one cannot give it.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from lms.people.models import Person, User
from lms.signatures import trail
from quizzes import soundness
from quizzes.models import Question, Quiz, Reviewed

ACTION = "quizzes.review"
InBank = Reviewed | Quiz


class NotReviewable(ValueError):
    """This person cannot review these words now; the message is a sentence that says why."""


def review_authors(found: InBank) -> list[Person]:
    """Whoever changed what it says here, a draft or what is published, since it was last reviewed."""
    return trail.authors_of_words({found.subject(): found.words_digest()})


def review_refusal(found: Reviewed, person: Person) -> str:
    """Why this person cannot review what is published, in a sentence; empty if they can."""
    if not found.live:
        return _("It is not published yet. Publish it first.")
    if found.has_unpublished_changes:
        return _("It has changes that are not published yet. Publish them first, or discard them.")
    if found.reviewed_at:
        return _("It is reviewed, and nothing has changed since.")
    return publication_refusal(found, person)


def publication_refusal(found: InBank, person: Person) -> str:
    """The same for words that are about to be published."""
    if person in review_authors(found):
        return _("You wrote part of these words. Somebody else has to review them.")
    if isinstance(found, Quiz):
        missing = soundness.gaps_of_pools(found, [item for item in found.ordered_items() if item.question.live])
    else:
        missing = list(soundness.gaps_of_question(found)) if isinstance(found, Question) else []
    return missing[0] if missing else ""


def review_words(found: Reviewed, user: User, words: str, at: datetime) -> None:
    """The user stands for these words (see `Reviewed.words_digest`). Raises NotReviewable."""
    model = type(found)
    with transaction.atomic():
        held = model.objects.select_for_update().get(pk=found.pk)
        refusal = review_refusal(held, user.person)
        if held.words_digest() != words:
            refusal = _("The words have changed since you opened this page. Read them again.")
        if refusal:
            raise NotReviewable(refusal)
        trail.sign_words({held.subject(): held.words_digest()}, user.person, at)
        note_review(held, user, at)


def note_review(found: Reviewed, user: User, at: datetime) -> None:
    """Records the review of what is published, and a line in its history."""
    type(found).objects.filter(pk=found.pk).update(reviewed_by=user.person, reviewed_at=at)
    log(instance=found, action=ACTION, user=user)
