"""The effect page of governance: the register of indicators, each with its latest published figures."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from lms.people import groups
from lms.people.permissions import PersonRequest, group_required
from lms.reports.effect.measures import REGISTER, Indicator
from lms.reports.effect.models import Snapshot
from lms.reports.suppression import K_PERFORMANCE


@group_required(groups.GOVERNANCE)
@require_safe
def effect(request: PersonRequest) -> HttpResponse:
    newest: dict[tuple[str, str], Snapshot] = {}
    for row in Snapshot.objects.defer("members").order_by("taken_on"):
        newest[row.module, row.measure] = row
    modules = sorted({module for module, _measure in newest})
    context = {
        "k": K_PERFORMANCE,
        "register": REGISTER,
        "modules": [
            (module, [shown(each, newest[module, each.key]) for each in REGISTER if (module, each.key) in newest])
            for module in modules
        ],
    }
    return render(request, "reports/effect.html", context)


def shown(indicator: Indicator, row: Snapshot) -> dict[str, Any]:
    hidden = gettext("fewer than %(k)s, or hidden for them") % {"k": K_PERFORMANCE}
    cells = [(name, row.shown.get(key)) for key, name in indicator.bands.items()]
    return {
        "indicator": indicator,
        "taken_on": row.taken_on,
        "cells": [(name, hidden if people is None else people) for name, people in cells],
        "rest": row.rest,
        "total": row.total,
    }
