"""manage.py personal_data: the register of personal data as CSV, for the record of processing activities."""

from __future__ import annotations

import csv
from typing import Any

from django.core.management.base import BaseCommand

from lms.people import data_register


class Command(BaseCommand):
    help = "Prints the register of personal data as CSV."

    def handle(self, *args: Any, **options: Any) -> None:
        table = csv.writer(self.stdout)
        table.writerow(["model", "field", *data_register.ASPECTS])
        for entry in data_register.declared_fields():
            table.writerow([entry.model, entry.field, *(getattr(entry, aspect) for aspect in data_register.ASPECTS)])
