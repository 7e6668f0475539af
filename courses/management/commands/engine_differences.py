"""What an update of the rules of derivation or of the time zone data would change of the past (S10)."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from certification.ledger import clock
from courses.assignments.engine_differences import ListedDifference, NotWritten, listed_differences, write_differences
from lms.people.logins import login_named


class Command(BaseCommand):
    help = (
        "Lists what another version of the rules or of the time zone data makes of what is past: nothing of it is "
        "written until an administrator answers for it with --write, --by and --reason."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--write", action="store_true", help="write all that is listed")
        parser.add_argument("--by", default="", help="the staff number of the administrator who answers for it")
        parser.add_argument("--reason", default="", help="why, in a sentence that names nobody; the ledger keeps it")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["write"]:
            self.tell()
            return
        user = login_named(options["by"])
        if user is None:
            raise CommandError(f"There is no login “{options['by']}”: say with --by who answers for it.")
        try:
            count = write_differences(user.person, options["reason"], clock.now())
        except NotWritten as fault:
            raise CommandError(str(fault)) from fault
        self.stdout.write(f"Written: {count}.")

    def tell(self) -> None:
        count = 0
        for one in listed_differences():
            count += 1
            self.stdout.write(_said(one))
        self.stdout.write(f"{count} listed." if count else "No difference is listed.")


def _said(one: ListedDifference) -> str:
    what = " ".join(filter(None, (one.path, one.about, one.cycle)))
    changes = [f"{name} {stored or '–'} → {other or '–'}" for name, stored, other in one.changes]
    return f"{one.person} {what} ({one.was} → {one.engine}): {', '.join(changes) or 'days or reasons of its past'}"
