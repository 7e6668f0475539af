"""Appeals: one click for the learner; for those who answer, the question without the name of who asks."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from certification.ledger import clock
from courses.appeals import consequences, policies
from courses.completions.models import Doubt
from courses.learning.place import attempt_number, language_now, own_or_404, unstored
from lms.parameter_form import ParameterForm
from lms.people import access
from lms.people.forms import RevealForm
from lms.people.masked_names import Name, Names, reveal_name
from lms.people.permissions import PersonRequest, open_to, person_required
from lms.typed_entries import typed_entries
from quizzes import attempts, corrected_keys, grading, solutions
from quizzes.appeal_models import Appeal
from quizzes.appeals import answering, correcting
from quizzes.corrected_keys import NotCorrectable, keys_as_corrected
from quizzes.grading import FrozenQuestion
from quizzes.models import QuizText

LONGEST = 5_000


@person_required
@require_POST
def raise_appeal(request: PersonRequest, enrolment: UUID) -> HttpResponse:
    way, number = own_or_404(request.person, enrolment), attempt_number(request)
    sent = ParameterForm(request.POST, "question", remark=answering.REMARK)
    try:
        consequences.raise_appeal(way, number, sent.text("question"), sent.text("remark"), clock.now())
    except answering.NotAppealable as error:
        raise Http404 from error
    messages.success(
        request,
        gettext(
            "Your appeal is made. Somebody who did not write the question answers it within ten working days. Until "
            "then your deadline waits."
        ),
    )
    return redirect(f"{reverse('learn:result', args=[way.pk, number])}#appeal-{sent.text('question')}")


@open_to(policies.APPEALS)
@require_safe
def awaiting(request: PersonRequest) -> HttpResponse:
    """Appeals to answer, and completions in doubt to look at."""
    context = {
        "appeals": answering.open_appeals().exclude(person=request.person),
        "doubts": open_doubts(request) if policies.DOUBTS.allows(request.person) else [],
    }
    return unstored(render(request, "learning/appeals.html", context))


def open_doubts(request: PersonRequest) -> list[tuple[Doubt, Name]]:
    """Whose they are is masked until a reason is given; whoever is named finds the look in their own record."""
    rows = Doubt.objects.filter(seen_at=None).select_related("completion__module", "completion__person")
    names = Names.shown_in(request.session)
    found = [(each, names.of_person(each.completion.person)) for each in rows.order_by("raised_at")]
    named = [each.completion.person for each, name in found if not name.masked]
    access.record_access(
        request.person, dict.fromkeys(named), capacity=access.GOVERNANCE, what="appeals.doubt", at=clock.now()
    )
    return found


@open_to(policies.NAMES)
@require_http_methods(["GET", "HEAD", "POST"])
def reveal_doubt(request: PersonRequest, pk: int) -> HttpResponse:
    """For which reason the name behind a completion in doubt is shown."""
    doubt = get_object_or_404(Doubt.objects.select_related("completion__person"), pk=pk, seen_at=None)
    person = doubt.completion.person
    form = RevealForm(typed_entries(request))
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        reveal_name(
            request.session,
            request.person,
            person,
            capacity=access.GOVERNANCE,
            what="appeals.doubt",
            reason=reason,
            at=clock.now(),
        )
        messages.success(request, gettext("The name is shown to you until you sign out."))
        return redirect("appeals:awaiting")
    return unstored(render(request, "people/reveal.html", {"form": form, "person": person}))


@open_to(policies.DOUBTS)
@require_POST
def see(request: PersonRequest, pk: int) -> HttpResponse:
    consequences.see_doubt(get_object_or_404(Doubt, pk=pk), request.person, clock.now())
    messages.success(request, gettext("Looked at: it has left the list."))
    return redirect("appeals:awaiting")


@open_to(policies.APPEALS)
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: PersonRequest, pk: UUID) -> HttpResponse:
    appeal = get_object_or_404(answering.open_appeals().select_related("attempt__edition", "person"), pk=pk)
    question = question_of(appeal)
    typed = typed_answer(typed_entries(request))
    if request.method != "POST":
        return unstored(render(request, "learning/appeal.html", appeal_context(request, appeal, question) | typed))
    words = ParameterForm(request.POST, answer=LONGEST).text("answer").strip()
    try:
        if not words:
            raise NotCorrectable(gettext("Write an answer: the learner reads it."))
        consequences.settle_appeal(appeal, request.person, words, decided(request, question), clock.now())
    except (NotCorrectable, correcting.NothingToCorrect, answering.NotYours) as error:
        sentence = said(error)
        links = [(sentence, control_of(error, typed, question))]
        context = appeal_context(request, appeal, question) | typed | {"error": sentence, "errors": links}
        return unstored(render(request, "learning/appeal.html", context, status=422))
    messages.success(request, gettext("Answered. The learner is told, and the deadline runs again."))
    return redirect("appeals:awaiting")


def typed_answer(kept: QueryDict | None) -> dict[str, Any]:
    """What was filled in before: as it is sent now, or as it last came back from this page."""
    sent = ParameterForm(kept or QueryDict(), "decision", "value", "tolerance", "right", answer=LONGEST)
    return {
        "words": sent.text("answer").strip(),
        "decision": sent.text("decision"),
        "marked": sent.texts("right") if kept is not None else None,
        "value": sent.text("value"),
        "tolerance": sent.text("tolerance"),
    }


def control_of(error: Exception, typed: dict[str, Any], question: FrozenQuestion) -> str:
    """The id of the control where it is corrected; empty where nothing on the page would help."""
    if isinstance(error, answering.NotYours):
        return ""
    if not typed["words"]:
        return "answer"
    if typed["decision"] == "change":
        return "value" if question["kind"] == "numeric" else "change"
    return "decline"


def said(error: Exception) -> str:
    if isinstance(error, answering.NotYours):
        return gettext("You wrote this question, or it is your own appeal. Somebody else has to answer.")
    if isinstance(error, correcting.NothingToCorrect):
        return gettext("The key is like that already. Change it, or decline the appeal.")
    return str(error)


def decided(request: PersonRequest, question: FrozenQuestion) -> dict[str, Any] | None:
    """The corrected question, or None where the key stays. Raises NotCorrectable."""
    sent = ParameterForm(request.POST, "decision", "value", "tolerance", "right")
    match sent.text("decision"):
        case "decline":
            return None
        case "void":
            return corrected_keys.voided_question(question)
        case "change" if question["kind"] == "numeric":
            return corrected_keys.question_with_number(question, sent.text("value"), sent.text("tolerance"))
        case "change":
            return corrected_keys.question_with_marks(question, sent.texts("right"))
    raise NotCorrectable(gettext("Choose what is to happen with the question."))


def question_of(appeal: Appeal) -> FrozenQuestion:
    edition = appeal.attempt.edition
    found = keys_as_corrected(edition.pk, edition.keys)["questions"]
    return next(each for each in found if each["key"] == appeal.question)


def appeal_context(request: PersonRequest, appeal: Appeal, question: FrozenQuestion) -> dict[str, Any]:
    """The context of appeal.html: the question with its key, what was answered, and no name."""
    rows = {text.locale: text for text in QuizText.objects.filter(edition=appeal.attempt.edition).order_by("frozen_at")}
    text = rows.get(language_now()) or rows.get("en") or next(iter(rows.values()))
    words = text.body[question["key"]]
    chosen = attempts.responses(appeal.attempt).get(question["key"], [])
    name = grading.MARKS.get(question["kind"], "")
    return {
        "appeal": appeal,
        "question": question,
        "text": words["text"],
        "locale": text.locale,
        "lines": solutions.solution(question, words),
        "chosen": [words["options"][key]["text"] if key in words["options"] else key for key in chosen],
        "markable": [
            {"key": option["key"], "text": words["options"][option["key"]]["text"], "right": option[name]}
            for option in (question["options"] if name else ())
        ],
        "own": request.person.pk == appeal.person_id or request.person in answering.question_authors(appeal.question),
        "error": "",
        "errors": [],
    }
