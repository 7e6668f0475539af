"""`manage.py ledger verify`: what an auditor gives it, and what it answers. Exit codes: `trust.Standing`."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import DEFAULT_DB_ALIAS, connections
from django.utils.translation import gettext, ngettext

from certification.ledger.held_notes import NoCheckpoint, notes_in
from certification.ledger.note import BadNote, VerifierKey
from certification.ledger.trust import Anchors, HeldCheckpoint, Standing
from certification.ledger.verification import Unusable, VerificationReport, verify_ledger
from certification.ledger.verification.limits import what_is_not_compared, what_it_cannot_show
from lms import rooms

COPY = "ledger_copy"


def add_verify_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--key",
        action="append",
        default=[],
        metavar="KEY",
        help="the public key you compared by phone or on paper: its line, or a file with it",
    )
    parser.add_argument(
        "--checkpoint",
        action="append",
        default=[],
        metavar="FILE",
        help="a checkpoint you kept: a file, a saved page or mail, a proof, the head of a download; may hold several",
    )
    parser.add_argument("--database-file", metavar="FILE", help="verify this SQLite file, for example a copy")
    parser.add_argument("--json", action="store_true", help="print the report for programs")


def verify(command: BaseCommand, options: dict[str, Any]) -> None:
    """Verifies, answers, and ends the process with the standing's code unless that is 0."""
    try:
        anchors = Anchors(
            tuple(key for given in options["key"] for key in keys_given(given)),
            tuple(note for file in options["checkpoint"] for note in checkpoints_in(file)),
            () if options["database_file"] else _last_note(),
        )
        report = verify_ledger(_alias(options["database_file"]), rooms.ledger_claims(), anchors)
    except (Unusable, OSError) as error:
        if options["json"]:
            answer = {"standing": "unusable", "exit_code": int(Standing.UNUSABLE), "valid": None, "error": str(error)}
            command.stdout.write(json.dumps(answer, ensure_ascii=False))
        command.stderr.write(str(error))
        sys.exit(Standing.UNUSABLE)
    if options["json"]:
        limits = {"cannot_show": what_it_cannot_show(), "not_compared": what_is_not_compared()}
        command.stdout.write(json.dumps(report.as_dict() | limits, indent=2, ensure_ascii=False))
    else:
        _answer(command, report)
    if report.standing is not Standing.VALID:
        sys.exit(report.standing)


def keys_given(given: str) -> list[VerifierKey]:
    """The public keys in a line or a file. Raises Unusable with the name of what cannot be read."""
    try:
        return [VerifierKey.parse(given.strip())]
    except BadNote as error:
        try:
            lines = Path(given).read_text(encoding="utf-8-sig").split()
        except (OSError, ValueError):
            raise Unusable(
                gettext("--key: “%(given)s” is neither a public key nor a file that can be read: %(reason)s")
                % {"given": given, "reason": error}
            ) from error
    try:
        found = [VerifierKey.parse(line) for line in lines]
    except BadNote as error:
        raise Unusable(
            gettext("--key: the file %(file)s holds something else than public keys: %(reason)s")
            % {"file": given, "reason": error}
        ) from error
    if not found:
        raise Unusable(gettext("--key: the file %(file)s is empty.") % {"file": given})
    return found


def checkpoints_in(file: str) -> list[HeldCheckpoint]:
    """The checkpoints in a file somebody kept. Raises Unusable with the name of the file."""
    try:
        notes = notes_in(Path(file).read_bytes())
    except OSError as error:
        raise Unusable(
            gettext("--checkpoint: the file %(file)s cannot be read: %(reason)s.")
            % {"file": file, "reason": error.strerror or error}
        ) from error
    except NoCheckpoint as error:
        raise Unusable(
            gettext("--checkpoint: the file %(file)s cannot be used: %(reason)s.")
            % {"file": file, "reason": str(error).rstrip(".")}
        ) from error
    many = len(notes) > 1
    return [HeldCheckpoint(f"{file} ({number})" if many else file, note) for number, note in enumerate(notes, start=1)]


def _last_note() -> tuple[HeldCheckpoint, ...]:
    """The signer's copy of its last note, where the key lies: compared, though it lies with the operator."""
    path = Path(f"{settings.LEDGER_KEY_FILE}.last-note")
    if not path.is_file():
        return ()
    return (HeldCheckpoint(gettext("The signer's last note"), path.read_bytes().decode("utf-8", "replace")),)


def _alias(file: str | None) -> str:
    """The site's database, or a SQLite file opened without leaving a trace in it or beside it."""
    if file is None:
        return DEFAULT_DB_ALIAS
    path = Path(file)
    if not path.is_file():
        raise Unusable(gettext("There is no file %(path)s.") % {"path": path})
    if not path.stat().st_size:
        raise Unusable(gettext("The file %(path)s is empty.") % {"path": path})
    how = "mode=ro" if path.with_name(f"{path.name}-wal").exists() else "immutable=1"
    database = {"ENGINE": "django.db.backends.sqlite3", "NAME": f"file:{quote(str(path.resolve()))}?{how}"}
    made = connections.configure_settings({DEFAULT_DB_ALIAS: {}, COPY: database})
    connections.settings[COPY] = made[COPY]
    return COPY


def _answer(command: BaseCommand, report: VerificationReport) -> None:
    style, write = command.style, command.stdout.write
    for loss in report.losses:
        write(style.WARNING(loss))
    for sentence in report.told():
        write(style.ERROR(sentence))
    for remark in report.remarks:
        write(gettext("Remark: %(remark)s") % {"remark": remark})
    verdict = {Standing.VALID: style.SUCCESS, Standing.INVALID: style.ERROR}.get(report.standing, style.WARNING)
    write(verdict(verdict_on(report)))
    for sentence in unsigned_in(report):
        write(style.WARNING(sentence))
    if report.keys and report.standing is not Standing.VALID:
        write(gettext("The public key the ledger names itself, to be compared by phone or on paper:"))
        for key in report.keys:
            write(f"  {key}")
    write(gettext("What this check cannot show:"))
    for sentence in (*what_it_cannot_show(), what_is_not_compared()):
        write(f"  {sentence}")


def verdict_on(report: VerificationReport) -> str:
    """The one sentence that goes with the exit code. The word “valid” stands only in that of 0."""
    figures = {
        "origin": report.origin,
        "entries": report.entries,
        "covered": report.covered,
        "held": report.held,
        "root": report.root,
        "findings": len(report.findings),
    }
    match report.standing:
        case Standing.INVALID:
            text = ngettext(
                "INVALID: “%(origin)s” holds %(entries)s entries; %(findings)s thing is not as it was written.",
                "INVALID: “%(origin)s” holds %(entries)s entries; %(findings)s things are not as they were written.",
                len(report.findings),
            )
        case Standing.VALID if report.held < report.covered:
            text = gettext(
                "VALID against the checkpoint you hold: the first %(held)s entries of “%(origin)s” are what was signed "
                "then. The entries %(held)s and after, up to %(covered)s, agree with that and are signed, but you hold "
                "no checkpoint of them: whoever holds the key could have rewritten them. Root: %(root)s"
            )
        case Standing.VALID:
            text = gettext(
                "VALID against the checkpoint you hold: the first %(held)s entries of “%(origin)s” are what was signed "
                "then. Root: %(root)s"
            )
        case Standing.KEY_ONLY:
            text = gettext(
                "CONSISTENT, SIGNED BY THE GIVEN KEY: the %(covered)s entries of “%(origin)s” under its newest signed "
                "checkpoint agree with each other and with that key. Whoever holds the key could have rewritten them: "
                "only a checkpoint kept elsewhere tells (--checkpoint). Root: %(root)s"
            )
        case _:
            text = gettext(
                "CONSISTENT, NOT ANCHORED: the %(entries)s entries of “%(origin)s” agree with each other, but nothing "
                "from outside this database was held against them. Whoever can write to it could have made all of it "
                "anew, under a key of their own. Give the public key you were told (--key) or a checkpoint you kept "
                "(--checkpoint). Root: %(root)s"
            )
    return text % figures


def unsigned_in(report: VerificationReport) -> Sequence[str]:
    """What nothing vouches for: entries beyond the newest signed checkpoint, and rows that wait for a number."""
    told = []
    if report.unsealed:
        told.append(
            ngettext(
                "NOT COVERED: entry %(first)s is under no signed checkpoint; nothing said above holds for it.",
                "NOT COVERED: the %(count)s entries from %(first)s on are under no signed checkpoint; nothing said "
                "above holds for them.",
                report.unsealed,
            )
            % {"count": report.unsealed, "first": report.covered}
        )
    if report.waiting:
        told.append(
            ngettext(
                "NOT COVERED: %(count)s entry waits to be written to the ledger.",
                "NOT COVERED: %(count)s entries wait to be written to the ledger.",
                report.waiting,
            )
            % {"count": report.waiting}
        )
    return told
