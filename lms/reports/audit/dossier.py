"""One person's evidence for an auditor: every fact with the number of the ledger entry that holds it."""

from __future__ import annotations

from typing import Any

from lms.people.models import Person
from lms.reports import record
from lms.reports.audit.coverage import entry_numbers
from lms.reports.standing import View


def of(person: Person, view: View) -> dict[str, Any]:
    """`duties`, `completions`, `awards` as pairs with the number of their entry; None while it is not written."""
    duties, completions, awards = record.duties(person, view), record.completions(person), record.awards(person)
    ids = [
        *(duty.assignment.entry for duty in duties),
        *(done.entry for done in completions),
        *(award.certificate.entry for award in awards),
    ]
    numbers = entry_numbers(ids)
    return {
        "duties": [(duty, numbers.get(duty.assignment.entry)) for duty in duties],
        "completions": [(done, numbers.get(done.entry)) for done in completions],
        "awards": [(award, numbers.get(award.certificate.entry)) for award in awards],
    }
