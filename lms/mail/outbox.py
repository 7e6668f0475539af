"""Messages to be sent, queued in the transaction of what they tell about. `sending.send_due` does the rest."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from lms.mail.models import Lane, Message
from lms.people.models import Person

# Messages of this kind carry a link that opens an account: somebody waits for it; its text is wiped once sent.
ACCOUNT = "account"
# With the back-off of `sending` these take about three days; what could not be sent by then helps nobody.
MOST_ATTEMPTS = 10


def queue_message(
    person: Person, *, kind: str, key: str, subject: str, body: str, locale: str, at: datetime
) -> Message | None:
    """One plain-text message, due at once; None when the person has no address. The same key is the same message."""
    if not person.email:
        return None
    wording = {"subject": " ".join(subject.split())[:200], "body": body, "locale": locale}
    times = {"queued_at": at, "next_try_at": at, "lane": Lane.URGENT if kind == ACCOUNT else Lane.ORDINARY}
    message, _created = Message.objects.get_or_create(
        key=key, defaults={"person": person, "kind": kind, "to": person.email, **wording, **times}
    )
    return message


def given_up() -> QuerySet[Message]:
    """What will not be tried again: the address is wrong, or the server was down for days."""
    return Message.objects.filter(sent_at=None, attempts__gte=MOST_ATTEMPTS)
