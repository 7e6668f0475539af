"""The trail of a subject's words: who changed them since somebody else stood for them. By content, never by whose name
a revision carries.

`states` = {subject: digest of its words}: a text with its questions is several subjects, each with a trail of its own.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from lms.people.models import Person
from lms.signatures.models import Authorship, SignedWords

States = Mapping[str, str]


def words_digest(value: Any) -> str:
    """Names the words in plain data. Ends of lines and blanks around a text, which browsers change, are none."""
    said = json.dumps(_plain(value), sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(said.encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\r\n", "\n").strip()
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def note_change(
    subject: str, digest: str, person: Person | None, at: datetime, *, revision: int | None = None, again: bool = False
) -> None:
    """The subject's words are these now. Nothing happens where they were these already.

    `again`: the revision was overwritten, as autosave does, so the row of its words is too.
    """
    newest = Authorship.objects.filter(subject=subject).exclude(digest="").order_by("-pk").first()
    if newest and newest.digest == digest:
        return
    if again and newest and newest.revision == revision and newest.person == person:
        Authorship.objects.filter(pk=newest.pk).update(digest=digest, at=at)
    else:
        Authorship.objects.create(subject=subject, digest=digest, person=person, revision=revision, at=at)


def note_words(subject: str, person: Person | None, at: datetime) -> None:
    """Somebody handed in words that will stand in the subject's next draft."""
    Authorship.objects.create(subject=subject, digest="", person=person, at=at)


def copy_trail(source: str, target: str) -> None:
    """A copy keeps its authors, and what was signed of them: the source's trail comes before the target's own."""
    own = list(Authorship.objects.filter(subject=target).order_by("pk"))
    Authorship.objects.filter(pk__in=[row.pk for row in own]).delete()
    before = Authorship.objects.filter(subject=source).order_by("pk")
    for row in (*before, *own):
        row.pk, row.subject = None, target
        row.save(force_insert=True)
    for signed in SignedWords.objects.filter(subject=source).order_by("pk"):
        SignedWords.objects.create(subject=target, digest=signed.digest, person=signed.person, at=signed.at)


def has_trail(subject: str) -> bool:
    return Authorship.objects.filter(subject=subject).exists()


def everybody(subjects: Iterable[str]) -> list[Person]:
    """Whoever ever changed any of these, signed since or not."""
    found = Authorship.objects.filter(subject__in=list(subjects), person__isnull=False)
    return list(Person.objects.filter(pk__in=found.values("person")))


def authors_of_words(states: States, signed: Mapping[str, Sequence[str]] | None = None) -> list[Person]:
    """Whoever changed any of these words since they were last signed. Three queries, however many subjects.

    `signed` = {subject: digests, the newest last} says which signatures count; as a rule all do.
    """
    rows = defaultdict(list)
    for row in Authorship.objects.filter(subject__in=list(states)).order_by("pk"):
        rows[row.subject].append(row)
    before = _signed_digests(states) if signed is None else signed
    found = {
        pk for subject, digest in states.items() for pk in _authors(rows[subject], before.get(subject, ()), digest)
    }
    return list(Person.objects.filter(pk__in=found))


def _authors(rows: Sequence[Authorship], signed: Sequence[str], digest: str) -> set[UUID]:
    """Of one subject; `signed` = the digests that were signed, the newest last.

    Words signed before the last ones: whoever put them back. Words never signed: everybody on the way from signed words
    to where these first stood, and whoever put them there again. Words in no row: everybody since the last signature.
    """
    last = signed[-1] if signed else None
    if digest == last:
        return set()
    since = max((place + 1 for place, row in enumerate(rows) if row.digest == last), default=0)
    places = [place for place, row in enumerate(rows) if row.digest == digest]
    if not places:
        changed = list(rows[since:])
    elif digest in signed:
        changed = [row for place in places if place >= since for row in _brought_by(rows, place)]
    else:
        end = places[0] + 1
        begin = max((place + 1 for place, row in enumerate(rows[:end]) if row.digest in signed), default=0)
        changed = [*rows[begin:end], *(row for place in places for row in _brought_by(rows, place))]
    return {row.person_id for row in changed if row.person_id is not None}


def _brought_by(rows: Sequence[Authorship], place: int) -> Sequence[Authorship]:
    """The row and the strings it was put together from: those handed in since the draft before."""
    begin = place
    while begin and not rows[begin - 1].digest:
        begin -= 1
    return rows[begin : place + 1]


def _signed_digests(subjects: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    rows = SignedWords.objects.filter(subject__in=list(subjects)).order_by("pk")
    for subject, digest in rows.values_list("subject", "digest"):
        found[subject].append(digest)
    return found


def unsigned_subjects(states: States) -> set[str]:
    """Those whose words are not the ones that were signed last."""
    signed = _signed_digests(states)
    return {subject for subject, digest in states.items() if signed[subject][-1:] != [digest]}


def sign_words(states: States, person: Person, at: datetime) -> None:
    """This person stands for these words. Who may is asked before, by whoever knows what they are."""
    fresh = unsigned_subjects(states)
    SignedWords.objects.bulk_create(
        [SignedWords(subject=subject, digest=states[subject], person=person, at=at) for subject in sorted(fresh)]
    )


def signer_of(subject: str, digest: str) -> Person | None:
    """Who stands for these words, if they are the ones that were signed last."""
    found = SignedWords.objects.filter(subject=subject).select_related("person").order_by("-pk").first()
    return found.person if found and found.digest == digest else None
