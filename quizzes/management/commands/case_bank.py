"""Check case banks of the lab, and read their cases as learners do, with what is true and what the advice says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from lms.yaml_lines import FaultyFile
from quizzes.lab.cases import validate
from quizzes.lab.cases.bank import BANKS, FORMS, SHORT_FORMS, LabCase, load_form
from quizzes.lab.cases.families import FAMILIES, NoSuchFamily
from quizzes.lab.cases.wording import LANGUAGES, describe_case, explain_truth


class Command(BaseCommand):
    help = "Check case banks of the lab, or read a form of one with truth and advice."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        check = actions.add_parser("check", help="Every fault of a family's files, or of all families.")
        check.add_argument("family", nargs="?", default="")
        preview = actions.add_parser("preview", help="The cases of one form in words.")
        preview.add_argument("family")
        preview.add_argument("form", choices=[*FORMS, *SHORT_FORMS])
        preview.add_argument("--language", choices=LANGUAGES, default="en")
        for each in (check, preview):
            each.add_argument(
                "--banks", type=Path, default=BANKS, help="A folder of families other than the shipped one."
            )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["action"] == "check":
                self.check_families([options["family"]] if options["family"] else sorted(FAMILIES), options["banks"])
            else:
                self.preview(options["family"], options["form"], options["language"], options["banks"])
        except (FaultyFile, NoSuchFamily) as error:
            raise CommandError(str(error)) from error

    def check_families(self, names: list[str], banks: Path) -> None:
        found = {name: validate.family_faults(name, banks) for name in names}
        for name, faults in found.items():
            self.stdout.write(f"{name}: {len(faults)} faults" if faults else f"{name}: fit for use")
            for fault in faults:
                self.stdout.write(str(fault))
        if any(found.values()):
            raise CommandError("Mend these before learners meet the cases.")

    def preview(self, name: str, form: str, language: str, banks: Path) -> None:
        for case in load_form(name, form, banks).everything:
            self.stdout.write("\n".join(lines(case, language, banks)) + "\n")


def lines(case: LabCase, language: str, banks: Path) -> list[str]:
    """A case as editors check it: facts, truth, and the advice with whether it is wrong."""
    said = describe_case(case, language, banks)
    found = [f"{case.id}  {said.answers[0] if case.truth else said.answers[1]}", *(f"  {fact}" for fact in said.facts)]
    found += [f"  = {line}" for line in explain_truth(case, language, banks)]
    if said.verdict is None:
        return [*found, "  (silent: no advice)"]
    return [*found, f"  {'WRONG' if case.wrong else 'right'} advice: {said.verdict} {said.rationale}"]
