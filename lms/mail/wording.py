"""To whom a waiting message goes and in which words, as of the moment it is sent: a queue outlives corrections.

A room may word its letters only then: `letters` of its `apps.py` names, by kind, a function that is given messages
with their people and the time. It returns {message id: Letter}, for None of those about whom there is nothing left to
say: they are withdrawn. It runs in the transaction in which the words are stored, and may store what they tell.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from lms import rooms
from lms.mail.models import Message
from lms.mail.outbox import one_line

logger = logging.getLogger(__name__)

UNWORDED = "The letter could not be worded; the log says why."
UNWORDED_WAIT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Letter:
    subject: str
    body: str
    locale: str


Letters = Mapping[UUID, Letter]


def word(batch: Sequence[Message], held_until: datetime, at: datetime) -> list[Message]:
    """Those of a claimed batch that are to be sent, in its order, worded and stored so. What another sender took since
    (`held_until` is the claim) is left alone: what was sent stays as it was sent."""
    try:
        return _worded(batch, held_until, at)
    except Exception:
        if len(batch) != 1:
            return [each for message in batch for each in word([message], held_until, at)]
        # One odd person stops nobody else's mail.
        logger.exception("A letter could not be worded", extra={"outgoing": str(batch[0].pk)})
        held = Message.objects.filter(pk=batch[0].pk, next_try_at=held_until)
        held.update(next_try_at=at + UNWORDED_WAIT, last_error=UNWORDED)
        return []


@transaction.atomic
def _worded(batch: Sequence[Message], held_until: datetime, at: datetime) -> list[Message]:
    ours = Message.objects.filter(pk__in=[message.pk for message in batch], sent_at=None, next_try_at=held_until)
    held = {message.pk: message for message in ours.select_for_update(of=("self",)).select_related("person")}
    messages = [held[message.pk] for message in batch if message.pk in held]
    letters = _letters([message for message in messages if _address(message)], at)
    worded = [message for message in messages if message.pk in letters]
    for message in worded:
        letter = letters[message.pk]
        message.to = _address(message)
        message.subject, message.body, message.locale = one_line(letter.subject), letter.body, letter.locale
    Message.objects.bulk_update(worded, ["to", "subject", "body", "locale"])
    Message.objects.filter(pk__in=set(held) - set(letters)).delete()
    return worded


def _address(message: Message) -> str:
    """Empty for somebody who has none any more: as for whoever never had one, there is no letter."""
    return message.person.email if message.person else message.to


def _letters(messages: Sequence[Message], at: datetime) -> Letters:
    composers = rooms.letters()
    by_kind: dict[str, list[Message]] = defaultdict(list)
    found: dict[UUID, Letter] = {}
    for message in messages:
        if message.kind in composers:
            by_kind[message.kind].append(message)
        else:
            found[message.pk] = _as_queued(message)
    for kind, waiting in by_kind.items():
        found |= composers[kind](waiting, at)
    return found


def _as_queued(message: Message) -> Letter:
    """In the person's language, where it was worded in it."""
    language = message.person.language if message.person else message.locale
    if language in message.wordings:
        subject, body = message.wordings[language]
        return Letter(subject, body, language)
    return Letter(message.subject, message.body, message.locale)
