"""Organisation facts that wait for a signature, each beside what learners are told today."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from certification.ledger import clock
from content import policies
from content.differences import line_pairs
from content.fact_models import FactProposal
from content.facts.proposals import (
    FactRefused,
    fact_refusal,
    modules_asking,
    send_fact_back,
    sign_fact,
    waiting_facts,
)
from content.facts.recording import current_fact
from lms.parameter_form import ParameterForm
from lms.people.models import Person
from lms.people.permissions import PersonRequest, open_to

COMMENT = 300
LONGEST_TEXT = 100_000


@open_to(policies.EDITING)
@require_http_methods(["GET", "HEAD", "POST"])
def facts_to_review(request: PersonRequest) -> HttpResponse:
    """Editors see what waits; reviewers answer it."""
    if request.method == "POST":
        return answer_fact(request)
    rows = [fact_row(waiting, request.person) for waiting in waiting_facts()]
    return render(request, "content/review_facts.html", {"rows": rows})


def fact_row(waiting: FactProposal, person: Person) -> dict[str, Any]:
    current = current_fact(waiting.entity, waiting.locale, waiting.key)
    before, after = current.text if current else "", waiting.text
    return {
        "waiting": waiting,
        "pairs": line_pairs([before] if before else [], [after] if after else []),
        "modules": modules_asking(waiting.key),
        "refusal": fact_refusal(waiting, person),
        "may_answer": policies.REVIEWING.allows(person),
    }


def answer_fact(request: PersonRequest) -> HttpResponse:
    sent = ParameterForm(request.POST, "fact", text=LONGEST_TEXT, comment=COMMENT)
    number = sent.text("fact")
    waiting = get_object_or_404(FactProposal, pk=int(number) if number.isdecimal() and len(number) < 19 else 0)
    try:
        if sent.has("sign"):
            sign_fact(waiting, sent.text("text"), request.person, clock.now())
            messages.success(request, _("Signed. Learners are told this from now on."))
        else:
            comment = sent.text("comment").strip()
            send_fact_back(waiting, request.person, comment, clock.now())
            messages.success(request, _("Sent back. Whoever handed it in sees your comment beside the fact."))
    except FactRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("content_review_facts")
