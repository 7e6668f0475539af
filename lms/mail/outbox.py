"""Messages to be sent, queued in the transaction of what they tell about. `sending.send_due` does the rest."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet

from lms.mail.models import Lane, Message
from lms.people.models import Person

# Messages of this kind carry a link that opens an account: somebody waits for it; its text is wiped once sent.
ACCOUNT = "account"
# With the back-off of `sending` these take about three days; what could not be sent by then helps nobody.
MOST_ATTEMPTS = 10
FILES = "django.core.mail.backends.filebased.EmailBackend"


def queue_message(
    person: Person, *, kind: str, key: str, subject: str, body: str, locale: str, at: datetime
) -> Message | None:
    """One plain-text message, due at once; None when the person has no address. The same key is the same message."""
    if not person.email:
        return None
    return _queued(person, person.email, kind=kind, key=key, subject=subject, body=body, locale=locale, at=at)


def queue_to_address(
    address: str, *, kind: str, key: str, subject: str, body: str, locale: str, at: datetime
) -> Message:
    """The same to an address of the settings, behind which is no person of the directory."""
    return _queued(None, address, kind=kind, key=key, subject=subject, body=body, locale=locale, at=at)


def letters_leave() -> bool:
    """Whether messages go to a mail server. Without one they are written as files on this machine."""
    return settings.EMAIL_BACKEND != FILES


def _queued(
    person: Person | None, to: str, *, kind: str, key: str, subject: str, body: str, locale: str, at: datetime
) -> Message:
    wording = {"subject": " ".join(subject.split())[:200], "body": body, "locale": locale}
    times = {"queued_at": at, "next_try_at": at, "lane": Lane.URGENT if kind == ACCOUNT else Lane.ORDINARY}
    message, _created = Message.objects.get_or_create(
        key=key, defaults={"person": person, "kind": kind, "to": to, **wording, **times}
    )
    return message


def given_up() -> QuerySet[Message]:
    """What will not be tried again: the address is wrong, or the server was down for days."""
    return Message.objects.filter(sent_at=None, attempts__gte=MOST_ATTEMPTS)
