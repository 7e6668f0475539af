"""One number for each entry, none left out, whatever happens to the processes that write."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction

from certification.ledger import clock, merkle, tree
from certification.ledger.models import Entry, Node, Opening, Pending
from certification.ledger.sequencer import NotBegun, sequence_pending
from certification.ledger.signer import Signer
from certification.ledger.verification import verify_ledger
from tests.certification.ledger.evidence import append, fill
from tests.ledger_fixtures import make_ledger


def program(text: str, *arguments: str) -> subprocess.Popen[str]:
    """A process of its own with the project set up, on the database of this test."""
    environment = {**os.environ, "DATABASE_URL": os.environ["TEST_DATABASE_URL"], "PYTHONPATH": str(settings.BASE_DIR)}
    environment["DJANGO_SETTINGS_MODULE"] = "lms.settings"
    code = f"import django; django.setup()\n{text}"
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        env=environment,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def test_numbers_follow_arrival_without_a_gap(signer: Signer) -> None:
    ids = fill(25)
    assert list(Entry.objects.values_list("seq", flat=True)) == list(range(26))
    assert list(Entry.objects.filter(seq__gt=0).values_list("uuid", flat=True)) == ids
    assert sequence_pending() == 0


@pytest.mark.parametrize("batch", [1, 2, 7, 500])
def test_the_tree_does_not_depend_on_the_batches(signer: Signer, batch: int) -> None:
    for number in range(20):
        append(number)
    assert sequence_pending(batch) == 20
    hashes = [merkle.hash_leaf(bytes(data)) for data in Entry.objects.values_list("leaf", flat=True)]
    assert tree.stored_root(21) == merkle.merkle_root(hashes)
    assert Node.objects.count() == sum(21 >> level for level in range(5))


def test_a_reference_to_a_pending_entry_waits_for_it(signer: Signer) -> None:
    first = append(0)
    second = append(1, ref=first)
    third = append(2)
    Pending.objects.filter(uuid=first).update(id=999_999)  # committed late: it arrives behind the one that refers to it
    assert sequence_pending(batch=2) == 3
    order = list(Entry.objects.filter(seq__gt=0).values_list("uuid", flat=True))
    assert sorted(map(str, order)) == sorted(map(str, [first, second, third]))
    assert order.index(first) < order.index(second)


def test_a_reference_to_nothing_holds_up_nobody_else(signer: Signer) -> None:
    lonely = append(0, ref=append(1))
    Pending.objects.exclude(uuid=lonely).filter(sequenced=False).delete()
    append(2)
    assert sequence_pending() == 1
    assert Pending.objects.get(sequenced=False).uuid == lonely


def test_before_genesis_nothing_is_numbered(db: None, tmp_path: Path) -> None:
    early = append(1)
    with pytest.raises(NotBegun, match="ledger init"):
        sequence_pending()
    make_ledger(tmp_path)
    assert list(Entry.objects.values_list("kind", flat=True)) == ["genesis", "completion"]
    assert Entry.objects.get(seq=1).uuid == early


def test_a_clock_set_back_does_not_turn_time_back(signer: Signer, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(1)
    before = Entry.objects.get(seq=1).sequenced_at
    real = clock.machine_now
    monkeypatch.setattr(clock, "machine_now", lambda: real() - timedelta(days=2))
    fill(2)
    assert {entry.sequenced_at for entry in Entry.objects.filter(seq__gt=1)} == {before}
    monkeypatch.undo()
    fill(1)
    assert Entry.objects.get(seq=4).sequenced_at > before
    assert verify_ledger().consistent


def test_a_receipt_marked_unwritten_again_blocks_nobody(signer: Signer) -> None:
    fill(2)
    Pending.objects.filter(uuid=Entry.objects.get(seq=1).uuid).update(sequenced=False)
    append(3)
    assert sequence_pending() == 1
    assert Entry.objects.count() == 4


@pytest.mark.django_db(transaction=True)
def test_never_inside_the_business_transaction(tmp_path: Path) -> None:
    make_ledger(tmp_path)
    append(1)
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        sequence_pending()


CRASH = """
import os, signal
from certification.ledger import sequencer
from certification.ledger.models import Node
def die(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)
Node.objects.bulk_create = die
sequencer.Node.objects.bulk_create = die
sequencer.sequence_pending()
"""


@pytest.mark.django_db(transaction=True)
def test_killed_between_entries_and_tree_loses_and_doubles_nothing(tmp_path: Path) -> None:
    make_ledger(tmp_path)
    ids = [append(number) for number in range(5)]
    process = program(CRASH)
    _, errors = process.communicate(timeout=240)
    assert process.returncode == -signal.SIGKILL, errors
    assert Entry.objects.count() == 1
    assert sequence_pending() == 5
    assert list(Entry.objects.filter(seq__gt=0).values_list("uuid", flat=True)) == ids
    assert verify_ledger().consistent


WRITER = """
import sys
from datetime import UTC, datetime
from django.db import transaction
from certification.ledger import pending
from certification.ledger.sequencer import sequence_pending
for number in range(60):
    with transaction.atomic():
        for key in (f"both:{number}", f"{sys.argv[1]}:{number}"):
            pending.append_entry("completion", key=key, at=datetime.now(UTC), subject={"person": None}, actor=None,
                           payload={"n": number})
    if number % 5 == 0:
        sequence_pending(batch=7)
sequence_pending(batch=7)
"""


@pytest.mark.django_db(transaction=True)
def test_two_writers_and_two_sequencers_at_once(tmp_path: Path) -> None:
    """Real processes on the real database: 60 keys they share and 60 of each give 180 entries, each once."""
    make_ledger(tmp_path)
    processes = [program(WRITER, name) for name in ("left", "right")]
    for process in processes:
        _, errors = process.communicate(timeout=240)
        assert process.returncode == 0, errors
    sequence_pending()
    assert list(Entry.objects.values_list("seq", flat=True)) == list(range(181))
    assert Opening.objects.filter(part="payload").count() == 181
    report = verify_ledger()
    assert report.findings == []


@pytest.mark.postgres("SQLite has no advisory locks")
@pytest.mark.django_db(transaction=True)
def test_a_sequencer_waits_for_the_one_at_work(tmp_path: Path) -> None:
    """The advisory lock itself: while another session holds it, no number is given."""
    make_ledger(tmp_path)
    append(1)
    holder = program(
        "import sys\nfrom django.db import transaction\nfrom certification.ledger import tree\n"
        "with transaction.atomic():\n    tree.lock_head(); print('held', flush=True); sys.stdin.read()"
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [tree.HEAD_LOCK])
        assert cursor.fetchone() == (False,)
    holder.kill()
    holder.communicate()
    assert sequence_pending() == 1
