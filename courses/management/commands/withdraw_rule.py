"""Withdraw an assignment rule."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from certification.ledger import clock
from courses.assignments.models import Assignment
from courses.paths.models import AssignmentRule
from courses.paths.publishing import withdraw_rule
from lms.people.administrators import NotProven, prove_administrator


class Command(BaseCommand):
    help = "Says how many open assignments a rule justifies; with --reason, withdraws the rule."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("key", help="the rule, for example r-01")
        parser.add_argument("--by", default="", help="the administrator who withdraws, by staff number; it is logged")
        parser.add_argument("--reason", default="", help="why, in a sentence that names nobody; the ledger keeps it")

    def handle(self, *args: Any, **options: Any) -> None:
        rule = AssignmentRule.objects.filter(key=options["key"], withdrawn_at__isnull=True).first()
        if rule is None:
            raise CommandError(f"There is no rule “{options['key']}” in force.")
        count = Assignment.objects.open().filter(justifications__rule=rule, justifications__known_to=None).count()
        if not options["reason"]:
            self.stdout.write(f"Rule {rule.key} justifies {count} open assignments. Give --reason to withdraw it.")
            return
        try:
            by = prove_administrator(options["by"], sys.stdin) if options["by"] else None
        except NotProven as error:
            raise CommandError(str(error)) from error
        withdraw_rule(rule, clock.now(), options["reason"], by)
        self.stdout.write(f"Rule {rule.key} is withdrawn. It justified {count} open assignments.")
