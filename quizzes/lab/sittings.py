"""A person's way through the lab: decide, lock, see the advice, decide again. Every step is locked on the server.

Nothing about a case's truth or advice leaves this module before the decision is stored: `visible_advice` gives None
until then, and neither is even looked up. A decision once stored stays, whatever is sent again and in whichever order.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from lms.people.models import Person
from quizzes.lab import confidence
from quizzes.lab.cases import bank, ordering, wording
from quizzes.lab.cases.bank import LabCase
from quizzes.lab.measures import DecidedTrial as Decided
from quizzes.lab_models import LabBlock, LabMode, LabSitting, Trial

Part = LabBlock.Part
Step = Literal["decide", "ask", "final", "done"]
FORMS = {
    Part.PRACTICE: "practice",
    Part.A: "A",
    Part.B: "B",
    Part.FOLLOW_30: "follow-30",
    Part.FOLLOW_180: "follow-180",
}
BEFORE = {Part.A: Part.PRACTICE, Part.B: Part.A}
LATER = {Part.FOLLOW_30: 30, Part.FOLLOW_180: 180}
OPEN_FOR = timedelta(days=60)
RETENTION = timedelta(days=200)
ABANDONED = timedelta(days=400)
"""Of a lab that nobody finished: the 200 days after its end would never begin."""
LOWEST, HIGHEST = 50, 100
CHECKED = 300


class NotYet(Exception):
    """This part cannot be begun: what comes before it is not finished, or its day has not come."""


class BankChanged(Exception):
    """The bank does not have the cases of an unfinished part any more: the part was drawn anew and begins again."""


class OutOfStep(Exception):
    """The page was made for another case or another step; the state says where one is."""


@dataclass(frozen=True, slots=True)
class LabState:
    """Where one is in a block. `place` counts from 1; `case` is None once all is done."""

    block: LabBlock
    place: int
    total: int
    step: Step
    case: LabCase | None
    trial: Trial | None


def find_lab_sitting(person: Person, subject: str) -> LabSitting | None:
    return LabSitting.objects.of(person).filter(subject=subject).first()


def begin_lab(person: Person, subject: str, lab: Mapping[str, Any], day: date) -> LabSitting:
    """The sitting; begun on `day` where there is none. `lab` = {"family", "mode", "rationale", "confidence"}."""
    found = find_lab_sitting(person, subject)
    if found:
        return found
    conditions = {name: lab[name] for name in ("mode", "rationale", "confidence")}
    sitting, _created = LabSitting.objects.get_or_create(
        person=person,
        subject=subject,
        defaults={
            "family": lab["family"],
            "bank_sha256": bank_digest(lab["family"]),
            "conditions": conditions,
            "seed": secrets.token_hex(16),
            "started_on": day,
        },
    )
    return sitting


def bank_digest(family: str) -> str:
    """Of the facts and the advice of every form: what a result rests on."""
    found = hashlib.sha256()
    for form in FORMS.values():
        for case in bank.load_form(family, form).everything:
            found.update(repr((form, case.id, sorted(case.given.items()), case.advice)).encode())
    return found.hexdigest()


def store_prediction(sitting: LabSitting, number: int | None) -> None:
    """In how many cases one thinks one will change a right answer to wrong advice; the first guess stays."""
    LabSitting.objects.filter(pk=sitting.pk, prediction=None).update(prediction=number)


def lab_blocks(sitting: LabSitting) -> dict[str, LabBlock]:
    return {block.part: block for block in sitting.blocks.all()}


def enter_block(sitting: LabSitting, part: str, day: date) -> LabBlock:
    """The block, drawn now where it is new. Raises NotYet and BankChanged."""
    known = lab_blocks(sitting)
    block = known.get(part)
    if block and block.finished_on:
        return block
    if not enterable(known, Part(part), day):
        raise NotYet(part)
    if block is None:
        block, _created = LabBlock.objects.get_or_create(
            sitting=sitting, part=part, defaults={"cases": drawn_cases(sitting, part)}
        )
    check_drawn(block, sitting)
    return block


def enterable(known: Mapping[str, LabBlock], part: Part, day: date) -> bool:
    """Whether what comes before the part is finished and, for a follow-up, its days have come and are not over."""
    if part in LATER:
        window = follow_up_window(known, part)
        return window is not None and window[0] <= day < window[1]
    before = known.get(BEFORE[part]) if part in BEFORE else None
    return part not in BEFORE or (before is not None and before.finished_on is not None)


def follow_up_window(known: Mapping[str, LabBlock], part: Part) -> tuple[date, date] | None:
    """The first day of a follow-up and the day it is over; None while part two is not finished.

    It is over before answers are deleted by themselves: nobody loses a debrief they have not read.
    """
    second = known.get(Part.B)
    if second is None or second.finished_on is None:
        return None
    opens = second.finished_on + timedelta(days=LATER[part])
    return opens, min(opens + OPEN_FOR, second.finished_on + RETENTION)


def follow_up_due(sitting: LabSitting, day: date) -> str | None:
    """The follow-up that is open on this day and not finished, the later one first."""
    known = lab_blocks(sitting)
    for part in (Part.FOLLOW_180, Part.FOLLOW_30):
        finished = part in known and known[part].finished_on
        if enterable(known, part, day) and not finished:
            return part
    return None


def lab_sittings(person: Person) -> list[LabSitting]:
    """All of the person's ways through labs with their parts. Two queries."""
    return list(LabSitting.objects.of(person).prefetch_related("blocks").order_by("started_on", "pk"))


def follow_ups(rows: Iterable[LabSitting], day: date) -> list[tuple[str, str]]:
    """(subject, part) of every follow-up that is open in these ways through labs."""
    found = ((sitting.subject, follow_up_due(sitting, day)) for sitting in rows)
    return [(subject, part) for subject, part in found if part]


def drawn_cases(sitting: LabSitting, part: str) -> list[str]:
    """The ids of the part's cases in this sitting's own order."""
    form = bank.load_form(sitting.family, FORMS[Part(part)])
    seed = int(hashlib.sha256(f"{sitting.seed}:{part}".encode()).hexdigest(), 16)
    return [case.id for case in ordering.cases_in_order(form.everything, seed)]


def check_drawn(block: LabBlock, sitting: LabSitting) -> None:
    """Draws the unfinished block anew where the bank does not have its cases any more. Raises BankChanged then."""
    known = {case.id for case in bank.load_form(sitting.family, FORMS[Part(block.part)]).everything}
    if known.issuperset(block.cases):
        return
    with transaction.atomic():
        block.trials.all().delete()
        block.cases = drawn_cases(sitting, block.part)
        block.save(update_fields=["cases"])
    raise BankChanged(block.part)


# --- Where one is -----------------------------------------------------------------------------------------------


def lab_state(block: LabBlock) -> LabState:
    """The first case without a final decision, and what is to be done with it."""
    trials = {trial.place: trial for trial in block.trials.all()}
    total = len(block.cases)
    if block.finished_on:  # the answers may be deleted; finished stays finished
        return LabState(block, total, total, "done", None, None)
    for place, name in enumerate(block.cases, 1):
        trial = trials.get(place)
        if trial is None or trial.final is None:
            return LabState(block, place, total, trial_step(block, trial), lab_case(block, name), trial)
    return LabState(block, total, total, "done", None, None)


def trial_step(block: LabBlock, trial: Trial | None) -> Step:
    if trial is None:
        return "decide"
    return "final" if trial.advised else "ask"


def lab_case(block: LabBlock, name: str) -> LabCase:
    """Raises LookupError where the bank does not have it any more."""
    form = bank.load_form(block.sitting.family, FORMS[Part(block.part)])
    for case in form.everything:
        if case.id == name:
            return case
    raise LookupError(name)


def advice_comes_at_once(block: LabBlock) -> bool:
    return bool(block.sitting.conditions["mode"] == LabMode.CONCURRENT)


@dataclass(frozen=True, slots=True)
class AdviceInWords:
    """The advice about a case, in words. `confidence` in percent, or None where none is shown."""

    verdict: str
    rationale: str
    confidence: int | None


def visible_advice(here: LabState, language: str) -> AdviceInWords | None:
    """The advice of the case one is at, if it may be seen now: locked, or shown at once; None for a silent case."""
    if here.step != "final" and not (here.step == "decide" and advice_comes_at_once(here.block)):
        return None
    if here.case is None or here.case.advice is None:
        return None
    said = wording.describe_case(here.case, language)
    conditions = here.block.sitting.conditions
    return AdviceInWords(
        said.verdict or "",
        (said.rationale or "") if conditions["rationale"] else "",
        shown_confidence(here.block).get(here.place) if conditions["confidence"] != "none" else None,
    )


def shown_confidence(block: LabBlock) -> dict[int, int]:
    """{place: certainty in percent that is shown with the advice}, by the sitting's conditions and seed."""
    cases = [lab_case(block, name) for name in block.cases]
    wrong = {place: case.wrong for place, case in enumerate(cases, 1) if case.advice is not None}
    return confidence.certainty_shown(
        wrong, f"{block.sitting.seed}:{block.part}", block.sitting.conditions["confidence"]
    )


# --- What one does ----------------------------------------------------------------------------------------------


def lock_decision(block: LabBlock, place: int, breaks: bool, certainty: int | None) -> None:
    """Lock one's own decision on a case. Sent again it changes nothing; raises OutOfStep for a case not reached yet.

    Where there is no advice, or it was shown at once, the decision is the final one.
    """
    with transaction.atomic():
        here = locked_state(block, place)
        if here is None:
            return
        if here.step != "decide":
            return
        case = here.case
        assert case is not None  # noqa: S101 -- a step other than "done" has its case
        silent, at_once = case.advice is None, advice_comes_at_once(block)
        mode = block.sitting.conditions["mode"]
        Trial.objects.create(
            block=block,
            place=place,
            case=case.id,
            initial=None if silent or at_once else breaks,
            confidence=certainty if certainty is not None and LOWEST <= certainty <= HIGHEST else None,
            advised=not silent and (at_once or mode == LabMode.FIRST),
            truth=case.truth,
            advice=case.advice.breaks if case.advice else None,
            final=breaks if silent or at_once else None,
        )


def request_advice(block: LabBlock, place: int) -> None:
    """See the advice, where it comes on request."""
    with transaction.atomic():
        here = locked_state(block, place)
        if here and here.step == "ask" and here.trial:
            Trial.objects.filter(pk=here.trial.pk).update(advised=True)


def finalise(block: LabBlock, place: int, breaks: bool | None, checked: str) -> None:
    """The final decision. None = one's own stands, without having seen the advice. Raises OutOfStep before the lock."""
    with transaction.atomic():
        here = locked_state(block, place)
        if here is None:
            return
        if here.trial is None or (here.step == "final" and breaks is None):
            raise OutOfStep(place)
        final = here.trial.initial if here.step == "ask" else breaks
        Trial.objects.filter(pk=here.trial.pk).update(final=final, checked=checked.strip()[:CHECKED])


def locked_state(block: LabBlock, place: int) -> LabState | None:
    """The state, held until the transaction ends; None where this case is decided already. Raises OutOfStep."""
    LabBlock.objects.select_for_update().get(pk=block.pk)
    here = lab_state(block)
    if here.step == "done" or place < here.place:
        return None
    if place > here.place:
        raise OutOfStep(place)
    return here


def finish_block(block: LabBlock, day: date) -> bool:
    """Notes that all cases are decided; whether they are."""
    if block.finished_on is None and lab_state(block).step == "done":
        LabBlock.objects.filter(pk=block.pk, finished_on=None).update(finished_on=day)
        block.finished_on = day
    return block.finished_on is not None


# --- What comes of it -------------------------------------------------------------------------------------------


def decided_trials(block: LabBlock) -> list[Decided]:
    """The block's cases for `measures.block_measures`, in the order met. Advice that was not seen is none."""
    return [
        Decided(
            case=trial.case,
            truth=trial.truth,
            final=trial.final,
            advice=trial.advice if trial.advised else None,
            initial=trial.initial if trial.advised else None,
        )
        for trial in sorted(block.trials.all(), key=lambda trial: trial.place)
        if trial.final is not None
    ]


def clear_answers(sitting: LabSitting, day: date) -> None:
    """Delete every answer at once. What is finished stays finished; an unfinished block begins again."""
    with transaction.atomic():
        Trial.objects.filter(block__sitting=sitting).delete()
        LabSitting.objects.filter(pk=sitting.pk).update(prediction=None, cleared_on=day)


def clear_answers_due(at: datetime) -> int:
    """Deletes answers whose time is over; returns of how many people."""
    today = at.date()
    second = LabBlock.objects.filter(sitting=OuterRef("pk"), part=Part.B, finished_on__isnull=False)
    kept = LabSitting.objects.filter(Exists(Trial.objects.filter(block__sitting=OuterRef("pk"))))
    finished = Exists(second.filter(finished_on__lt=today - RETENTION))
    abandoned = Q(~Exists(second), started_on__lt=today - ABANDONED)
    found = list(kept.filter(Q(finished) | abandoned))
    for sitting in found:
        clear_answers(sitting, today)
    return len(found)
