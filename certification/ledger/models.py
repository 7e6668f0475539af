"""The ledger's tables. Entries, nodes and checkpoints are only ever added to; openings of persons can be erased."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from certification.ledger import kinds

HEX = 64


def _declared(*fields: str, **entry: str) -> dict[str, dict[str, str]]:
    """For the register of personal data (`lms.people.data_register`, which stands above this room)."""
    return {field: entry for field in fields}


class EntryPart(models.TextChoices):
    SUBJECT = "subject", _("whom it concerns")
    ACTOR = "actor", _("who did it")
    PAYLOAD = "payload", _("what happened")


class EntryQuerySet(models.QuerySet["Entry"]):
    def about(self, person: UUID) -> EntryQuerySet:
        """Entries whose subject is this person, alone or as one of a roster; erased ones are not found any more."""
        alone = Opening.objects.filter(part=EntryPart.SUBJECT, person=person)
        listed = Member.objects.filter(person=person)
        # One set of ids, each half from its index. Two EXISTS with OR between them would be asked for every entry.
        return self.filter(uuid__in=alone.values("entry").union(listed.values("entry")))

    def by(self, person: UUID) -> EntryQuerySet:
        """Entries this person caused."""
        return self.filter(Exists(Opening.objects.filter(entry=OuterRef("uuid"), part=EntryPart.ACTOR, person=person)))

    def of_kind(self, *names: str) -> EntryQuerySet:
        return self.filter(kind__in=names)

    def happened(self, since: datetime | None = None, before: datetime | None = None) -> EntryQuerySet:
        """Entries whose `at` lies in [since, before)."""
        rows = self if since is None else self.filter(at__gte=since)
        return rows if before is None else rows.filter(at__lt=before)

    def covered(self) -> EntryQuerySet:
        """Entries under a signed checkpoint: what has been sealed."""
        size = Checkpoint.objects.order_by("-size").values("size")[:1]
        return self.filter(seq__lt=Subquery(size))

    def with_ids(self, ids: Iterable[UUID]) -> EntryQuerySet:
        return self.filter(uuid__in=list(ids))


class Entry(models.Model):
    """`leaf` holds the exact bytes that were hashed; the other columns repeat them so that SQL can search."""

    # A plain integer key is SQLite's own row number: reading by it reads the table itself, never an index.
    seq = models.IntegerField(_("number"), primary_key=True)
    uuid = models.UUIDField(_("id"), unique=True)
    kind = models.CharField(_("kind"), max_length=40)
    at = models.DateTimeField(_("happened"))
    sequenced_at = models.DateTimeField(_("written to the ledger"))
    ref = models.UUIDField(_("refers to"), null=True, db_index=True)
    leaf = models.BinaryField(_("bytes"))
    leaf_hash = models.BinaryField(_("hash"), max_length=32)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger entries")
        ordering = ["seq"]
        indexes = [models.Index(fields=["kind", "at"], name="entry_kind_at")]

    def __str__(self) -> str:
        return f"{self.seq} {self.kind}"

    @property
    def kind_label(self) -> str:
        return kinds.kind_label(self.kind)


class Pending(models.Model):
    """What the business transaction leaves for the sequencer. A sequenced row stays as the receipt for its key.

    The entry's id is derived from `key` and `key_salt` (commitments.keyed_id), so neither can be exchanged unseen.
    """

    uuid = models.UUIDField(_("id"), unique=True)
    kind = models.CharField(_("kind"), max_length=40)
    key = models.CharField(_("idempotency key"), max_length=200, unique=True)
    key_salt = models.BinaryField(_("salt of the key"), max_length=32)
    at = models.DateTimeField(_("happened"))
    created_at = models.DateTimeField(_("received, by the machine's clock"))
    ref = models.UUIDField(_("refers to"), null=True)
    subject = models.CharField(_("commitment to the subject"), max_length=HEX, null=True)  # noqa: DJ001 none ≠ empty
    actor = models.CharField(_("commitment to the actor"), max_length=HEX, null=True)  # noqa: DJ001
    payload = models.CharField(_("commitment to the payload"), max_length=HEX)
    sequenced = models.BooleanField(_("sequenced"), default=False)

    personal_data = _declared(
        "key",
        purpose="That the same event is never written twice; it may hold the person's opaque id",
        seen_by="Nobody: the platform itself",
        retention="As long as the ledger",
        erasure="The id leads nowhere once the person is deleted",
    )

    class Meta:
        verbose_name = _("pending ledger entry")
        verbose_name_plural = _("pending ledger entries")
        indexes = [models.Index(fields=["id"], name="pending_queue", condition=Q(sequenced=False))]

    def __str__(self) -> str:
        return self.key


class Opening(models.Model):
    """The value and salt behind one commitment. `value` is the exact canonical text; `person` repeats its person."""

    entry = models.UUIDField(_("entry"))
    part = models.CharField(_("part"), max_length=8, choices=EntryPart.choices)
    person = models.UUIDField(_("person"), null=True, db_index=True)
    value = models.TextField(_("value"))
    salt = models.BinaryField(_("salt"), max_length=32)

    personal_data = _declared(
        "entry",
        "part",
        "person",
        "value",
        "salt",
        purpose="To show whom a ledger entry is about, provably",
        seen_by="The person, auditors",
        retention="As long as the evidence must name its person",
        erasure="Value and salt are destroyed; the entry stays, verifies, and names nobody",
    )

    class Meta:
        verbose_name = _("opening")
        verbose_name_plural = _("openings")
        constraints = [
            # Two openings of one commitment: one of them would be a lie.
            models.UniqueConstraint(fields=["entry", "part"], name="opening_once_per_part")
        ]

    def __str__(self) -> str:
        return f"{self.part} of {self.entry}"


class Member(models.Model):
    """One leaf of a roster's subtree. The commitment stays; value, salt and person can be erased one by one."""

    entry = models.UUIDField(_("entry"))
    position = models.PositiveIntegerField(_("position"))
    commitment = models.CharField(_("commitment"), max_length=HEX)
    person = models.UUIDField(_("person"), null=True, db_index=True)
    value = models.TextField(_("value"), null=True)  # noqa: DJ001 erased is not empty
    salt = models.BinaryField(_("salt"), max_length=32, null=True)

    personal_data = _declared(
        "entry",
        "position",
        "commitment",
        "person",
        "value",
        "salt",
        purpose="To show whom a line of a roster is about, provably",
        seen_by="The person, auditors",
        retention="As long as the evidence must name its person",
        erasure="Value, salt and person are emptied one by one; the commitment stays and names nobody",
    )

    class Meta:
        verbose_name = _("roster member")
        verbose_name_plural = _("roster members")
        constraints = [
            # The subtree's order is what its root commits to.
            models.UniqueConstraint(fields=["entry", "position"], name="member_once_per_position")
        ]

    def __str__(self) -> str:
        return f"{self.position} of {self.entry}"


class Node(models.Model):
    """One complete subtree: the hash over leaves [index << level, (index + 1) << level)."""

    level = models.PositiveSmallIntegerField(_("level"))
    index = models.PositiveBigIntegerField(_("index"))
    hash = models.BinaryField(_("hash"), max_length=32)

    class Meta:
        verbose_name = _("tree node")
        verbose_name_plural = _("tree nodes")
        constraints = [
            # A subtree has one hash; a second sequencer would be stopped here.
            models.UniqueConstraint(fields=["level", "index"], name="node_once")
        ]

    def __str__(self) -> str:
        return f"{self.level}/{self.index}"


class Checkpoint(models.Model):
    """A signed note over the first `size` entries. `left_at`: when a copy left the building, the only later change."""

    size = models.PositiveBigIntegerField(_("entries covered"), unique=True)
    root = models.BinaryField(_("root"), max_length=32)
    note = models.TextField(_("signed note"))
    made_at = models.DateTimeField(_("made"))
    left_at = models.DateTimeField(_("left the building"), null=True, blank=True)

    class Meta:
        verbose_name = _("checkpoint")
        verbose_name_plural = _("checkpoints")
        get_latest_by = "size"

    def __str__(self) -> str:
        return f"{self.size}"


class DemoClock(models.Model):
    """One row on a demo site: how far its clock stands from the machine's. Not evidence."""

    offset_us = models.BigIntegerField(_("offset in microseconds"))

    class Meta:
        verbose_name = _("demo clock")
        verbose_name_plural = _("demo clocks")

    def __str__(self) -> str:
        return f"{self.offset_us}"


class LedgerCheck(models.Model):
    """The operator's own check: a verification of the whole ledger by whoever runs it. Only shown; never evidence.

    `code` is the exit code of `ledger verify`; 1 = something was changed, 2 = it could not be checked.
    """

    class Occasion(models.TextChoices):
        NIGHTLY = "nightly", _("every night")
        DEMAND = "demand", _("on demand")

    at = models.DateTimeField(_("checked, by the machine's clock"))
    occasion = models.CharField(_("occasion"), max_length=8, choices=Occasion.choices)
    code = models.PositiveSmallIntegerField(_("exit code"))
    size = models.PositiveBigIntegerField(_("entries checked"))
    sentence = models.TextField(_("what was found"), blank=True)

    class Meta:
        verbose_name = _("check of the ledger")
        verbose_name_plural = _("checks of the ledger")
        get_latest_by = "id"

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.code}"


class SigningJob(models.Model):
    """What one of the signer's two jobs last met: pages are served where the key's folder cannot be seen."""

    job = models.CharField(_("job"), max_length=12, primary_key=True)
    heard_at = models.DateTimeField(_("last run, by the machine's clock"))
    trouble = models.CharField(_("trouble"), max_length=12, blank=True)
    sentence = models.TextField(_("what stopped it"), blank=True)

    class Meta:
        verbose_name = _("signing job")
        verbose_name_plural = _("signing jobs")

    def __str__(self) -> str:
        return f"{self.job} {self.trouble}"


class ClockAnchor(models.Model):
    """One row: a moment at which the sequencer's clock was believed, and the machine's running time at that moment."""

    at = models.DateTimeField(_("time by the machine's clock"))
    boot = models.CharField(_("id of the machine's start"), max_length=64, blank=True)
    up_us = models.BigIntegerField(_("microseconds since that start"))
    heard_at = models.DateTimeField(_("last run, by the machine's clock"))

    class Meta:
        verbose_name = _("anchor of the clock")
        verbose_name_plural = _("anchors of the clock")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"
