"""One ledger entry, checked while the page is made: what it opens to, and that it is under a signed checkpoint."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS
from django.utils.translation import gettext

from certification.ledger import canonical, commitments, leaf, merkle, proofs, tree, trust
from certification.ledger.judged import judged_checkpoint
from certification.ledger.models import Checkpoint, Entry, EntryPart, Member, Opening
from certification.ledger.note import VerifierKey
from certification.ledger.pending import ROSTER_COUNT, ROSTER_ROOT, roster_root
from certification.ledger.records import LedgerTables
from lms.people.masked_names import Name, Names

MOST_REFERENCES = 25
HERE = LedgerTables(DEFAULT_DB_ALIAS)
UNREADABLE = (leaf.BadLeaf, leaf.UnknownVersion, canonical.NotCanonical)


class OpenedValue(NamedTuple):
    """One value of an opened part; `key` is its place, such as "path / number"."""

    key: str
    value: str


@dataclass(frozen=True, slots=True)
class OpenedPart:
    """One commitment of the entry. `state`: opens | erased (an entry says so) | missing | broken | absent."""

    part: str
    label: str
    commitment: str
    state: str
    value: dict[str, Any]

    def lines(self, names: Names) -> list[OpenedValue]:
        """What may be shown of the value: everything but a name that is masked."""
        name = names.of_value(self.value)
        return list(flat_values(self.value, ("name",) if name and name.masked else ()))


class HashStep(NamedTuple):
    """One hashing on the way up: on which side the sibling stands, and the parent that comes out."""

    number: int
    side: str
    sibling: str
    result: str


@dataclass(frozen=True, slots=True)
class Proof:
    """Inclusion under the newest checkpoint. `problem` is '' when everything holds.

    `key` is whose signature the checkpoint bears; `anchored`, that this site was told that key from outside.
    """

    checkpoint: Checkpoint
    leaf_hash: str
    root: str
    steps: list[HashStep]
    problem: str
    tlog: str
    key: VerifierKey | None = None
    anchored: bool = False

    @property
    def seal(self) -> str:
        """The theme's word for the state."""
        return "verified" if self.anchored else "unanchored"


def opened_parts(entry: Entry) -> list[OpenedPart]:
    """Subject, actor and payload, each compared with the commitment in the entry's own bytes. One query.

    Raises one of UNREADABLE where the bytes are no entry.
    """
    written = leaf.decode_leaf(bytes(entry.leaf))
    rows = {row.part: row for row in Opening.objects.filter(entry=entry.uuid)}
    committed = {EntryPart.SUBJECT: written.subject, EntryPart.ACTOR: written.actor, EntryPart.PAYLOAD: written.payload}
    return [_opened(entry.uuid, part, committed[part], rows.get(part)) for part in EntryPart]


def problem_with(entry: Entry) -> str:
    """Whether the columns that SQL searches still say what the hashed bytes say; '' when they do."""
    try:
        written = leaf.decode_leaf(bytes(entry.leaf))
    except UNREADABLE as error:
        return str(error)
    stored = (entry.seq, entry.uuid, entry.kind, entry.at, entry.sequenced_at, entry.ref)
    if stored != (written.seq, written.id, written.kind, written.at, written.sequenced_at, written.ref):
        return gettext("The columns of this entry differ from the bytes that were hashed.")
    return ""


def parts_problem(parts: Iterable[OpenedPart]) -> str:
    """Whether a value behind the commitments is not what was committed to; '' when all are."""
    states = {part.state for part in parts}
    if "missing" in states:
        return gettext("A value behind this entry was deleted, and no entry of the ledger says that it was erased.")
    return gettext("A value behind this entry was changed.") if "broken" in states else ""


def prove_entry(entry: Entry) -> Proof | None:
    """The inclusion proof, verified now; None while no checkpoint covers the entry."""
    judged = judged_checkpoint()
    checkpoint = judged.checkpoint
    if checkpoint is None or checkpoint.size <= entry.seq:
        return None
    try:
        found = proofs.prove_inclusion(entry, checkpoint)
    except tree.DamagedTree as error:
        digest = merkle.hash_leaf(bytes(entry.leaf)).hex()
        return Proof(checkpoint, digest, bytes(checkpoint.root).hex(), [], str(error), "", judged.key)
    problem = judged.problem
    if not found.holds():
        problem = gettext("The entry's bytes do not lead to the signed root: the entry or the tree was changed.")
    return Proof(
        checkpoint,
        found.leaf_hash.hex(),
        found.root.hex(),
        list(hash_steps(found)),
        problem,
        proofs.tlog_proof(entry, checkpoint),
        judged.key,
        judged.anchored,
    )


def hash_steps(proof: proofs.InclusionProof) -> Iterator[HashStep]:
    """The walk from leaf to root (RFC 9162, 2.1.3.2), spelled out; `proof.holds()` is what decides."""
    node, position, last = proof.leaf_hash, proof.index, proof.size - 1
    for number, sibling in enumerate(proof.hashes, 1):
        left = position & 1 or position == last
        node = merkle.hash_children(sibling, node) if left else merkle.hash_children(node, sibling)
        if left:
            while position and not position & 1:
                position, last = position >> 1, last >> 1
        position, last = position >> 1, last >> 1
        side = gettext("before") if left else gettext("after")
        yield HashStep(number, side, sibling.hex(), node.hex())


def flat_values(value: Mapping[str, Any], hidden: tuple[str, ...] = (), place: str = "") -> Iterator[OpenedValue]:
    """Nested values as lines, in the order they are stored; `hidden` names keys of the first level to leave out."""
    for key, inner in value.items():
        here = f"{place} / {key}" if place else key
        if key in hidden and not place:
            continue
        if isinstance(inner, dict):
            yield from flat_values(inner, (), here)
        elif isinstance(inner, list):
            yield from flat_values({str(number): item for number, item in enumerate(inner, 1)}, (), here)
        else:
            yield OpenedValue(here, "" if inner is None else str(inner))


def _opened(entry: UUID, part: EntryPart, commitment: str | None, row: Opening | None) -> OpenedPart:
    label = str(part.label)
    if commitment is None:
        return OpenedPart(part.value, label, "", "absent", {})
    if row is None:
        state = "erased" if trust.opening_may_be_missing(HERE, str(entry), part) else "missing"
        return OpenedPart(part.value, label, commitment, state, {})
    fits = commitments.opens_commitment(commitment, bytes(row.salt), row.value.encode())
    return OpenedPart(part.value, label, commitment, "opens" if fits else "broken", value_of(row.value))


def value_of(text: str) -> dict[str, Any]:
    """An opened value; {} where somebody made it unreadable, so that the page can say so."""
    try:
        value = json.loads(text)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


@dataclass(frozen=True, slots=True)
class Roster:
    """An entry about several people: `holds` says that the stored list is whole and gives the root it committed to.

    `missing` counts the lines whose value was deleted though no entry says that it was erased.

    `line` is what it says of the one person asked about: what the list's commitment to them opens to.
    """

    count: int
    missing: int
    holds: bool
    name: Name | None
    line: dict[str, Any]
    lines: list[OpenedValue]


def roster_of(entry: Entry, payload: Mapping[str, Any], person: UUID | None, names: Names) -> Roster | None:
    """None for an entry that is no roster. Two queries."""
    count = payload.get(ROSTER_COUNT)
    if not isinstance(count, int):
        return None
    members = Member.objects.filter(entry=entry.uuid).order_by("position")
    committed = list(members.values_list("commitment", "value"))
    holds = len(committed) == count and root_of([each for each, _ in committed]) == payload.get(ROSTER_ROOT)
    mine = [row for row in members.filter(person=person) if row.value] if person else []
    fits = [
        commitments.opens_commitment(row.commitment, bytes(row.salt or b""), (row.value or "").encode()) for row in mine
    ]
    line = value_of(mine[0].value or "") if mine else {}
    name = names.of_value(line)
    hidden = ("name",) if name and name.masked else ()
    gone = [str(position) for position, (_, value) in enumerate(committed) if value is None]
    missing = [part for part in gone if not trust.opening_may_be_missing(HERE, str(entry.uuid), part)]
    return Roster(count, len(missing), holds and all(fits) and not missing, name, line, list(flat_values(line, hidden)))


def root_of(members: list[str]) -> str:
    """The root over these commitments; '' where one of them was made unreadable."""
    try:
        return roster_root(members).hex()
    except ValueError:
        return ""


@dataclass(frozen=True, slots=True)
class Examined:
    """All a page says about one entry. `about`, `by`: whom it concerns and who did it, as far as names may be shown."""

    problem: str
    leaf: str
    parts: list[tuple[OpenedPart, list[OpenedValue]]]
    about: Name | None
    by: Name | None
    payload: dict[str, Any]
    proof: Proof | None
    refers_to: int | None
    referred_by: list[Entry]
    roster: Roster | None

    @property
    def story(self) -> dict[str, Any]:
        """What is told about the case: the payload, or in a roster the line of the person asked about."""
        return self.roster.line if self.roster and self.roster.line else self.payload

    @property
    def person(self) -> UUID | None:
        """Whom this page shows, if it is one person."""
        shown = self.roster.name if self.roster else self.about
        return shown.person if shown else None


def examine_entry(entry: Entry, names: Names, person: UUID | None = None) -> Examined:
    """`person`: whose line of a roster is wanted. A constant number of queries.

    Damage is a sentence in `problem`, never an exception.
    """
    problem = problem_with(entry)
    try:
        parts = opened_parts(entry)
    except UNREADABLE:
        parts = []
    problem = problem or parts_problem(parts)
    values = {part.part: part.value for part in parts}
    payload = values.get(EntryPart.PAYLOAD.value, {})
    return Examined(
        problem=problem,
        leaf=bytes(entry.leaf).decode(errors="replace"),
        parts=[(part, part.lines(names)) for part in parts if part.state != "absent"],
        about=names.of_value(values.get(EntryPart.SUBJECT.value)),
        by=names.of_value(values.get(EntryPart.ACTOR.value)),
        payload=payload,
        proof=prove_entry(entry),
        refers_to=Entry.objects.filter(uuid=entry.ref).values_list("seq", flat=True).first() if entry.ref else None,
        referred_by=list(Entry.objects.filter(ref=entry.uuid).order_by("seq")[:MOST_REFERENCES]),
        roster=roster_of(entry, payload, person, names),
    )
