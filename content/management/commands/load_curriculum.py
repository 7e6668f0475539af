from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from content.curriculum.checks.command_line import minutes_line
from content.curriculum.checks.remarks import CheckRemark
from content.curriculum.checks.running import SOURCE, default_references, examine
from content.curriculum.load import FOLDER, Languages, load_module, read_folder
from content.curriculum.record import LoadReport
from content.workflow import ensure_workflow
from lms.yaml_lines import Fault, FaultyFile


class Command(BaseCommand):
    help = "Loads the modules in content/curriculum/ into the site. May be run again: editors' changes stay."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--folder", type=Path, default=FOLDER, help="where the modules lie, one folder for each")
        parser.add_argument("--check", action="store_true", help="only check files and texts, write nothing")
        parser.add_argument(
            "--release", action="store_true", help="with --check: sources read more than 180 days ago stop too"
        )
        parser.add_argument(
            "--references",
            type=Path,
            default=default_references(),
            help="with --check: the folder of texts (.txt) from which no eight words in a row may stand in a module",
        )

    def handle(
        self, *args: Any, folder: Path, check: bool, release: bool, references: Path | None, **options: Any
    ) -> None:
        try:
            modules = read_folder(folder)
        except FaultyFile as invalid:
            hint = f"{len(invalid.faults)} faults found; nothing was loaded. Mend them and run this again."
            raise CommandError(f"{invalid}\n{hint}") from invalid
        if check:
            self.check_texts(modules, folder, references, release)
            return
        ensure_workflow()
        report = LoadReport()
        for module in modules:
            load_module(module, report)
        self.tell(report)

    def check_texts(self, modules: list[Languages], folder: Path, references: Path | None, release: bool) -> None:
        """Prints the hints that nobody has answered, and the minutes. Raises CommandError with the faults."""
        stops: list[Fault | CheckRemark] = []
        hints = 0
        for module in modules:
            home = folder / Path(module[SOURCE].file).parent
            found = examine(module, home, today=timezone.localdate(), references=references, release=release)
            stops.extend(found.stops)
            hints += len(found.hints)
            for hint in found.hints:
                self.stdout.write(self.style.WARNING(str(hint)))
            self.stdout.write(minutes_line(module))
        if stops:
            faults = "\n".join(map(str, stops))
            raise CommandError(f"{faults}\n{len(stops)} faults found, {hints} hints unanswered.")
        self.stdout.write(f"{len(modules)} modules checked; no fault found, {hints} hints unanswered.")

    def tell(self, report: LoadReport) -> None:
        for line in report.changed:
            self.stdout.write(f"loaded    {line}")
        for line in report.left:
            self.stdout.write(self.style.WARNING(f"left      {line}"))
        for line in report.unfrozen:
            self.stdout.write(self.style.WARNING(f"no text   {line}"))
        if not report.changed:
            self.stdout.write("Nothing to load: the site has what the files say, or editors have changed it.")
