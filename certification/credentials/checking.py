"""Is a certificate what the ledger says? Checked when asked, from the entry's bytes up to the signed root."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from enum import Enum

from django.utils.translation import gettext

from certification.credentials import award
from certification.credentials.models import Certificate
from certification.ledger import canonical, clock, commitments, keys, leaf, note, opened_entries, proofs, tree
from certification.ledger.canonical import NotCanonical
from certification.ledger.leaf import EntryLeaf
from certification.ledger.models import Checkpoint, Entry, EntryPart, Opening


class SealState(Enum):
    PENDING = "pending"
    SEALED = "verified"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class CertificateCheck:
    """What was found. `entry` is None until the sequencer wrote it, `proof` and `checkpoint` until it is covered.

    `problem` is a sentence when something does not fit, and '' when everything does.
    """

    state: SealState
    entry: Entry | None = None
    checkpoint: Checkpoint | None = None
    proof: proofs.InclusionProof | None = None
    problem: str = ""

    @property
    def sealed(self) -> bool:
        return self.state is SealState.SEALED

    @property
    def root(self) -> str:
        return bytes(self.checkpoint.root).hex() if self.checkpoint else ""

    @property
    def leaf(self) -> str:
        """The exact bytes that were hashed; they hold commitments and nothing personal."""
        return bytes(self.entry.leaf).decode(errors="replace") if self.entry else ""

    @property
    def tlog(self) -> str:
        """The text of the `.tlog-proof` file; '' unless sealed."""
        if not self.sealed or self.entry is None or self.checkpoint is None:
            return ""
        return proofs.tlog_proof(self.entry, self.checkpoint)

    def broken(self, problem: str) -> CertificateCheck:
        return replace(self, state=SealState.BROKEN, problem=problem)


def check_certificate(certificate: Certificate) -> CertificateCheck:
    """Compares the certificate with its entry, and the entry with the checkpoint that covers it. Six queries."""
    entry = Entry.objects.filter(uuid=certificate.entry).first()
    found = CertificateCheck(SealState.PENDING, entry)
    if entry is None:
        gone = gettext("The ledger no longer has the entry this certificate was sealed by.")
        return found.broken(gone) if certificate.sealed else found
    problem = _entry_problem(certificate, entry)
    if problem:
        return found.broken(problem)
    checkpoint = opened_entries.covering_checkpoint(entry)
    if checkpoint is None:
        gone = gettext("The ledger no longer has the checkpoint this certificate was sealed by.")
        return found.broken(gone) if certificate.sealed else found
    return _proved(replace(found, checkpoint=checkpoint), entry, checkpoint)


def _entry_problem(certificate: Certificate, entry: Entry) -> str:
    try:
        written = leaf.decode_leaf(bytes(entry.leaf))
    except (NotCanonical, leaf.UnknownVersion, leaf.BadLeaf) as error:
        return gettext("The ledger entry cannot be read: %(reason)s") % {"reason": error}
    if (written.id, written.seq, written.kind) != (certificate.entry, entry.seq, award.KIND):
        return gettext("The ledger entry is about something else.")
    openings = {row.part: row for row in Opening.objects.filter(entry=entry.uuid)}
    return _payload_problem(certificate, written, openings.get(EntryPart.PAYLOAD)) or _subject_problem(
        certificate, written, openings.get(EntryPart.SUBJECT)
    )


def _payload_problem(certificate: Certificate, written: EntryLeaf, opening: Opening | None) -> str:
    if opening is None or not commitments.opens_commitment(
        written.payload, bytes(opening.salt), opening.value.encode()
    ):
        return gettext("What the ledger entry commits to was changed or is missing.")
    if not _content_is_whole(certificate) or json.loads(opening.value) != award.certificate_payload(certificate):
        return gettext("This certificate is not what was entered in the ledger: it was changed afterwards.")
    return ""


def _content_is_whole(certificate: Certificate) -> bool:
    try:
        return canonical.digest(certificate.content) == certificate.sha256
    except NotCanonical:
        return False


def _subject_problem(certificate: Certificate, written: EntryLeaf, opening: Opening | None) -> str:
    """An erased subject proves nothing about the holder and is no fault; another person's is."""
    if opening is None:
        return ""
    opens = commitments.opens_commitment(written.subject or "", bytes(opening.salt), opening.value.encode())
    if not opens or json.loads(opening.value)["person"] != str(certificate.person_id):
        return gettext("The ledger entry is about another person than this certificate.")
    return ""


def _proved(found: CertificateCheck, entry: Entry, checkpoint: Checkpoint) -> CertificateCheck:
    try:
        proof = proofs.prove_inclusion(entry, checkpoint)
        unsigned = _signature_problem(checkpoint)
    except (tree.DamagedTree, note.BadNote) as error:
        return found.broken(str(error))
    if unsigned:
        return found.broken(unsigned)
    if not proof.holds():
        return found.broken(gettext("The ledger entry is not under the checkpoint: the entry or the tree was changed."))
    return replace(found, state=SealState.SEALED, proof=proof)


def _signature_problem(checkpoint: Checkpoint) -> str:
    signed = note.parse_note(checkpoint.note)
    body = note.parse_tree_head(signed.text)
    if not any(item.key.signed(signed) for item in keys.logged_keys()):
        return gettext("The checkpoint is not signed by a key this ledger names.")
    if (body.origin, body.size, body.root) != (clock.ledger_origin(), checkpoint.size, bytes(checkpoint.root)):
        return gettext("The signed note and the stored checkpoint say different things.")
    return ""
