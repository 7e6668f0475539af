"""How somebody relied on advice: the measures of one block of the lab. Pure, no Django.

A trial holds truth t, first answer i, advice a and final answer f. Every rate is a `Proportion` of trials, so that its
interval comes with it; its value is None where no trial could show it. RAIR and RSR are those of Schemmer, Kühl, Benz,
Bartos and Satzger (IUI 2023, arXiv 2302.02187). Their denominators depend on the learner, those of over- and
under-reliance only on the cases. Over- and under-reliance are outcomes: who errs alone and never changes an answer can
have 3 of 8. What wrong advice did to a decision is `changed`, and the kind of each trial. Reliance says nothing without
accuracy and d′ (arXiv 2304.08804), which is why all come in one object.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from quizzes.lab.intervals import AnswerChange, Detection, Proportion

Label = int | str
Kind = Literal[
    "changed-to-wrong",
    "error-confirmed",
    "put-right",
    "stood-firm",
    "changed-from-right",
    "error-kept",
    "taken-over",
    "right-confirmed",
]
"""What became of a first answer: four kinds where the advice was wrong, then their mirrors where it was right."""


@dataclass(frozen=True, slots=True)
class DecidedTrial:
    """One decided case; answers are compared by equality, so a binary lab may use 1 and 0 or two words.

    `initial` is None where the advice came with the case (concurrent); `advice` is None where none was seen: a silent
    case, or advice on request that was not asked for. Advice that there is no problem is a label, not None.
    """

    case: str
    truth: Label
    final: Label
    advice: Label | None = None
    initial: Label | None = None

    @property
    def right(self) -> bool:
        return self.final == self.truth

    @property
    def first_right(self) -> bool:
        return self.initial == self.truth

    @property
    def advice_right(self) -> bool:
        return self.advice == self.truth

    @property
    def followed(self) -> bool:
        """Whether the final answer is what the advice said, for whatever reason."""
        return self.final == self.advice

    @property
    def kind(self) -> Kind | None:
        """None where there was no first answer or no advice, and for a third answer, which a binary lab cannot have."""
        if self.initial is None or self.advice is None:
            return None
        steps = (self.advice_right, self.first_right, self.right, self.followed, self.final == self.initial)
        return KINDS.get(steps)


KINDS: Mapping[tuple[bool, bool, bool, bool, bool], Kind] = {
    (False, True, False, True, False): "changed-to-wrong",  # i=t, f=a≠t
    (False, False, False, True, True): "error-confirmed",  # i=a≠t, f=a
    (False, False, True, False, False): "put-right",  # i≠t, f=t, a≠t
    (False, True, True, False, True): "stood-firm",  # i=t, f=t, a≠t
    (True, True, False, False, False): "changed-from-right",  # i=a=t, f≠t
    (True, False, False, False, True): "error-kept",  # i≠t, f=i, a=t
    (True, False, True, True, False): "taken-over",  # i≠t, f=a=t
    (True, True, True, True, True): "right-confirmed",  # i=f=a=t
}
"""{(advice right, first answer right, final answer right, final = advice, final = first): kind}."""


@dataclass(frozen=True, slots=True)
class Measures:
    """Everything about one block. All but `accuracy_unaided` speak of the trials with advice.

    Without first answers, `accuracy_initial`, `rair`, `rsr`, `changed`, `changed_away`, `switched` and `third_answers`
    are 0 of 0 (value None), and `complementarity` and `change` are None.
    """

    accuracy_initial: Proportion
    accuracy_advice: Proportion
    accuracy_final: Proportion
    accuracy_unaided: Proportion
    rair: Proportion
    """Relative AI reliance: right advice taken after a wrong first answer, #{i≠t, a=t, f=a}/#{i≠t, a=t}."""
    rsr: Proportion
    """Relative self-reliance: a right first answer kept against wrong advice, #{i=t, a≠t, f=i}/#{i=t, a≠t}."""
    changed: Proportion
    """A right first answer changed to wrong advice, #{i=t, a≠t, f=a}/#{i=t, a≠t}: what may be called influence."""
    changed_away: Proportion
    """A right first answer given up though right advice confirmed it, #{i=a=t, f≠t}/#{i=a=t}."""
    over: Proportion
    """Ended with wrong advice, #{a≠t, f=a}/#{a≠t}, own errors that it confirmed among them."""
    under: Proportion
    """Ended against right advice, #{a=t, f≠a}/#{a=t}."""
    switched: Proportion
    """Went over to advice that differed from the first answer, #{i≠a, f=a}/#{i≠a}."""
    agreed: Proportion
    """Ended with the advice, #{f=a}/n."""
    omission: Proportion
    """A problem missed where the advice reported none either, #{t=1, a=0, f=0}/#{t=1, a=0}; 1 = the problem's label."""
    commission: Proportion
    """A problem reported where there is none, as wrong advice did, #{t=0, a=1, f=1}/#{t=0, a=1}."""
    third_answers: Proportion
    """Neither the first answer nor the advice, #{f≠i, f≠a}/n. With two labels: left what both had said."""
    detection: Detection
    change: AnswerChange | None
    complementarity: float | None
    """Final accuracy less the better of first answers and advice, from -1 to 1; above 0 the team beats both."""


def block_measures(trials: Iterable[DecidedTrial], *, problem: Label | None) -> Measures:
    """The measures of one block; order does not matter.

    `problem` is the label that means "there is a problem", needed for omission and commission alone; None leaves those
    two undefined. With more than two labels, every other label means "not this problem". ValueError when a case comes
    twice, or when only some of the trials with advice have a first answer.
    """
    trials = list(trials)
    _check(trials)
    advised = [trial for trial in trials if trial.advice is not None]
    decided = [trial for trial in advised if trial.initial is not None]
    wrong = [trial for trial in advised if not trial.advice_right]
    right = [trial for trial in advised if trial.advice_right]
    initial = _share(decided, lambda trial: trial.first_right)
    advice = _share(advised, lambda trial: trial.advice_right)
    final = _share(advised, lambda trial: trial.right)
    omission, commission = _errors(wrong, problem)
    return Measures(
        accuracy_initial=initial,
        accuracy_advice=advice,
        accuracy_final=final,
        accuracy_unaided=_share([trial for trial in trials if trial.advice is None], lambda trial: trial.right),
        rair=_share([t for t in decided if t.advice_right and not t.first_right], lambda trial: trial.followed),
        rsr=_share(
            [t for t in decided if t.first_right and not t.advice_right], lambda trial: trial.final == trial.initial
        ),
        changed=_share([t for t in decided if t.first_right and not t.advice_right], lambda trial: trial.followed),
        changed_away=_share([t for t in decided if t.first_right and t.advice_right], lambda trial: not trial.right),
        over=_share(wrong, lambda trial: trial.followed),
        under=_share(right, lambda trial: not trial.followed),
        switched=_share([t for t in decided if t.initial != t.advice], lambda trial: trial.followed),
        agreed=_share(advised, lambda trial: trial.followed),
        omission=omission,
        commission=commission,
        third_answers=_share(decided, lambda trial: trial.final not in (trial.initial, trial.advice)),
        detection=Detection(
            hits=_share(wrong, lambda trial: not trial.followed),
            false_rejections=_share(right, lambda trial: not trial.followed),
        ),
        change=_change(decided),
        complementarity=(final.count - max(initial.count, advice.count)) / final.of if decided else None,
    )


def _errors(wrong: Sequence[DecidedTrial], problem: Label | None) -> tuple[Proportion, Proportion]:
    """Omission and commission among the trials with `wrong` advice."""
    if problem is None:
        return Proportion(0, 0), Proportion(0, 0)
    silent = [trial for trial in wrong if trial.truth == problem]
    alarms = [trial for trial in wrong if trial.advice == problem]
    return (
        _share(silent, lambda trial: trial.final != problem),
        _share(alarms, lambda trial: trial.final == problem),
    )


def _change(decided: Sequence[DecidedTrial]) -> AnswerChange | None:
    if not decided:
        return None
    return AnswerChange(
        rescued=sum(trial.right and not trial.first_right for trial in decided),
        talked_out=sum(trial.first_right and not trial.right for trial in decided),
    )


def _share(trials: Sequence[DecidedTrial], which: Callable[[DecidedTrial], bool]) -> Proportion:
    return Proportion(sum(map(which, trials)), len(trials))


def _check(trials: Sequence[DecidedTrial]) -> None:
    twice = sorted(case for case, times in Counter(trial.case for trial in trials).items() if times > 1)
    if twice:
        raise ValueError(f"Case {twice[0]} is in this block more than once: give each case its one trial.")
    first = {trial.initial is not None for trial in trials if trial.advice is not None}
    if len(first) > 1:
        raise ValueError("Some trials with advice have a first answer and some have none: measure the two apart.")
