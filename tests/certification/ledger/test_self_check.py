"""The operator's own check: nightly and on demand; what it finds keeps the signer from signing until it passes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError
from django.utils import translation

from certification.ledger import clock, latch, self_check, triggers
from certification.ledger.checkpoints import CheckpointRefused, checkpoint_due, make_checkpoint
from certification.ledger.models import Checkpoint, Entry, LedgerCheck, Opening, SigningJob
from certification.ledger.sequencer import sequence_due
from certification.ledger.signer import Signer
from certification.ledger.verification import Unusable
from lms import rooms
from tests.certification.ledger.evidence import append, fill
from tests.certification.ledger.test_command import ledger

NIGHT = datetime(2026, 11, 3, 3, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _only_the_ledger(monkeypatch: pytest.MonkeyPatch) -> None:
    """These entries have no business rows."""
    monkeypatch.setattr(rooms, "ledger_claims", list)


@pytest.fixture
def signed(signer: Signer) -> Signer:
    fill(5)
    make_checkpoint(signer, clock.now())
    return signer


def edit(seq: int = 3) -> str:
    """Changes what an entry long since signed opens to; returns what it was."""
    row = Opening.objects.get(entry=Entry.objects.get(seq=seq).uuid, part="payload")
    Opening.objects.filter(pk=row.pk).update(value=row.value.replace("passed", "failed"))
    return row.value


def put_right(value: str, seq: int = 3) -> None:
    Opening.objects.filter(entry=Entry.objects.get(seq=seq).uuid, part="payload").update(value=value)


def results() -> list[tuple[str, int]]:
    return list(LedgerCheck.objects.order_by("id").values_list("occasion", "code"))


def test_what_was_edited_long_after_it_was_signed_is_found_and_latched(signed: Signer) -> None:
    """The signer itself looks only at what is new."""
    value = edit()
    fill(1)
    assert checkpoint_due(clock.now()) is not None
    found = self_check.check_due(clock.now())
    assert found is not None
    assert (found.code, found.size) == (1, 7)
    fill(1)
    with pytest.raises(CheckpointRefused, match=r"\(entry 3\).*until `manage.py ledger verify` passes"):
        checkpoint_due(clock.now())
    assert SigningJob.objects.get(job="sign").trouble == "refused"
    assert Checkpoint.objects.latest().size == 7
    put_right(value)
    assert ledger("verify")[0] != 1
    assert checkpoint_due(clock.now()) is not None
    assert SigningJob.objects.get(job="sign").trouble == ""
    assert results() == [("nightly", 1), ("demand", 0)]


def test_changed_behind_the_triggers_too(signed: Signer) -> None:
    with triggers.triggers_suspended():
        Entry.objects.filter(seq=2).update(leaf=b"{}")
    found = self_check.check_due(clock.now())
    assert found is not None
    assert found.code == 1


def test_entries_are_still_numbered_while_the_signer_refuses(signed: Signer) -> None:
    edit()
    self_check.check_due(clock.now())
    append(9)
    assert sequence_due(clock.now()) == 1


def test_the_first_reason_stays_until_the_latch_opens(signed: Signer) -> None:
    edit(3)
    self_check.check_due(clock.now())
    first = latch.standing_refusal(signed.path)
    edit(1)
    ledger("verify")
    assert latch.standing_refusal(signed.path) == first
    assert latch.latch_path(signed.path).stat().st_mode & 0o777 == 0o600


def test_verify_on_demand_latches(signed: Signer) -> None:
    edit()
    assert ledger("verify")[0] == 1
    with pytest.raises(CheckpointRefused):
        make_checkpoint(signed, clock.now())


def test_what_an_auditor_brings_decides_nothing_about_the_signer(signed: Signer, tmp_path: object) -> None:
    """A note of another ledger, or one from a gap that was declared lost, fails each time it is brought."""
    other = Signer.create(signed.path.with_name("other"), signed.name)
    brought = signed.path.with_name("brought.txt")
    brought.write_text(other.sign(checkpoint_head(signed)))
    assert ledger("verify", "--checkpoint", str(brought))[0] in (1, 2)
    assert latch.standing_refusal(signed.path) is None
    assert results() == []


def checkpoint_head(signer: Signer) -> object:
    return signer.last_tree()


def test_a_database_that_cannot_be_read_is_an_alarm_and_tried_again(
    signed: Signer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **options: object) -> None:
        raise Unusable("The database cannot be read: no answer.")

    now = clock.machine_now()
    monkeypatch.setattr(clock, "machine_now", lambda: now)
    with monkeypatch.context() as patch:
        patch.setattr(self_check, "verify_ledger", fail)
        self_check.check_due(now)
    assert results() == [("nightly", 2)]
    assert latch.standing_refusal(signed.path) is None
    assert self_check.check_due(now) is None
    monkeypatch.setattr(clock, "machine_now", lambda: now + timedelta(hours=1))
    self_check.check_due(now)
    assert results() == [("nightly", 2), ("nightly", 0)]


def test_once_a_night(signed: Signer) -> None:
    self_check.check_due(clock.now())
    assert self_check.check_due(clock.now()) is None
    assert len(results()) == 1


@pytest.mark.parametrize(
    ("checked", "now", "due"),
    [
        (NIGHT - timedelta(days=1), NIGHT, True),
        (NIGHT - timedelta(days=1), NIGHT - timedelta(seconds=1), False),
        (NIGHT - timedelta(hours=2), NIGHT, False),  # a timer of the operator's own checked earlier that night
        (NIGHT, NIGHT + timedelta(hours=23), False),
        (NIGHT + timedelta(minutes=5), NIGHT + timedelta(days=1), True),
        (NIGHT + timedelta(days=400), NIGHT, True),  # by a clock that ran ahead
    ],
)
def test_when_it_is_due(checked: datetime, now: datetime, due: bool) -> None:
    assert self_check.is_due((checked, 0), now) is due


def test_who_writes_to_the_database_cannot_say_that_it_was_checked(signed: Signer) -> None:
    edit()
    LedgerCheck.objects.create(at=clock.machine_now(), occasion="nightly", code=0, size=6, sentence="")
    found = self_check.check_due(clock.now())
    assert found is not None
    assert found.code == 1


def test_before_genesis_there_is_nothing_to_check(db: None) -> None:
    assert self_check.check_due(clock.now()) is None
    assert results() == []


def test_where_the_key_is_not_seen_the_result_is_only_written_down(signed: Signer, settings: object) -> None:
    settings.LEDGER_KEY_FILE = signed.path.with_name("elsewhere")  # type: ignore[attr-defined]
    edit()
    assert ledger("verify")[0] == 1
    assert results() == [("demand", 1)]
    assert list(signed.path.parent.glob("*.refused")) == []


def test_a_result_that_cannot_be_written_down_takes_no_answer_away(
    signed: Signer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**fields: object) -> None:
        raise DatabaseError("the database is read only")

    edit()
    monkeypatch.setattr(LedgerCheck.objects, "create", refuse)
    code, output, _ = ledger("verify")
    assert code == 1
    assert "Entry 3" in output
    assert latch.standing_refusal(signed.path) is not None


def test_a_latch_that_cannot_be_closed_takes_no_answer_away(signed: Signer, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: object) -> None:
        raise OSError(28, "No space left on device")

    edit()
    monkeypatch.setattr(latch, "write_durably", full)
    code, output, error = ledger("verify")
    assert code == 1
    assert "Entry 3" in output
    assert "No space left on device" in error
    monkeypatch.undo()
    monkeypatch.setattr(rooms, "ledger_claims", list)
    found = self_check.check_due(clock.now())  # not kept: still due
    assert found is not None
    assert latch.standing_refusal(signed.path) is not None


def test_the_signers_note_is_part_of_it(signed: Signer) -> None:
    """The database looks whole; what was signed was more."""
    signed.remember(signed.sign(type(signed.last_tree())(signed.name, 40, bytes(32))))  # type: ignore[misc]
    with translation.override("en"):
        found = self_check.check_due(clock.now())
    assert found is not None
    assert found.code == 1
