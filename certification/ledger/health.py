"""Is the ledger well? Entries that wait, missing triggers and checkpoints, a signer that refuses, a failed check."""

from __future__ import annotations

from django.db.models import Max
from django.utils.translation import gettext

from certification.ledger import clock, kinds, pending, self_check, signing_jobs, triggers
from certification.ledger.models import Checkpoint, Entry, LedgerCheck, Pending, SigningJob
from lms.condition import Condition, seconds_since

PENDING_SECONDS = 60
CHECKPOINT_SECONDS = 60 * 60
CHECK_SECONDS = 2 * 24 * 60 * 60
AHEAD_SECONDS = 24 * 60 * 60
EVIDENCE_AT_RISK = (signing_jobs.REFUSED, signing_jobs.BEHIND)


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
        "left_age_seconds": seconds_since(Checkpoint.objects.aggregate(at=Max("left_at"))["at"], clock.now()),
    }
    first_bare = Entry.objects.filter(seq=last.size if last else 0).values_list("sequenced_at", flat=True).first()
    bare = seconds_since(first_bare, clock.now())
    if bare is not None and bare > CHECKPOINT_SECONDS:
        found.alarms.append(
            gettext("Ledger entries have been without a checkpoint for %(seconds)s seconds.") % {"seconds": bare}
        )


def look_at_signer(found: Condition) -> None:
    """What the process with the key met at its last try: a key that cannot be read, a full disk, a refusal."""
    jobs = list(SigningJob.objects.order_by("job"))
    found.findings["signing"] = {
        job.job: {"trouble": job.trouble, "heard_seconds": seconds_since(job.heard_at, clock.machine_now())}
        for job in jobs
    }
    for job in jobs:
        if job.trouble:
            (found.failures if job.trouble in EVIDENCE_AT_RISK else found.alarms).append(job.sentence)


def look_at_self_check(found: Condition) -> None:
    """The operator's own check: its result, and that there is one."""
    last = LedgerCheck.objects.order_by("id").last()
    begun = Pending.objects.filter(key=kinds.GENESIS).values_list("created_at", flat=True).first()
    age = seconds_since(last.at if last else begun, clock.machine_now())
    found.findings["self_check"] = {
        "code": last.code if last else None,
        "entries": last.size if last else None,
        "age_seconds": age if last else None,
    }
    if last is not None and last.code == self_check.CHANGED:
        found.failures.append(gettext("The ledger was found changed: %(what)s") % {"what": last.sentence})
    elif last is not None and last.code == self_check.UNUSABLE:
        found.alarms.append(gettext("The ledger could not be verified: %(what)s") % {"what": last.sentence})
    if age is not None and age > CHECK_SECONDS:
        found.alarms.append(
            gettext("The ledger was last verified %(seconds)s seconds ago. Does the process with the key run?")
            % {"seconds": age}
        )


def look_at_time(found: Condition) -> None:
    """A clock that once ran ahead: entries written since then all bear its time."""
    newest = Entry.objects.order_by("-seq").values_list("sequenced_at", flat=True).first()
    ahead = seconds_since(clock.now(), newest) if newest is not None else None
    if ahead is not None and ahead > AHEAD_SECONDS:
        found.alarms.append(
            gettext("The ledger's newest entry bears a time that is %(seconds)s seconds ahead of the clock.")
            % {"seconds": ahead}
        )
