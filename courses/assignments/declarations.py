"""What assignments hold about people, for the register of personal data."""

from __future__ import annotations

from lms.people.declarations import PersonalData, declare

READERS = "The person, the managers above them, HR administrators, auditors"

ASSIGNMENT: PersonalData = {
    **declare("person version path_key about cycle_key", "To say which training is mandatory for the person", READERS),
    **declare("anchor zone due expiring_on", "To say by when, on the person's own calendar", READERS),
    **declare("state state_on valid_until end_reason", "To say whether it was done, until when it counts", READERS),
    **declare("opened_at closed_at entry", "To show when the platform said so, and where the ledger does", READERS),
}
PERIOD: PersonalData = {
    **declare("assignment state due", "To answer who had to do what on an earlier day", "HR administrators, auditors"),
    **declare(
        "true_from true_to known_from known_to",
        "To tell what was true on a day from what was known of it then",
        "HR administrators, auditors",
    ),
}
JUSTIFICATION: PersonalData = {
    **declare("assignment rule event event_on due", "To say why the training is asked for", READERS),
    **declare("true_from true_to ended_by known_from known_to", "Since when and until when the reason held", READERS),
}
