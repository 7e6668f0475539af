"""manage.py import_units FILE: the tree of units from a CSV file. The columns: docs/administrator.md."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from certification.ledger import clock
from lms.day_range import reckoned_day
from lms.people.directory.csv_table import read_file
from lms.people.directory.units_import import import_units


class Command(BaseCommand):
    help = "Imports organisational units from a CSV file; without --commit nothing is written."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--commit", action="store_true", help="write the changes; without it they are only shown")
        parser.add_argument("--on", type=reckoned_day, help="the first day of new units (default: today)")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            data = read_file(options["file"])
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be read: {error.strerror}.") from error
        result = import_units(data, at=clock.now(), day=options["on"], commit=options["commit"])
        for problem in result.problems:
            self.stderr.write(f"{options['file']}, {problem}")
        if result.problems:
            raise CommandError(_("Nothing was written. Problems: %(count)d.") % {"count": len(result.problems)})
        counts = {"opened": result.opened, "changed": result.changed}
        self.stdout.write(_("Units to open: %(opened)d. Units to mend: %(changed)d.") % counts)
        if result.written:
            self.stdout.write(_("Written."))
        elif result.opened or result.changed:
            self.stdout.write(_("Only tried: nothing was written. Add --commit to write these changes."))
