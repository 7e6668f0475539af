"""`manage.py ledger`: begin, drain, sign, verify and look into the certification ledger."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext, ngettext

from certification.ledger import clock, keys, kinds, opened_entries, triggers
from certification.ledger.canonical import NotCanonical
from certification.ledger.checkpoints import CheckpointRefused, make_checkpoint
from certification.ledger.models import Entry
from certification.ledger.note import BadNote
from certification.ledger.sequencer import NotBegun, sequence_pending
from certification.ledger.signer import KeyUnusable, Signer
from certification.ledger.tree import DamagedTree
from certification.management.verifying import add_verify_arguments, verify

EXPECTED = (
    BadNote,
    DamagedTree,
    KeyUnusable,
    NotBegun,
    NotCanonical,
    CheckpointRefused,
    clock.BackInTime,
    clock.NotADemo,
    keys.CannotBegin,
)


class Command(BaseCommand):
    requires_system_checks = []  # a damaged database must still be verified
    help = "The certification ledger: init, sequence, checkpoint, verify, key add, show."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        init = actions.add_parser("init", help="make the signing key, genesis and the first checkpoint")
        init.add_argument("--origin", help="the ledger's name, like example.org/litmus; by default from BASE_URL")
        init.add_argument("--start", help="demo origins only: the instant the ledger's clock begins at (ISO 8601)")
        actions.add_parser("sequence", help="write what waits to the ledger")
        actions.add_parser("checkpoint", help="sign the ledger as it stands")
        add_verify_arguments(
            actions.add_parser(
                "verify",
                help="exit code 0: valid against a checkpoint you hold, 4: consistent and signed by the given key, "
                "3: consistent, not anchored, 1: invalid, 2: unusable",
            )
        )
        key = actions.add_parser("key", help="rotate the signing key").add_subparsers(dest="step", required=True)
        key.add_parser("add", help="add a key; from then on both sign")
        actions.add_parser("show", help="print one entry").add_argument("seq", type=int)

    def handle(self, *args: Any, action: str, **options: Any) -> None:
        actions = {
            "init": self.init,
            "sequence": self.sequence,
            "checkpoint": self.checkpoint,
            "verify": lambda given: verify(self, given),
            "key": self.add_key,
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

    def add_key(self, options: dict[str, Any]) -> None:
        signer = keys.add_signing_key(Signer.from_file(settings.LEDGER_KEY_FILE))
        self.stdout.write(gettext("From now on these keys sign, both of them named in the ledger:"))
        for key in signer.keys:
            self.stdout.write(f"  {key.verifier}")

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
            "missing": list(opened.missing),
            "checkpoint": None if checkpoint is None else checkpoint.size,
        }
        self.stdout.write(json.dumps(value, indent=2, ensure_ascii=False))


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
