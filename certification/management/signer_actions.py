"""What an operator does with the signing key: `manage.py ledger key …`, `clock accept` and `declare-loss`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from typing import Any, TextIO
from uuid import UUID

from django.conf import settings
from django.core.management.base import CommandError
from django.utils.translation import gettext

from certification.ledger import clock_guard, keys, loss, trust
from certification.ledger.signer import Signer
from certification.management.verifying import checkpoints_in
from lms import rooms
from lms.people.administrators import NotProven, prove_administrator

Say = Callable[[str], object]


def add_arguments(actions: Any) -> None:
    steps = actions.add_parser("key", help="rotate the signing key").add_subparsers(dest="step", required=True)
    steps.add_parser("add", help="add a key; from then on both sign")
    retire = steps.add_parser("retire", help="end a key that a newer one follows")
    revoke = steps.add_parser("revoke", help="end a key that others may have: compromised")
    for step in (retire, revoke):
        step.add_argument("key", metavar="ID", help="the eight digits after the first + of its public line")
    revoke.add_argument(
        "--last-size", type=int, required=True, help="up to how many entries a checkpoint signed by it is believed"
    )
    time = actions.add_parser("clock", help="the machine's clock").add_subparsers(dest="step", required=True)
    time.add_parser("accept", help="say that the clock is right, after it jumped or the machine was off for long")
    _add_loss(actions.add_parser("declare-loss", help="go on from a backup that is older than what was signed"))


def _add_loss(lost: ArgumentParser) -> None:
    lost.add_argument("--by", action="append", default=[], metavar="STAFF_NUMBER", help="give it twice: two people")
    lost.add_argument("--checkpoint", action="append", default=[], metavar="FILE", help="a checkpoint others kept")
    lost.add_argument("--certificate", action="append", default=[], metavar="ID", help="one that was sealed in the gap")


def act_on_key(options: dict[str, Any], say: Say) -> None:
    signer = Signer.from_file(settings.LEDGER_KEY_FILE)
    if options["step"] == "add":
        signer = keys.add_signing_key(signer)
    elif options["step"] == "retire":
        signer = keys.revoke_key(signer, options["key"], trust.RETIRED)
    else:
        signer = keys.revoke_key(signer, options["key"], trust.COMPROMISED, options["last_size"])
    say(gettext("From now on these keys sign, all of them named in the ledger:"))
    for key in signer.keys:
        say(f"  {key.verifier}")


def accept_clock(options: dict[str, Any], say: Say) -> None:
    now = clock_guard.accept_clock()
    say(gettext("From now on the ledger goes by this clock: %(now)s UTC.") % {"now": f"{now:%Y-%m-%d %H:%M}"})


def declare_loss(options: dict[str, Any], say: Say) -> None:
    people = prove_two_administrators(options["by"], sys.stdin)
    made = loss.declare_loss(
        Signer.from_file(settings.LEDGER_KEY_FILE),
        people,
        [note.text for path in options["checkpoint"] for note in checkpoints_in(path)],
        _certificates(options["certificate"]),
        rooms.ledger_claims(),
    )
    say(gettext("The loss is declared and the ledger goes on. Give everybody who holds a checkpoint this one:"))
    if made is not None:
        say(made.note)


def prove_two_administrators(numbers: Sequence[str], answers: TextIO) -> tuple[UUID, UUID]:
    """Each gives their own password: at a terminal unseen, else one on a line. Raises CommandError."""
    if len(set(numbers)) != 2:
        raise CommandError(
            gettext("A loss is declared by two administrators. Give --by twice, with the staff number of each.")
        )
    try:
        first, second = (prove_administrator(number, answers).pk for number in numbers)
    except NotProven as error:
        raise CommandError(str(error)) from error
    return first, second


def _certificates(ids: Sequence[str]) -> list[UUID]:
    try:
        return sorted({UUID(text) for text in ids})
    except ValueError as error:
        raise CommandError(
            gettext("--certificate takes the id at the end of a certificate's address. One of these is none: %(ids)s.")
            % {"ids": ", ".join(ids)}
        ) from error
