"""The kinds of entry this version writes and reads, each with the words an auditor sees."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

GENESIS = "genesis"
KEY_ADD = "key.add"
KEY_REVOKE = "key.revoke"
LOSS_DECLARE = "loss.declare"

OWN: dict[str, Promise | str] = {
    GENESIS: _("The ledger was begun"),
    KEY_ADD: _("A signing key was added"),
    KEY_REVOKE: _("A signing key was withdrawn"),
    LOSS_DECLARE: _("The loss of entries was declared"),
}
KEYS = (GENESIS, KEY_ADD, KEY_REVOKE)
"""The entries that say whose signature counts, and how long."""

BUSINESS: dict[str, Promise | str] = {
    "module.publish": _("A module was published"),
    "module.sign-off": _("A text was signed off by a reviewer"),
    "path.publish": _("A learning path was published"),
    "rule.publish": _("An assignment rule took effect"),
    "rule.withdraw": _("An assignment rule was withdrawn"),
    "assignment.open": _("Training was assigned"),
    "assignment.close": _("An assignment ended"),
    "completion": _("Training was completed"),
    "certificate.issue": _("A certificate was issued"),
    "outage.record": _("An outage of the platform was recorded"),
    "outage.withdraw": _("The record of an outage was withdrawn"),
    "person.rename": _("A person's name was changed"),
    "assessment.correct": _("The key of a question was corrected"),
    "assessment.rescore": _("A result changed because a key was corrected"),
}
KINDS = OWN | BUSINESS


class UnknownKind(ValueError):
    """A kind nobody has given a meaning."""


def check_business_kind(kind: str) -> None:
    """Raises UnknownKind unless a caller may append this kind."""
    if kind not in BUSINESS:
        raise UnknownKind(
            f"The ledger has no kind of entry {kind!r} that can be appended. It knows: {', '.join(BUSINESS)}."
        )


def kind_label(kind: str) -> str:
    """The words for a kind; a kind of a later version is shown by its name."""
    return str(KINDS.get(kind, kind))
