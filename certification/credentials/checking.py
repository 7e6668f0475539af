"""Is a certificate what the ledger says, and who says so? Checked when asked, from its bytes up to a signed root.

Whose signature counts is decided by `certification.ledger.trust` alone, with the public key this site was told.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from enum import Enum

from django.db import DEFAULT_DB_ALIAS
from django.utils.translation import gettext

from certification.credentials import award
from certification.credentials.models import Certificate
from certification.ledger import canonical, commitments, leaf, proofs, trust
from certification.ledger.canonical import NotCanonical
from certification.ledger.judged import JudgedCheckpoint, judged_checkpoint
from certification.ledger.leaf import EntryLeaf
from certification.ledger.models import Checkpoint, Entry, EntryPart, Opening
from certification.ledger.note import VerifierKey
from certification.ledger.records import LedgerTables


class SealState(Enum):
    """SEALED: under a checkpoint signed by the key this site was told. UNANCHORED: it was told none."""

    PENDING = "pending"
    SEALED = "verified"
    UNANCHORED = "unanchored"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class CertificateCheck:
    """What was found. `entry` is None until the sequencer wrote it, `checkpoint` until one covers it.

    `problem` is a sentence when something does not fit, and '' when everything does. `key` is whose signature the
    checkpoint bears; `issued_to` the name the ledger's entry committed to.
    """

    state: SealState
    entry: Entry | None = None
    checkpoint: Checkpoint | None = None
    key: VerifierKey | None = None
    issued_to: str = ""
    problem: str = ""

    @property
    def sealed(self) -> bool:
        """Proved, and by a key from outside the database."""
        return self.state is SealState.SEALED

    @property
    def proved(self) -> bool:
        """Under a signed checkpoint, whether or not this site was told whose key may sign."""
        return self.state in (SealState.SEALED, SealState.UNANCHORED)

    @property
    def root(self) -> str:
        return bytes(self.checkpoint.root).hex() if self.checkpoint else ""

    @property
    def leaf(self) -> str:
        """The exact bytes that were hashed; they hold commitments and nothing personal."""
        return bytes(self.entry.leaf).decode(errors="replace") if self.entry else ""

    @property
    def tlog(self) -> str:
        """The text of the `.tlog-proof` file; '' unless proved."""
        if not self.proved or self.entry is None or self.checkpoint is None:
            return ""
        return proofs.tlog_proof(self.entry, self.checkpoint)

    def broken(self, problem: str) -> CertificateCheck:
        return replace(self, state=SealState.BROKEN, problem=problem)


def check_certificate(certificate: Certificate) -> CertificateCheck:
    """Compares the certificate with its entry, and proves the entry under the ledger's newest checkpoint.

    Under the newest, because only that is signed by the key that counts today: a checkpoint of then may bear a key
    that has since been stolen. Ten queries at most, whatever the ledger's size.
    """
    judged = judged_checkpoint()
    entry = Entry.objects.filter(uuid=certificate.entry).first()
    found = CertificateCheck(SealState.PENDING, entry, key=judged.key)
    if judged.problem:
        return found.broken(judged.problem)
    if entry is None:
        gone = gettext("The ledger no longer has the entry this certificate was sealed by.")
        return found.broken(gone) if certificate.sealed else found
    issued_to, problem = _entry_problem(certificate, entry)
    if problem:
        return found.broken(problem)
    return _proved(certificate, entry, judged, replace(found, issued_to=issued_to))


def _proved(
    certificate: Certificate, entry: Entry, judged: JudgedCheckpoint, found: CertificateCheck
) -> CertificateCheck:
    covered = judged.checkpoint is not None and entry.seq < judged.checkpoint.size
    kept = not certificate.sealed or Checkpoint.objects.filter(size=certificate.sealed_size or 0).exists()
    if not kept or (certificate.sealed and not covered):
        return found.broken(gettext("The ledger no longer has the checkpoint this certificate was sealed by."))
    if not covered:
        return found
    if not judged.holds(entry):
        return found.broken(gettext("The ledger entry is not under the checkpoint: the entry or the tree was changed."))
    state = SealState.SEALED if judged.anchored else SealState.UNANCHORED
    return replace(found, state=state, checkpoint=judged.checkpoint)


def _entry_problem(certificate: Certificate, entry: Entry) -> tuple[str, str]:
    """(to whom the ledger says it was issued, what is wrong)."""
    try:
        written = leaf.decode_leaf(bytes(entry.leaf))
    except (NotCanonical, leaf.UnknownVersion, leaf.BadLeaf) as error:
        return "", gettext("The ledger entry cannot be read: %(reason)s") % {"reason": error}
    if (written.id, written.seq, written.kind) != (certificate.entry, entry.seq, award.KIND):
        return "", gettext("The ledger entry is about something else.")
    openings = {row.part: row for row in Opening.objects.filter(entry=entry.uuid)}
    problem = _payload_problem(certificate, written, openings.get(EntryPart.PAYLOAD))
    return ("", problem) if problem else _issued_to(certificate, written, openings.get(EntryPart.SUBJECT))


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


def _issued_to(certificate: Certificate, written: EntryLeaf, opening: Opening | None) -> tuple[str, str]:
    """The name the entry committed to. That it is missing is a fault, unless an entry says that it was erased."""
    if opening is None:
        source = LedgerTables(DEFAULT_DB_ALIAS)
        if trust.opening_may_be_missing(source, str(certificate.entry), EntryPart.SUBJECT):
            return "", ""
        return "", gettext("To whom it was issued was deleted, and no entry of the ledger says that it was erased.")
    opens = commitments.opens_commitment(written.subject or "", bytes(opening.salt), opening.value.encode())
    subject = json.loads(opening.value) if opens else {}
    if subject.get("person") != str(certificate.person_id):
        return "", gettext("The ledger entry is about another person than this certificate.")
    return str(subject.get("name", "")), ""
