"""What `ledger verify` compares assignments with: each row, its reasons in force and its periods, with the latest entry
that speaks of it; and each period that no longer holds, with the entry of the run that closed it.

Entries are read from the newest back, single ones and the lines of rosters alike: the first that names a row is the
latest about it, and each names the one that is met next. Rows, reasons and periods are asked for by the thousand; what
is kept of all of them is their ids.
"""

from __future__ import annotations

import json
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.utils.translation import gettext

from certification.ledger.models import EntryPart, Member, Opening, Pending
from certification.ledger.pending import ROSTER_COUNT
from certification.ledger.verification.business import EarlierEntry, EntryContradiction, LedgerClaim
from courses.assignments.assignment_entries import CLOSE, OPEN, Stated, path_named, payload, period_said
from courses.assignments.derivation.record import Belief
from courses.assignments.derivation.rows import OPEN as OPEN_STATE
from courses.assignments.models import Assignment, AssignmentPeriod, Justification
from courses.assignments.stored import belief_of
from courses.paths.models import AssignmentRule, PathVersion
from lms.people.batches import in_batches

AT_ONCE = 1000
BESIDE = ("person", "name", "unit", "staff_number", "ref")
"""What a line of a roster says besides its payload."""
Found = LedgerClaim | EntryContradiction | EarlierEntry
Period = tuple[tuple[str, Any], ...]
"""As an entry says it."""


class LoggedRow(NamedTuple):
    """What one entry says of one assignment. `listed`: whether as a line of a roster."""

    entry: uuid.UUID
    kind: str
    assignment: str
    said: Mapping[str, Any]
    listed: bool


@dataclass(slots=True)
class Traced:
    """How far one row was followed back: the entry that must come next, and the closed periods not met yet."""

    before: str
    closed: Counter[Period]


@dataclass(slots=True)
class RowPage:
    """Some rows by their id, with everything an entry says of them."""

    rows: dict[str, list[Assignment]] = field(default_factory=lambda: defaultdict(list))
    reasons: dict[uuid.UUID, list[Justification]] = field(default_factory=lambda: defaultdict(list))
    beliefs: dict[uuid.UUID, list[Belief]] = field(default_factory=lambda: defaultdict(list))


class AssignmentClaims:
    kinds = frozenset({OPEN, CLOSE})
    payload = staticmethod(payload)

    def claims(self, using: str) -> Iterator[Found]:
        paths = {row.pk: row for row in PathVersion.objects.using(using).select_related("path")}
        rules = {row.pk: row for row in AssignmentRule.objects.using(using)}
        known: dict[str, Traced] = {}
        for part in in_batches(_lines(using), AT_ONCE):
            yield from (one for one in part if isinstance(one, EarlierEntry))
            lines = [one for one in part if isinstance(one, LoggedRow)]
            page = _page({line.assignment for line in lines if line.assignment not in known}, rules, using)
            for line in lines:
                traced = known.get(line.assignment)
                if traced:
                    yield from _earlier(line, traced)
                else:
                    traced = known[line.assignment] = Traced(str(line.entry), Counter())
                    yield from self._latest(line, page, paths, traced.closed)
                yield from _unclosed(line, traced.closed)
                traced.before = line.said["ref"]
        yield from _unsaid(known, using)

    def _latest(
        self, line: LoggedRow, page: RowPage, paths: Mapping[uuid.UUID, PathVersion], closed: Counter[Period]
    ) -> Iterator[Found]:
        """The rows that bear its id (none, where it was deleted) against the latest that was said of them."""
        rows = page.rows.get(line.assignment, [])
        if line.listed and not rows:
            words = gettext("the assignment %(id)s, of which it speaks, is no longer in the database")
            yield _contradiction(line.entry, line.assignment, words)
        for row in rows:
            beliefs = page.beliefs[row.pk]
            holding = [one for one in beliefs if one.known_to is None]
            closed.update(_item(period_said(one)) for one in beliefs if one.known_to is not None)
            if row.entry != line.entry:
                words = gettext("the assignment %(id)s, of which it is the latest, names another entry as that")
                yield _contradiction(line.entry, line.assignment, words)
            told = [one for one in line.said.get("periods", ()) if "known_to" not in one]
            said = self.payload(Stated(row, path_named(paths[row.version_id]), page.reasons[row.pk], holding))
            parts = {EntryPart.PAYLOAD: {name: line.said[name] for name in line.said if name not in BESIDE}}
            parts[EntryPart.PAYLOAD]["periods"] = told
            if "person" in line.said:  # else the person was erased, and only the row's own deletion is left to do
                parts[EntryPart.SUBJECT] = dict(line.said)
            yield LedgerClaim(
                _called(row.pk),
                line.entry,
                line.kind,
                payload=said,
                recomputed={"path": said["path"] | {"key": row.path_key}},
                subject={"person": str(row.person_id)},
                line=parts,
            )


def _lines(using: str) -> Iterator[LoggedRow | EarlierEntry]:
    """In the order in which they were written, from the newest back. A number says less: what refers to nothing that
    waits gets its own sooner. That no receipt was changed is compared elsewhere. A roster comes with its lines, of
    which some or all may have been erased."""
    rows = Pending.objects.using(using).filter(kind__in=sorted(AssignmentClaims.kinds)).order_by("-id")
    for part in in_batches(rows.values_list("uuid", "kind", "ref").iterator(chunk_size=AT_ONCE), AT_ONCE):
        said: dict[uuid.UUID, dict[str, Any]] = defaultdict(dict)
        openings = (
            Opening.objects.using(using)
            .filter(entry__in=[entry for entry, *_rest in part])
            .exclude(part=EntryPart.ACTOR)
        )
        for entry, value in openings.values_list("entry", "value"):
            said[entry] |= _object(value)
        for entry, kind, ref in part:
            if ROSTER_COUNT not in said[entry]:
                yield from _named(entry, kind, said[entry] | {"ref": str(ref or "")}, listed=False)
                continue
            yield EarlierEntry(entry)
            members = Member.objects.using(using).filter(entry=entry).order_by("position")
            for line in members.values_list("value", flat=True).iterator(chunk_size=AT_ONCE):
                yield from _named(entry, kind, _object(line), listed=True)


def _named(entry: uuid.UUID, kind: str, said: Mapping[str, Any], *, listed: bool) -> Iterator[LoggedRow]:
    """Nothing where the value was erased, or is no longer what was committed to: that is found elsewhere."""
    if isinstance(said.get("assignment"), str) and isinstance(said.get("ref"), str):
        yield LoggedRow(entry, kind, said["assignment"], said, listed)


def _page(ids: Iterable[str], rules: Mapping[uuid.UUID, AssignmentRule], using: str) -> RowPage:
    page, wanted = RowPage(), [uuid.UUID(one) for one in ids]
    for row in Assignment.objects.using(using).filter(pk__in=wanted):
        page.rows[str(row.pk)].append(row)
    for reason in Justification.objects.using(using).filter(assignment__in=wanted, known_to=None):
        reason.rule = rules[reason.rule_id]
        page.reasons[reason.assignment_id].append(reason)
    for period in AssignmentPeriod.objects.using(using).filter(assignment__in=wanted):
        page.beliefs[period.assignment_id].append(belief_of(period))
    return page


def _earlier(line: LoggedRow, traced: Traced) -> Iterator[Found]:
    if traced.before != str(line.entry):
        words = gettext("the entry about the assignment %(id)s that followed it does not refer to it")
        yield _contradiction(line.entry, line.assignment, words)
    yield EarlierEntry(line.entry)


def _unclosed(line: LoggedRow, closed: Counter[Period]) -> Iterator[EntryContradiction]:
    """The periods it closed must stand in the database like that, once each."""
    for one in line.said.get("periods", ()):
        if "known_to" in one:
            if closed[_item(one)] > 0:
                closed[_item(one)] -= 1
            else:
                words = gettext("a period of the assignment %(id)s that it closed does not stand like that any more")
                yield _contradiction(line.entry, line.assignment, words)


def _unsaid(known: Mapping[str, Traced], using: str) -> Iterator[Found]:
    """Rows that no entry speaks of, and periods that no entry closed."""
    rows = Assignment.objects.using(using).order_by("pk").values_list("pk", "entry", "state")
    for pk, entry, state in rows.iterator(chunk_size=AT_ONCE):
        if str(pk) not in known:
            if entry:
                words = gettext("it does not speak of the assignment %(id)s, nor does any other: that was slipped in")
                yield _contradiction(entry, str(pk), words)
            else:
                yield LedgerClaim(_called(pk), None, OPEN if state == OPEN_STATE else CLOSE, payload={})
        elif entry and +known[str(pk)].closed:
            words = gettext("the assignment %(id)s has a closed period of which no entry speaks")
            yield _contradiction(entry, str(pk), words)


def _contradiction(entry: uuid.UUID, assignment: str, words: str) -> EntryContradiction:
    return EntryContradiction(entry, words % {"id": assignment})


def _called(assignment: object) -> str:
    return gettext("The assignment %(id)s") % {"id": assignment}


def _item(said: Mapping[str, Any]) -> Period:
    return tuple(sorted(said.items()))


def _object(text: str | None) -> dict[str, Any]:
    try:
        value = json.loads(text or "")
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


assignments = AssignmentClaims()
