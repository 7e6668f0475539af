"""What became of one's first answers, in words: four kinds of case where the advice was wrong, and their mirrors."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from quizzes.lab.measures import DecidedTrial, Kind

WHERE_WRONG: Mapping[Kind, tuple[Promise, Promise]] = {
    "changed-to-wrong": (
        _("You changed to it"),
        _("your first answer was right, your final one was that of the advice"),
    ),
    "error-confirmed": (
        _("Your own error, which the advice confirmed"),
        _("your first answer was the same as the advice before you saw it, and you kept it"),
    ),
    "put-right": (_("You put it right"), _("your first answer was wrong, your final one right, against the advice")),
    "stood-firm": (_("You stood firm"), _("your first answer was right, and you kept it against the advice")),
}
WHERE_RIGHT: Mapping[Kind, tuple[Promise, Promise]] = {
    "changed-from-right": (
        _("You changed away from it"),
        _("your first answer was right, as the advice was, and your final one was not"),
    ),
    "error-kept": (
        _("Your own error, which you kept against it"),
        _("your first answer was wrong, and you kept it against the advice"),
    ),
    "taken-over": (_("You took it over"), _("your first answer was wrong, your final one was that of the advice")),
    "right-confirmed": (
        _("You were right, and it confirmed you"),
        _("your first answer was the same as the advice before you saw it, and you kept it"),
    ),
}


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """A kind of case: what it is called, what it counts, and the places of its cases in the order met."""

    name: Promise
    meaning: Promise
    places: list[int]


@dataclass(frozen=True, slots=True)
class OutcomeTable:
    """The kinds where the advice was wrong, or where it was right, and how many cases there are in all."""

    wrong: bool
    rows: list[OutcomeRow]

    @property
    def cases(self) -> int:
        return sum(len(row.places) for row in self.rows)


def outcome_tables(trials: Sequence[DecidedTrial], places: Mapping[str, int]) -> list[OutcomeTable]:
    """Wrong advice first. Empty without first answers: nothing can be told apart then. `places` = {case: its place}."""
    met: dict[Kind, list[int]] = defaultdict(list)
    for trial in trials:
        if trial.kind:
            met[trial.kind].append(places[trial.case])
    if not met:
        return []
    return [
        OutcomeTable(wrong, [OutcomeRow(name, meaning, met[kind]) for kind, (name, meaning) in kinds.items()])
        for wrong, kinds in ((True, WHERE_WRONG), (False, WHERE_RIGHT))
    ]


def kind_name(trial: DecidedTrial) -> Promise | str:
    """What the case's kind is called; empty where it has none."""
    if trial.kind is None:
        return ""
    name, _meaning = WHERE_WRONG.get(trial.kind) or WHERE_RIGHT[trial.kind]
    return name
