"""Is the ledger well? Entries that wait, triggers that are gone, checkpoints that are not made."""

from __future__ import annotations

from django.db.models import Max
from django.utils.translation import gettext

from certification.ledger import clock, pending, triggers
from certification.ledger.models import Checkpoint, Entry, Pending
from lms.condition import Condition, seconds_since

PENDING_SECONDS = 60
CHECKPOINT_SECONDS = 60 * 60


def look_at_pending(found: Condition) -> None:
    waited = seconds_since(pending.oldest_waiting(), clock.machine_now())
    waiting = Pending.objects.filter(sequenced=False).count()
    found.findings["pending"] = {"entries": waiting, "oldest_seconds": waited}
    if waited is not None and waited > PENDING_SECONDS:
        found.failures.append(
            gettext(
                "The oldest pending ledger entry has waited %(seconds)s seconds; more than %(limit)s is too long. "
                "Is the sequencer running?"
            )
            % {"seconds": waited, "limit": PENDING_SECONDS}
        )


def look_at_triggers(found: Condition) -> None:
    missing = triggers.missing_triggers()
    found.findings["missing_triggers"] = missing
    if missing:
        found.failures.append(
            gettext("Triggers that keep the ledger append-only are missing: %(names)s. Run `manage.py migrate`.")
            % {"names": ", ".join(missing)}
        )


def look_at_checkpoint(found: Condition) -> None:
    last = Checkpoint.objects.order_by("-size").first()
    newest = Entry.objects.aggregate(last=Max("seq"))["last"]
    size = 0 if newest is None else newest + 1
    found.findings["ledger"] = {
        "entries": size,
        "checkpoint_size": last.size if last else None,
        "checkpoint_age_seconds": seconds_since(last.made_at, clock.now()) if last else None,
    }
    first_bare = Entry.objects.filter(seq=last.size if last else 0).values_list("sequenced_at", flat=True).first()
    bare = seconds_since(first_bare, clock.now())
    if bare is not None and bare > CHECKPOINT_SECONDS:
        found.alarms.append(
            gettext("Ledger entries have been without a checkpoint for %(seconds)s seconds.") % {"seconds": bare}
        )
