from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from certification.ledger import clock
from content.facts.files import load_facts
from lms.yaml_lines import FaultyFile


class Command(BaseCommand):
    help = "Loads organisation facts from a YAML file: entity code → language → key → text."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            changed = load_facts(file, clock.now())
        except FaultyFile as refusal:
            raise CommandError(f"{refusal}\nNothing was loaded.") from refusal
        self.stdout.write(f"{changed} facts changed.")
