"""`manage.py ledger`: begin, drain, sign, verify and look into the certification ledger."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS, connections
from django.utils.translation import gettext, ngettext

from certification.ledger import clock, keys, kinds, opened_entries, self_check, triggers
from certification.ledger.canonical import NotCanonical
from certification.ledger.checkpoints import CheckpointRefused, make_checkpoint
from certification.ledger.clock_guard import ClockJumped
from certification.ledger.loss import LossRefused
from certification.ledger.models import Entry, LedgerCheck
from certification.ledger.note import BadNote
from certification.ledger.sequencer import NotBegun, sequence_pending
from certification.ledger.signer import KeyUnusable, Signer
from certification.ledger.signing_jobs import Behind
from certification.ledger.tree import DamagedTree
from certification.ledger.verification import HeldCheckpoint, Unusable, VerificationReport, verify_ledger
from certification.management import signer_actions
from lms import rooms

VALID, INVALID, UNUSABLE = 0, 1, 2
COPY = "ledger_copy"
EXPECTED = (
    BadNote,
    DamagedTree,
    KeyUnusable,
    NotBegun,
    NotCanonical,
    Behind,
    CheckpointRefused,
    ClockJumped,
    LossRefused,
    clock.BackInTime,
    clock.NotADemo,
    keys.CannotBegin,
    keys.CannotRevoke,
)


class Command(BaseCommand):
    requires_system_checks = []  # a damaged database must still be verified
    help = "The certification ledger: init, sequence, checkpoint, verify, key, clock, declare-loss, show."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        init = actions.add_parser("init", help="make the signing key, genesis and the first checkpoint")
        init.add_argument("--origin", help="the ledger's name, like example.org/litmus; by default from BASE_URL")
        init.add_argument("--start", help="demo origins only: the instant the ledger's clock begins at (ISO 8601)")
        actions.add_parser("sequence", help="write what waits to the ledger")
        actions.add_parser("checkpoint", help="sign the ledger as it stands")
        check = actions.add_parser("verify", help="exit code 0: valid, 1: invalid, 2: the database is unusable")
        check.add_argument("--json", action="store_true", help="print the report for programs")
        check.add_argument(
            "--checkpoint", action="append", default=[], metavar="FILE", help="a checkpoint the ledger must extend"
        )
        check.add_argument("--database-file", metavar="FILE", help="verify this SQLite file, for example a copy")
        signer_actions.add_arguments(actions)
        actions.add_parser("show", help="print one entry").add_argument("seq", type=int)

    def handle(self, *args: Any, action: str, **options: Any) -> None:
        actions = {
            "init": self.init,
            "sequence": self.sequence,
            "checkpoint": self.checkpoint,
            "verify": self.verify,
            "key": lambda options: signer_actions.act_on_key(options, self.stdout.write),
            "clock": lambda options: signer_actions.accept_clock(options, self.stdout.write),
            "declare-loss": lambda options: signer_actions.declare_loss(options, self.stdout.write),
            "show": self.show,
        }
        try:
            actions[action](options)
        except EXPECTED as error:
            raise CommandError(str(error)) from error

    def init(self, options: dict[str, Any]) -> None:
        triggers.ensure_triggers()
        origin = options["origin"] or clock.ledger_origin() or _site_origin()
        signer = keys.begin_ledger(settings.LEDGER_KEY_FILE, origin, _instant(options["start"]))
        self.stdout.write(
            gettext("The ledger “%(origin)s” is ready. Its key %(path)s must be kept safe and out of the database.")
            % {"origin": signer.name, "path": signer.path}
        )
        self.stdout.write(gettext("Compare its public key by phone or on paper:"))
        for item in keys.logged_keys():
            self.stdout.write(f"  {item.key}")

    def sequence(self, options: dict[str, Any]) -> None:
        triggers.ensure_triggers()
        count = sequence_pending()
        self.stdout.write(
            ngettext("%(count)s entry was written.", "%(count)s entries were written.", count) % {"count": count}
        )

    def checkpoint(self, options: dict[str, Any]) -> None:
        made = make_checkpoint(Signer.from_file(settings.LEDGER_KEY_FILE), clock.now())
        self.stdout.write(gettext("Nothing was added since the last checkpoint.") if made is None else made.note)

    def show(self, options: dict[str, Any]) -> None:
        entry = Entry.objects.filter(seq=options["seq"]).first()
        if entry is None:
            raise CommandError(gettext("The ledger has no entry %(seq)s.") % {"seq": options["seq"]})
        opened, checkpoint = opened_entries.open_entry(entry), opened_entries.covering_checkpoint(entry)
        value = {
            "bytes": bytes(entry.leaf).decode("utf-8", "replace"),
            "leaf_hash": bytes(entry.leaf_hash).hex(),
            "kind": kinds.kind_label(entry.kind),
            "subject": opened.subject,
            "actor": opened.actor,
            "payload": opened.payload,
            "erased": list(opened.erased),
            "checkpoint": None if checkpoint is None else checkpoint.size,
        }
        self.stdout.write(json.dumps(value, indent=2, ensure_ascii=False))

    def verify(self, options: dict[str, Any]) -> None:
        try:
            held = _held(options["checkpoint"], own=options["database_file"] is None)
            report = verify_ledger(_alias(options["database_file"]), rooms.ledger_claims(), held)
        except (Unusable, OSError) as error:
            _note_result(options, self_check.CheckResult(self_check.UNUSABLE, str(error), 0))
            if options["json"]:
                self.stdout.write(json.dumps({"valid": None, "error": str(error)}))
            self.stderr.write(str(error))
            sys.exit(UNUSABLE)
        _note_result(options, self_check.result_of(report))
        if options["json"]:
            self.stdout.write(json.dumps(report.as_dict(), indent=2, ensure_ascii=False))
        else:
            self._print(report)
        if not report.valid:
            sys.exit(INVALID)

    def _print(self, report: VerificationReport) -> None:
        for finding in report.findings:
            self.stdout.write(self.style.ERROR(finding.sentence))
        for remark in report.remarks:
            self.stdout.write(gettext("Remark: %(remark)s") % {"remark": remark})
        figures = {
            "origin": report.origin,
            "entries": report.entries,
            "covered": report.covered,
            "root": report.root,
            "findings": len(report.findings),
        }
        if report.valid:
            text = gettext(
                "VALID: “%(origin)s” holds %(entries)s entries, unchanged since they were written; signed checkpoints "
                "cover the first %(covered)s. Root: %(root)s"
            )
            self.stdout.write(self.style.SUCCESS(text % figures))
        else:
            text = ngettext(
                "INVALID: “%(origin)s” holds %(entries)s entries; %(findings)s thing is not as it was written.",
                "INVALID: “%(origin)s” holds %(entries)s entries; %(findings)s things are not as they were written.",
                len(report.findings),
            )
            self.stdout.write(self.style.ERROR(text % figures))


def _note_result(options: dict[str, Any], found: self_check.CheckResult) -> None:
    """The site's own database alone, nothing brought by anybody: that is the operator's own check."""
    if not options["database_file"] and not options["checkpoint"]:
        self_check.note_result(found, LedgerCheck.Occasion.DEMAND)


def _site_origin() -> str:
    return f"{urlsplit(settings.BASE_URL).hostname}/litmus"


def _instant(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandError(
            gettext("--start must be an instant like 2024-10-01T06:00:00+00:00, but it is “%(text)s”.") % {"text": text}
        ) from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _held(files: Sequence[str], own: bool) -> list[HeldCheckpoint]:
    """Checkpoints from outside the database; for the site's own database also the signer's copy of its last note."""
    found = [HeldCheckpoint(path, Path(path).read_bytes().decode("utf-8", "replace")) for path in files]
    last = Path(f"{settings.LEDGER_KEY_FILE}.last-note")
    if own and last.is_file():
        found.append(HeldCheckpoint(gettext("The signer's last note"), last.read_bytes().decode("utf-8", "replace")))
    return found


def _alias(file: str | None) -> str:
    """The site's database, or a SQLite file opened without leaving a trace in it or beside it."""
    if file is None:
        return DEFAULT_DB_ALIAS
    path = Path(file)
    if not path.is_file():
        raise Unusable(gettext("There is no file %(path)s.") % {"path": path})
    how = "mode=ro" if path.with_name(f"{path.name}-wal").exists() else "immutable=1"
    database = {"ENGINE": "django.db.backends.sqlite3", "NAME": f"file:{quote(str(path.resolve()))}?{how}"}
    made = connections.configure_settings({DEFAULT_DB_ALIAS: {}, COPY: database})
    connections.settings[COPY] = made[COPY]
    return COPY
