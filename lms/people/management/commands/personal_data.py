"""manage.py personal_data: the register of personal data as CSV, for the record of processing activities."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from lms.people import data_register
from lms.spreadsheets.csv_writing import csv_lines


class Command(BaseCommand):
    help = "Prints the register of personal data as CSV."

    def handle(self, *args: Any, **options: Any) -> None:
        header = ["model", "field", *data_register.ASPECTS]
        rows = (
            [entry.model, entry.field, *(getattr(entry, aspect) for aspect in data_register.ASPECTS)]
            for entry in data_register.declared_fields()
        )
        for line in csv_lines([header, *rows]):
            self.stdout.write(line, ending="")
