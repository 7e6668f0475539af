"""Messages to be sent, queued in the transaction of what they tell about. `sending.send_due` does the rest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet
from django.utils import translation

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
    """One plain-text message, due at once; None when the person has no address. The same key is the same message.

    It goes to the address the person has when it is sent, in the words given here.
    """
    if not person.email:
        return None
    return _queued(person, person.email, kind=kind, key=key, subject=subject, body=body, locale=locale, at=at)


def queue_letter(
    person: Person, *, kind: str, key: str, letter: Callable[[], tuple[str, str]], at: datetime
) -> Message | None:
    """The same in the language the person has when it is sent: `letter` gives subject and body in the active one."""
    if not person.email:
        return None
    wordings = {}
    for language in dict.fromkeys([*dict(settings.LANGUAGES), person.language]):
        with translation.override(language):
            wordings[language] = letter()
    subject, body = wordings[person.language]
    own = {"kind": kind, "key": key, "subject": subject, "body": body, "locale": person.language}
    return _queued(person, person.email, **own, wordings=wordings, at=at)


def queue_unworded(person: Person, *, kind: str, key: str, at: datetime) -> Message | None:
    """A message of a kind that its room words when it is sent (`letters` of its `apps.py`)."""
    if not person.email:
        return None
    return _queued(person, person.email, kind=kind, key=key, subject="", body="", locale=person.language, at=at)


def queue_to_address(
    address: str, *, kind: str, key: str, subject: str, body: str, locale: str, at: datetime
) -> Message:
    """The same to an address of the settings, behind which is no person of the directory."""
    return _queued(None, address, kind=kind, key=key, subject=subject, body=body, locale=locale, at=at)


def letters_leave() -> bool:
    """Whether messages go to a mail server. Without one they are written as files on this machine."""
    return settings.EMAIL_BACKEND != FILES


def one_line(subject: str) -> str:
    return " ".join(subject.split())[:200]


def _queued(
    person: Person | None,
    to: str,
    *,
    kind: str,
    key: str,
    subject: str,
    body: str,
    locale: str,
    at: datetime,
    wordings: Mapping[str, tuple[str, str]] | None = None,
) -> Message:
    wording = {"subject": one_line(subject), "body": body, "locale": locale, "wordings": wordings or {}}
    times = {"queued_at": at, "next_try_at": at, "lane": Lane.URGENT if kind == ACCOUNT else Lane.ORDINARY}
    message, _created = Message.objects.get_or_create(
        key=key, defaults={"person": person, "kind": kind, "to": to, **wording, **times}
    )
    return message


def given_up() -> QuerySet[Message]:
    """What will not be tried again: the address is wrong, or the server was down for days."""
    return Message.objects.filter(sent_at=None, attempts__gte=MOST_ATTEMPTS)
