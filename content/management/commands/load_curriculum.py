from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from content.curriculum.load import load_module, read_folder
from content.curriculum.record import LoadReport
from content.workflow import ensure_workflow
from lms.yaml_lines import FaultyFile


class Command(BaseCommand):
    help = "Loads the modules in content/curriculum/ into the site. May be run again: editors' changes stay."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="only check the files, write nothing")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        try:
            modules = read_folder()
        except FaultyFile as invalid:
            hint = f"{len(invalid.faults)} faults found; nothing was loaded. Mend them and run this again."
            raise CommandError(f"{invalid}\n{hint}") from invalid
        if check:
            self.stdout.write(f"{len(modules)} modules checked; no fault found.")
            return
        ensure_workflow()
        report = LoadReport()
        for module in modules:
            load_module(module, report)
        self.tell(report)

    def tell(self, report: LoadReport) -> None:
        for line in report.changed:
            self.stdout.write(f"loaded    {line}")
        for line in report.left:
            self.stdout.write(self.style.WARNING(f"left      {line}"))
        for line in report.unfrozen:
            self.stdout.write(self.style.WARNING(f"no text   {line}"))
        if not report.changed:
            self.stdout.write("Nothing to load: the site has what the files say, or editors have changed it.")
