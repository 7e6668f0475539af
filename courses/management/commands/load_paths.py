"""Publish learning paths and assignment rules from files."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from certification.ledger import clock
from courses.paths.path_files import load, read_all
from courses.paths.specs import SHIPPED
from lms.people.administrators import NotProven, prove_administrator
from lms.people.models import Person
from lms.yaml_lines import FaultyFile


class Command(BaseCommand):
    help = (
        "Publishes the paths and rules of a folder of YAML files (by default the shipped ones). A file that did not "
        "change changes nothing; a changed one becomes a new frozen version."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", nargs="?", default=SHIPPED, type=Path, help="where the .yaml files lie")
        parser.add_argument("--by", default="", help="the administrator who publishes, by staff number; it is logged")
        parser.add_argument("--check", action="store_true", help="only say whether the files are well written")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        files = sorted(folder.glob("*.yaml"))
        if not files:
            raise CommandError(f"There is no .yaml file in {folder}: name the folder that holds the paths and rules.")
        try:
            if options["check"]:
                self.stdout.write(f"{len(read_all(files))} files are well written.")
            else:
                self._load(files, prove_administrator(options["by"], sys.stdin) if options["by"] else None)
        except NotProven as error:
            raise CommandError(str(error)) from error
        except FaultyFile as error:
            raise CommandError(f"Nothing was published.\n{error}") from error

    def _load(self, files: list[Path], by: Person | None) -> None:
        done = load(files, clock.now(), by)
        for version in done.paths:
            self.stdout.write(f"Path {version.path.key}: version {version.number} published.")
        for rule in done.rules:
            self.stdout.write(f"Rule {rule.key}: version {rule.number} published, terms from {rule.active_from} on.")
        if done.unchanged:
            self.stdout.write(f"Unchanged: {', '.join(done.unchanged)}.")
        for key in done.unnamed:
            self.stdout.write(f"Rule {key} stands in no file and stays: withdraw it with “withdraw_rule {key}”.")
