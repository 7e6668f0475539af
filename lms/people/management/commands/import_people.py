"""manage.py import_people FILE: the directory of people from a CSV file. The columns: docs/administrator.md."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certification.ledger import clock
from lms.day_range import reckoned_day
from lms.people.directory.csv_table import read_file
from lms.people.directory.csv_text import ENCODINGS
from lms.people.directory.date_forms import ORDERS
from lms.people.directory.staff_import import ImportOptions, StaffReport, import_people
from lms.people.staffing import DIRECTORY

LABELS = {
    "person": gettext_lazy("new people"),
    "login": gettext_lazy("new logins"),
    "details": gettext_lazy("names, languages or addresses changed"),
    "hire": gettext_lazy("hires"),
    "correction": gettext_lazy("first days corrected"),
    "transfer": gettext_lazy("transfers to another legal entity or contract"),
    "zone": gettext_lazy("time zones changed"),
    "leaving": gettext_lazy("leaving days set or changed"),
    "staying": gettext_lazy("leaving days taken back"),
    "unit": gettext_lazy("moves to another unit"),
    "manager": gettext_lazy("line managers changed"),
    "functional_manager": gettext_lazy("functional managers changed"),
    "role": gettext_lazy("training roles given"),
    "role ended": gettext_lazy("training roles ended"),
    "leave": gettext_lazy("leaves recorded, changed or withdrawn"),
    "conflict": gettext_lazy("conflicts that wait for HR: nothing of these employments was changed"),
    "agreed": gettext_lazy("conflicts over: the sources agree"),
}


def same_person(text: str) -> tuple[str, str]:
    """`NEW=KNOWN`, as the option gives it."""
    new, equals, known = text.partition("=")
    if not (new and equals and known):
        raise ArgumentTypeError(f"“{text}” is not of the form NEW=KNOWN, such as 7731=007731.")
    return new, known


class Command(BaseCommand):
    help = "Imports people from a CSV file: tries the whole file, and writes it with --commit if nothing is wrong."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--commit", action="store_true", help="write the changes; without it they are only tried")
        parser.add_argument("--on", type=reckoned_day, help="the day from which changes hold (default: today)")
        parser.add_argument("--complete", action="store_true", help="whoever is missing from the file has left")
        parser.add_argument(
            "--allow-leavers", type=int, default=0, metavar="N", help="let up to N people leave at once"
        )
        parser.add_argument("--feed", default=DIRECTORY, help="which feed the staff numbers belong to")
        parser.add_argument(
            "--leave-out-faulty",
            action="store_true",
            help="write the lines with nothing wrong; whom the others name stays as believed",
        )
        parser.add_argument("--encoding", default="", choices=list(ENCODINGS), help="where the file does not tell it")
        parser.add_argument("--dates", default="", choices=ORDERS, help="the order in dates that can be two days")
        parser.add_argument(
            "--sure", nargs="+", default=[], metavar="NUMBER", help="what is asked about these people is right as it is"
        )
        parser.add_argument(
            "--same",
            nargs="+",
            type=same_person,
            default=[],
            metavar="NEW=KNOWN",
            help="a new number of somebody known; KNOWN may be FEED:NUMBER",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            data = read_file(options["file"])
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be read: {error.strerror}.") from error
        result = import_people(
            data,
            at=clock.now(),
            day=options["on"],
            commit=options["commit"],
            feed=options["feed"],
            options=ImportOptions(
                complete=options["complete"],
                allow_leavers=options["allow_leavers"],
                leave_out=options["leave_out_faulty"],
                encoding=options["encoding"],
                dates=options["dates"],
                sure=tuple(options["sure"]),
                same=dict(options["same"]),
                details=options["verbosity"] > 1,
            ),
        )
        self._tell(result, options["file"])

    def _tell(self, result: StaffReport, file: Path) -> None:
        for remark in result.remarks:
            self.stdout.write(remark)
        for problem in result.problems:
            self.stderr.write(f"{file}, {problem}")
        if result.problems and not result.changes and not result.written:
            raise CommandError(_("Nothing was written. Problems: %(count)d.") % {"count": len(result.problems)})
        for step in result.steps:
            self.stdout.write(f"  {step.line or '–'}  {step.who}  {LABELS[step.kind]}")
        self.stdout.write(_("%(count)d people in the file.") % {"count": result.people})
        if result.absent:
            self.stdout.write(_("%(count)d people the platform knows are not in it.") % {"count": result.absent})
        for kind, label in LABELS.items():
            if result.changes[kind]:
                self.stdout.write(f"{result.changes[kind]:7}  {label}")
        self._conclude(result)

    def _conclude(self, result: StaffReport) -> None:
        if result.refusal:
            raise CommandError(_("Nothing was written.") + " " + result.refusal)
        if result.stopped:
            raise CommandError(result.stopped)
        self.stdout.write(_conclusion(result))
        if result.problems:
            raise CommandError(
                _("Left as believed for what is wrong with them: %(count)d lines.")
                % {"count": len({problem.line for problem in result.problems})}
            )


def _conclusion(result: StaffReport) -> str:
    if not result.changes:
        return _("Nothing to change: the platform already says what the file says.")
    if result.written:
        return _("Written.")
    return _("Only tried: nothing was written. Add --commit to write these changes.")
