"""The effect page of governance: what was published of each module, the register of indicators, and its targets."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from certification.ledger import clock
from lms.people.facts_on_day import today
from lms.people.permissions import PersonRequest, open_to
from lms.reports import policies
from lms.reports.effect import figures
from lms.reports.effect.forms import TargetForm
from lms.reports.indicators.indicator_register import OWNER
from lms.reports.indicators.models import Target
from lms.reports.suppression import K_PERFORMANCE
from lms.typed_entries import typed_entries


@open_to(policies.EFFECT)
@require_safe
def effect(request: PersonRequest) -> HttpResponse:
    context = {
        "k": K_PERFORMANCE,
        "owner": OWNER,
        "modules": figures.module_figures(today_of(request)),
        "register": figures.register_rows(figures.in_force()),
    }
    return render(request, "reports/effect.html", context)


@open_to(policies.EFFECT)
@require_http_methods(["GET", "HEAD", "POST"])
def targets(request: PersonRequest) -> HttpResponse:
    form = TargetForm(typed_entries(request), figures.modules_to_choose(), today_of(request))
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                form.target().save()
        except IntegrityError:
            form.add_error("indicator", gettext("There is a target for this already: withdraw it first, in the list."))
        else:
            messages.success(request, gettext("The target is set."))
            return redirect("targets")
    context = {"form": form, "targets": figures.targets_in_force()}
    return render(
        request, "reports/targets.html", context, status=422 if form.errors and request.method == "POST" else 200
    )


@open_to(policies.EFFECT)
@require_POST
def withdraw(request: PersonRequest, pk: int) -> HttpResponse:
    """The row stays: what was aimed at, and until when."""
    target = get_object_or_404(Target, pk=pk)
    Target.objects.filter(pk=target.pk, ended_on=None).update(ended_on=today_of(request))
    messages.success(request, gettext("The target is withdrawn."))
    return redirect("targets")


def today_of(request: PersonRequest) -> date:
    return today(request.person, clock.now())
