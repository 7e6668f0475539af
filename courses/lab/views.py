"""The lab's pages: one case at a time. What is decided is sent by POST and shown by GET, so that going back, sending
twice and two tabs always lead to where one is."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from certification.ledger import clock
from courses.lab import parts, verdict_words
from courses.lab import result as lab_result
from courses.learning import flow
from courses.learning.flow import LearnerPlace
from courses.learning.lab_sections import HABITS, PREDICTION, is_guess, lab_sitting, section_of
from courses.learning.models import Enrolment
from courses.learning.place import (
    AT_HEADING,
    counted,
    language_now,
    module_frame,
    module_url,
    own_or_404,
    resume_url,
    section_url,
    unstored,
)
from lms.parameter_form import ParameterForm
from lms.people import facts_on_day
from lms.people.permissions import PersonRequest, person_required
from lms.typed_entries import forget_entries, keep_entries, typed_entries
from quizzes.lab import sittings, verdicts
from quizzes.lab.cases import wording
from quizzes.lab.sittings import BankChanged, LabState, NotYet, OutOfStep
from quizzes.lab_models import LabBlock, LabMode

Part = LabBlock.Part
CERTAINTIES = range(50, 101, 10)
ANSWERS = {"breaks": True, "in-order": False}


@person_required
@require_POST
def predict(request: PersonRequest, enrolment: UUID) -> HttpResponse:
    way, at = own_or_404(request.person, enrolment), clock.now()
    number = ParameterForm(request.POST, "number").text("number").strip()
    if not is_guess(number):
        if not way.edition.structure.get("lab"):
            raise Http404
        asked_at = section_url(way, section_of(way, PREDICTION))
        keep_entries(request, asked_at)
        return redirect(asked_at)
    try:
        parts.predict(way, int(number) if number else None, language_now(), at)
    except parts.NoLab as error:
        raise Http404 from error
    here = flow.open_place(own_or_404(request.person, enrolment), language_now(), at)
    forget_entries(request, section_url(way, section_of(way, PREDICTION)))
    return redirect(f"{resume_url(here)}{AT_HEADING}")


def entered(way: Enrolment, part: str, at: datetime) -> LabBlock:
    """The block; a 404 for a part the module does not have. Raises NotYet and BankChanged."""
    if part not in Part.values:
        raise Http404
    try:
        return parts.enter(way, part, at)
    except parts.NoLab as error:
        raise Http404 from error


@person_required
@require_safe
def case(request: PersonRequest, enrolment: UUID, part: str) -> HttpResponse:
    """The case one is at: to decide, to ask for the advice, or to decide finally."""
    way, at = own_or_404(request.person, enrolment), clock.now()
    try:
        block = entered(way, part, at)
    except NotYet:
        return before(request, way, part)
    except BankChanged:
        return begin_again(request, way, part)
    here = sittings.lab_state(block)
    if here.step == "done":
        return after(way, block, at)
    place = flow.open_place(way, language_now(), at)
    context = module_frame(place) | case_context(here, language_now()) | typed_at(here, typed_entries(request))
    return unstored(render(request, "learning/lab_case.html", context))


def typed_at(here: LabState, kept: QueryDict | None) -> dict[str, Any]:
    """What came back from this very step because no answer was chosen, and the sentence that says so."""
    sent = ParameterForm(kept or QueryDict(), "place", "step", "certainty", "checked")
    if kept is None or counted(sent.text("place")) != here.place or sent.text("step") != here.step:
        return {}
    sentence = gettext("Choose one of the two answers first.")
    return {
        "errors": [(sentence, "answer-breaks")],
        "error": sentence,
        "certainty": counted(sent.text("certainty")),
        "checked": sent.text("checked"),
    }


def case_context(here: LabState, language: str) -> dict[str, Any]:
    """The context of lab_case.html: facts, rules and answers; the advice only where it may be seen."""
    assert here.case is not None  # noqa: S101 -- only asked for a step that has its case
    language = spoken(language)
    said = wording.describe_case(
        replace(here.case, advice=None), language
    )  # what the advice says is put in words elsewhere
    breaks, in_order = said.answers
    return {
        "part": here.block.part,
        "place": here.place,
        "total": here.total,
        "decided": here.place - 1,
        "step": here.step,
        "task": said.task,
        "facts": said.facts,
        "rules": said.rules,
        "answers": [("breaks", breaks), ("in-order", in_order)],
        "certainties": CERTAINTIES,
        "initial": {True: breaks, False: in_order, None: ""}[here.trial.initial if here.trial else None],
        "advice": sittings.visible_advice(here, language),
        "on_request": here.block.sitting.conditions["mode"] == LabMode.ON_REQUEST,
        "practice": here.block.part == Part.PRACTICE,
    }


def spoken(language: str) -> str:
    """The language the cases are read in."""
    return language if language in wording.LANGUAGES else "en"


def before(request: PersonRequest, way: Enrolment, part: str) -> HttpResponse:
    """Practice comes before part one; for the rest one is told what is missing."""
    if part == Part.A:
        return redirect("learn:lab", way.pk, Part.PRACTICE)
    messages.info(request, gettext("This part of the lab is not open yet."))
    return redirect(module_url(way))


def begin_again(request: PersonRequest, way: Enrolment, part: str) -> HttpResponse:
    """To where one is now: what was sent was for another case, or for one that the bank does not have any more."""
    messages.info(request, gettext("That page was for another case. Here is where you are."))
    return redirect("learn:lab", way.pk, part)


def after(way: Enrolment, block: LabBlock, at: datetime) -> HttpResponse:
    """All cases are decided. A finishing that a crash cut off, or a section with a new name, is made up for here."""
    parts.settle(way, block, language_now(), at)
    return redirect("learn:lab_result", way.pk, block.part)  # a browser takes the fragment along


@person_required
@require_POST
def decide(request: PersonRequest, enrolment: UUID, part: str) -> HttpResponse:
    """Any of the three steps. Whatever was sent, the answer is the page of where one is now."""
    way, at = own_or_404(request.person, enrolment), clock.now()
    case_url = reverse("learn:lab", args=[way.pk, part])
    try:
        block = entered(way, part, at)
        take_step(request, block)
    except NotYet:
        return before(request, way, part)
    except (BankChanged, OutOfStep):
        return begin_again(request, way, part)
    except KeyError:
        keep_entries(request, case_url)
        return redirect(case_url)
    forget_entries(request, case_url)
    parts.settle(way, block, language_now(), at)
    return redirect(f"{case_url}{brought(sittings.lab_state(block))}")


def brought(here: LabState) -> str:
    """The fragment of what the last step brought: the advice, or the next case."""
    return "#advice-title" if here.step == "final" and here.case and here.case.advice is not None else AT_HEADING


def take_step(request: PersonRequest, block: LabBlock) -> None:
    """Raises OutOfStep, and KeyError where no answer was chosen."""
    sent = ParameterForm(request.POST, "place", "step", "answer", "certainty", "checked")
    place = counted(sent.text("place"))
    match sent.text("step"):
        case "decide":
            sittings.lock_decision(block, place, ANSWERS[sent.text("answer")], counted(sent.text("certainty")) or None)
        case "ask":
            sittings.request_advice(block, place)
        case "keep":
            sittings.finalise(block, place, None, "")
        case "final":
            sittings.finalise(block, place, ANSWERS[sent.text("answer")], sent.text("checked"))
        case _:
            raise OutOfStep(place)


@person_required
@require_safe
def result(request: PersonRequest, enrolment: UUID, part: str) -> HttpResponse:
    """The debrief: only when the block is finished; until then it leads to the case one is at."""
    way, at = own_or_404(request.person, enrolment), clock.now()
    sitting = lab_sitting(way)
    block = sittings.lab_blocks(sitting).get(part) if sitting else None
    if sitting is None or block is None:
        raise Http404
    if block.finished_on is None:
        return redirect("learn:lab", way.pk, part)
    block.sitting = sitting
    here = flow.open_place(way, language_now(), at)
    known = sittings.lab_blocks(sitting)
    shown = lab_result.block_context(block, spoken(language_now()))
    guess = sitting.prediction if part == Part.A and shown["measures"] else None
    context = (
        module_frame(here)
        | shown
        | {
            "part": part,
            "title": Part(part).label,
            "guess": verdict_words.guess_compared(guess, shown["measures"]) if guess is not None else "",
            "habits": habits_section(here),
            "cleared_on": sitting.cleared_on,
            "advice_at_once": sittings.advice_comes_at_once(block),
            "compared": against_first(known, part),
            "next_url": next_url(here, part),
        }
    )
    answer = unstored(render(request, "learning/lab_result.html", context))
    if request.method == "GET":  # a HEAD tells nobody
        verdicts.note_verdict_read(block)
    return answer


def habits_section(here: LearnerPlace) -> dict[str, Any] | None:
    """The section that teaches the habits: its address, and whether it is done. The debrief points to no other."""
    found = next((section for section in here.progress.sections if section.key == HABITS), None)
    return {"done": found.done, "url": section_url(here.enrolment, found.key)} if found else None


def against_first(known: dict[str, LabBlock], part: str) -> list[Any]:
    first, this = known.get(Part.A), known[part]
    if part in (Part.A, Part.PRACTICE) or first is None:
        return []
    trials = sittings.decided_trials(first), sittings.decided_trials(this)
    return lab_result.compared(*trials) if all(trials) else []


def next_url(here: LearnerPlace, part: str) -> str:
    if part == Part.PRACTICE:
        return reverse("learn:lab", args=[here.enrolment.pk, Part.A])
    return resume_url(here)


@person_required
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: PersonRequest, enrolment: UUID) -> HttpResponse:
    """Delete one's answers: asked once, done at once. What is finished stays finished."""
    way, at = own_or_404(request.person, enrolment), clock.now()
    sitting = lab_sitting(way)
    if sitting is None:
        raise Http404
    if request.method == "POST":
        sittings.clear_answers(sitting, facts_on_day.today(request.person, at))
        messages.success(request, gettext("Your answers in the lab are deleted. What you finished stays finished."))
        return redirect(module_url(way))
    here = flow.open_place(way, language_now(), at)
    return unstored(render(request, "learning/lab_delete.html", module_frame(here) | {"back_url": resume_url(here)}))
