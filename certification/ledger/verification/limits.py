"""What no verification can show, and what this one does not look at: said in every answer, never left to the reader."""

from __future__ import annotations

from django.utils.translation import gettext


def what_it_cannot_show() -> list[str]:
    """In full sentences, for the end of an answer."""
    return [
        gettext(
            "It cannot show who could write the rows that waited to be numbered: what was entered there was signed "
            "as it came."
        ),
        gettext(
            "It cannot show whether the personnel file was complete: whoever was never imported was never required "
            "to do anything."
        ),
        gettext("It cannot show whose clock it was: every time is what the server's clock said."),
    ]


def what_is_not_compared() -> str:
    """In one sentence: what pages show from the database alone."""
    return gettext(
        "Not compared with the ledger are reasons for assignments that no longer hold, employment, units, roles and "
        "absences, and the access log: what a page takes from these tables rests on the database alone."
    )
