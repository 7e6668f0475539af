"""One person's evidence for an auditor: every fact with the number of the ledger entry that holds it."""

from __future__ import annotations

from dataclasses import dataclass

from courses.completions.models import Completion
from lms.people.models import Person
from lms.reports.audit.coverage import entry_numbers
from lms.reports.standing import View
from lms.reports.training_record import Award, Duty, record_of


@dataclass(frozen=True, slots=True)
class Dossier:
    """Pairs with the number of their entry; None while it is not written."""

    duties: list[tuple[Duty, int | None]]
    completions: list[tuple[Completion, int | None]]
    awards: list[tuple[Award, int | None]]


def dossier_of(person: Person, view: View) -> Dossier:
    known = record_of(person, view)
    ids = [
        *(duty.assignment.entry for duty in known.duties),
        *(done.entry for done in known.completions),
        *(award.certificate.entry for award in known.awards),
    ]
    numbers = entry_numbers(ids)
    return Dossier(
        duties=[(duty, numbers.get(duty.assignment.entry)) for duty in known.duties],
        completions=[(done, numbers.get(done.entry)) for done in known.completions],
        awards=[(award, numbers.get(award.certificate.entry)) for award in known.awards],
    )
