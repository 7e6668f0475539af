"""A restored back-up: nothing is numbered or signed until two administrators say in the ledger what was lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command

from certification.ledger import clock, kinds, latch, note, pending, self_check
from certification.ledger.checkpoints import CheckpointRefused, checkpoint_due, make_checkpoint
from certification.ledger.loss import LossRefused, declare_loss
from certification.ledger.models import Checkpoint, Entry, LedgerCheck, Opening, SigningJob
from certification.ledger.pending import EntryDraft
from certification.ledger.sequencer import own_key, sequence_due, sequence_pending
from certification.ledger.signer import Signer
from certification.ledger.signing_jobs import Behind
from certification.ledger.trust import Anchors, HeldCheckpoint
from certification.ledger.verification import verify_ledger
from lms import rooms
from lms.people.logins import give_login
from lms.people.models import Person
from tests.certification.ledger.evidence import append, fill
from tests.certification.ledger.restoring import back_up
from tests.factories import make_person

TWO = (uuid4(), uuid4())
PASSWORDS = {"A-1": "first-long-password", "A-2": "second-long-password"}


@pytest.fixture(autouse=True)
def _only_the_ledger(monkeypatch: pytest.MonkeyPatch) -> None:
    """These entries have no business rows."""
    monkeypatch.setattr(rooms, "ledger_claims", list)


def sign(signer: Signer) -> Checkpoint:
    made = make_checkpoint(signer, clock.now())
    assert made is not None
    return made


@pytest.fixture
def lost(signer: Signer) -> str:
    """Five entries were backed up, eight signed; the back-up is restored. The last note of what is lost."""
    fill(4)
    sign(signer)
    restore = back_up()
    fill(2)
    sign(signer)
    fill(1)
    last = sign(signer).note
    restore()
    return last


def declared() -> dict[str, Any]:
    entry = Entry.objects.get(kind=kinds.LOSS_DECLARE)
    found: dict[str, Any] = json.loads(Opening.objects.get(entry=entry.uuid, part="payload").value)
    return found


def test_before_the_declaration_nothing_is_numbered_or_signed(signer: Signer, lost: str) -> None:
    append(1)
    with pytest.raises(Behind, match="Was it restored from an older backup"):
        sequence_due(clock.now())
    with pytest.raises(CheckpointRefused, match="restored from an older backup"):
        checkpoint_due(clock.now())
    assert Entry.objects.count() == 5
    assert {job.job: job.trouble for job in SigningJob.objects.all()} == {"sequence": "behind", "sign": "refused"}


def test_after_it_sequencing_and_signing_go_on(signer: Signer, lost: str) -> None:
    """What happened after the restore waits, and is written once the loss is declared."""
    waiting = append(1)
    certificate = uuid4()
    made = declare_loss(signer, TWO, certificates=[certificate])
    assert made is not None
    assert Entry.objects.filter(uuid=waiting).exists()
    assert declared() == {"note": lost, "size": 5, "lost_size": 8, "certificates": [str(certificate)]}
    fill(6)
    sign(signer)
    assert Entry.objects.count() == 13
    report = verify_ledger(anchors=Anchors(own=self_check.own_note()))
    assert report.findings == []


def test_the_old_note_is_kept_for_ever(signer: Signer, lost: str) -> None:
    declare_loss(signer, TWO)
    fill(1)
    sign(signer)
    kept = signer.path.with_name(f"{signer.path.name}.lost-note.8")
    assert kept.read_text(encoding="utf-8") == lost
    assert kept.stat().st_mode & 0o777 == 0o600


def test_who_declared_it_stands_in_actor_and_subject_and_nowhere_else(signer: Signer, lost: str) -> None:
    declare_loss(signer, TWO)
    entry = Entry.objects.get(kind=kinds.LOSS_DECLARE)
    people = dict(Opening.objects.filter(entry=entry.uuid).values_list("part", "person"))
    assert people == {"actor": TWO[0], "subject": TWO[1], "payload": None}
    value = Opening.objects.get(entry=entry.uuid, part="payload").value
    assert not [person for person in TWO if str(person) in value]


def test_a_checkpoint_from_inside_the_gap_does_not_fit(signer: Signer, lost: str) -> None:
    declare_loss(signer, TWO)
    fill(6)
    sign(signer)
    assert verify_ledger(anchors=Anchors(notes=(HeldCheckpoint("Kept by an auditor", lost),))).findings


def test_a_second_loss_with_as_many_entries_keeps_both_notes(signer: Signer, lost: str) -> None:
    restore = back_up()
    declare_loss(signer, TWO)
    fill(2)
    second = sign(signer).note
    restore()
    declare_loss(signer, TWO)
    assert set(signer.lost_notes()) == {lost, second}
    assert Entry.objects.filter(kind=kinds.LOSS_DECLARE).count() == 1
    assert verify_ledger(anchors=Anchors(own=self_check.own_note())).findings == []


def test_a_restored_backup_that_grew_elsewhere(signer: Signer, lost: str, settings: Any) -> None:
    """A sequencer that could not see the note gave the numbers again: common is only what was signed here."""
    seen = settings.LEDGER_KEY_FILE
    settings.LEDGER_KEY_FILE = signer.path.with_name("elsewhere")
    fill(7)
    settings.LEDGER_KEY_FILE = seen
    with pytest.raises(Behind):
        sequence_after_one_more()
    declare_loss(signer, TWO)
    assert (declared()["size"], declared()["lost_size"]) == (5, 8)
    assert verify_ledger(anchors=Anchors(own=self_check.own_note())).findings == []


def sequence_after_one_more() -> None:
    append(1)
    sequence_pending()


def test_a_checkpoint_others_kept_tells_of_a_loss_the_signer_forgot(signer: Signer, lost: str) -> None:
    """Key and database came from the same back-up."""
    signer.remember(Checkpoint.objects.latest().note)
    fill(1)
    with pytest.raises(LossRefused, match="Nothing is lost"):
        declare_loss(signer, TWO, handed=[Checkpoint.objects.get(size=1).note])
    declare_loss(signer, TWO, handed=[lost])
    assert (declared()["note"], declared()["lost_size"]) == (lost, 8)
    assert signer.lost_notes() == [lost]


def test_a_note_of_another_key_declares_nothing(signer: Signer, lost: str, tmp_path: Path) -> None:
    other = Signer.create(tmp_path / "other", signer.name)
    with pytest.raises(note.BadNote, match="no signature of this ledger's key"):
        declare_loss(signer, TWO, handed=[other.sign(note.TreeHead(signer.name, 99, bytes(32)))])
    assert not Entry.objects.filter(kind=kinds.LOSS_DECLARE).exists()


def test_where_nothing_is_lost_nothing_is_declared(signer: Signer) -> None:
    fill(2)
    sign(signer)
    with pytest.raises(LossRefused, match="Nothing is lost"):
        declare_loss(signer, TWO)


def test_what_is_left_must_be_whole(signer: Signer, lost: str) -> None:
    Opening.objects.filter(entry=Entry.objects.get(seq=2).uuid, part="payload").update(value="{}")
    with pytest.raises(LossRefused, match="is not whole in itself"):
        declare_loss(signer, TWO)
    assert signer.lost_notes() == []


def test_a_declaration_by_somebody_without_the_key_is_neither_signed_nor_finished(signer: Signer, lost: str) -> None:
    """Whoever writes to the database and knows the note, which is no secret."""
    payload = {"note": lost, "size": 2, "lost_size": 8, "certificates": []}
    pending.insert_entries([EntryDraft(kinds.LOSS_DECLARE, own_key(kinds.LOSS_DECLARE, payload), clock.now(), payload)])
    with pytest.raises(LossRefused, match="Somebody who does not hold the key"):
        declare_loss(signer, TWO)
    sequence_pending()
    with pytest.raises(CheckpointRefused, match="Not signed"):
        make_checkpoint(signer, clock.now())


def test_what_was_declared_once_is_not_declared_again_by_others(signer: Signer, lost: str) -> None:
    declare_loss(signer, TWO)
    for name, change in {"same": {}, "other": {"size": 1}}.items():
        again = signer.declared_losses()[0] | change
        pending.insert_entries([EntryDraft(kinds.LOSS_DECLARE, f"own:{name}", clock.now(), again)])
        sequence_pending()
        with pytest.raises(CheckpointRefused, match="written by somebody who does not hold the key"):
            make_checkpoint(signer, clock.now())


def test_one_administrator_is_not_two(signer: Signer, lost: str) -> None:
    with pytest.raises(LossRefused, match="two different administrators"):
        declare_loss(signer, (TWO[0], TWO[0]))


def test_it_opens_the_latch(signer: Signer, lost: str) -> None:
    self_check.check_due(clock.now())
    assert latch.standing_refusal(signer.path) is not None
    assert LedgerCheck.objects.latest().code == 1
    declare_loss(signer, TWO)
    assert latch.standing_refusal(signer.path) is None


@pytest.fixture
def administrators(lost: str) -> dict[str, Person]:
    people = {number: make_person("Ad", number, staff_number=number) for number in PASSWORDS}
    for number, one in people.items():
        user = give_login(one, number, password=PASSWORDS[number])
        user.is_superuser = True
        user.save()
    return people


@pytest.fixture
def declare(monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    def declare(*arguments: str, answers: str) -> str:
        monkeypatch.setattr("sys.stdin", StringIO(answers))
        out = StringIO()
        call_command("ledger", "declare-loss", *arguments, stdout=out, no_color=True)
        return out.getvalue()

    return declare


BOTH = ("--by", "A-1", "--by", "A-2")
ANSWERS = "\n".join(PASSWORDS.values()) + "\n"


def test_two_administrators_at_the_terminal(
    administrators: dict[str, Person], declare: Callable[..., str], signer: Signer
) -> None:
    certificate = str(uuid4())
    output = declare(*BOTH, "--certificate", certificate, answers=ANSWERS)
    assert Checkpoint.objects.latest().note in output
    entry = Entry.objects.get(kind=kinds.LOSS_DECLARE)
    people = dict(Opening.objects.filter(entry=entry.uuid, person__isnull=False).values_list("part", "person"))
    assert people == {"actor": administrators["A-1"].pk, "subject": administrators["A-2"].pk}
    assert declared()["certificates"] == [certificate]


@pytest.mark.parametrize(
    ("arguments", "answers"),
    [
        (("--by", "A-1"), ANSWERS),
        (("--by", "A-1", "--by", "A-1"), ANSWERS),
        (BOTH, "first-long-password\nwrong\n"),
        (BOTH, "first-long-password\n"),
        (BOTH, ""),
    ],
)
def test_without_two_proofs_nothing_is_declared(
    administrators: dict[str, Person], declare: Callable[..., str], arguments: tuple[str, ...], answers: str
) -> None:
    with pytest.raises(CommandError, match="administrator"):
        declare(*arguments, answers=answers)
    assert Entry.objects.count() == 5


@pytest.mark.parametrize("change", [{"is_superuser": False}, {"is_active": False}])
def test_who_is_no_active_administrator_declares_nothing(
    administrators: dict[str, Person], declare: Callable[..., str], change: dict[str, bool]
) -> None:
    user: Any = administrators["A-2"].user
    for name, value in change.items():
        setattr(user, name, value)
    user.save()
    with pytest.raises(CommandError, match="no administrator who may sign in"):
        declare(*BOTH, answers=ANSWERS)
    assert Entry.objects.count() == 5
