"""What a completion fulfils: called by the one seam, inside its transaction."""

from __future__ import annotations

from datetime import datetime

from courses.assignments.models import Assignment
from courses.assignments.sync import sync_people
from courses.learning.models import Completion
from lms.people.models import Person


def satisfy(person: Person, completion: Completion, at: datetime) -> list[Assignment]:
    """The person's assignments that are satisfied now that `completion` stands.

    Locks the person and their assignments in id order, satisfies those whose compulsory leaves all hold, writes the
    ledger's `assignment.close`, awards certificates and queues their statements. A renewal done before its time is
    opened and satisfied at once. It is the synchronisation of one person, so nothing can be decided two ways.
    """
    if completion.person_id != person.pk:
        raise ValueError("The completion belongs to another person.")
    return sync_people([person.pk], at)
