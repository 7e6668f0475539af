"""Release a change that was held back because it would end or move too many assignments (T-19)."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from certification.ledger import clock
from courses.assignments import held_back
from lms.people.administrators import NotProven, prove_administrator


class Command(BaseCommand):
    help = "Lists the changes that wait for a second person; with a cause, --by and --reason, releases one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("cause", nargs="?", default="", help="the change, for example rule:r-01:3")
        parser.add_argument(
            "--by",
            action="append",
            default=[],
            help="the staff number of an administrator; twice, if nobody is named who made the change",
        )
        parser.add_argument("--reason", default="", help="why it may act, in a sentence; it is kept")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["cause"]:
            self.tell()
            return
        try:
            people = [prove_administrator(number, sys.stdin) for number in options["by"] or [""]]
            found = held_back.release(options["cause"], people, options["reason"], clock.now())
        except (NotProven, held_back.NotReleased) as fault:
            raise CommandError(str(fault)) from fault
        self.stdout.write(f"Released: {found.cause}. The next synchronisation writes it.")

    def tell(self) -> None:
        waiting = held_back.waiting_changes()
        for one in waiting:
            self.stdout.write(f"{one.cause}: would end {one.ends} and move {one.moves} of {one.applies_to}")
        if not waiting:
            self.stdout.write("Nothing is held back.")
