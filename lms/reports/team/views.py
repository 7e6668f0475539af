"""The manager's pages. `reports_of` is the fence: who is not behind it does not exist here (404)."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from certification.ledger import clock
from lms.parameter_form import PageForm
from lms.people import access
from lms.people.facts_on_day import reports_of, today
from lms.people.permissions import PersonRequest, open_to
from lms.reports import policies
from lms.reports.page_context import context_of
from lms.reports.standing import View
from lms.reports.team import people as team
from lms.reports.team import reminders
from lms.reports.team.pages import RemindPage, TeamPage, TeamPersonPage
from lms.reports.training_record import record_of
from lms.spreadsheets.download import chosen_form, sheet_response

PER_PAGE = 25


@require_safe
@open_to(policies.TEAM)
def people(request: PersonRequest) -> HttpResponse:
    at = clock.now()
    selection = team.select_team(request.person, request.GET, at)
    if selection.form.errors:
        return refused(request, selection, 200)
    page = Paginator(selection.people, PER_PAGE).get_page(PageForm(request.GET).number)
    shown = list(page.object_list)
    access.record_access(request.person, shown, capacity=access.MANAGER, what="team.list", at=at)
    team_page = TeamPage(selection, selection.form, selection.lines(shown), page, selection.tiles())
    return render(request, "reports/team.html", context_of(team_page))


@require_safe
@open_to(policies.TEAM_FILE)
def export(request: PersonRequest) -> HttpResponseBase:
    at = clock.now()
    selection = team.select_team(request.person, request.GET, at)
    if selection.form.errors:
        return refused(request, selection, 400)
    access.record_access(request.person, selection.people, capacity=access.MANAGER, what="team.export", at=at)
    return sheet_response(team.team_sheet(selection, at), chosen_form(request.GET))


@require_safe
@open_to(policies.TEAM)
def person(request: PersonRequest, person: UUID) -> HttpResponse:
    at = clock.now()
    day = today(request.person, at)
    found = get_object_or_404(reports_of(request.person, day), pk=person)
    access.record_access(request.person, [found], capacity=access.MANAGER, what="team.person", at=at)
    known = record_of(found, View(day, now=at))
    page = TeamPersonPage(
        person=found,
        unit=team.units_of([found], day).get(found.pk, ""),
        trail=[{"label": _("My team"), "url": reverse("team:people")}, {"label": found.name, "url": ""}],
        day=day,
        duties=known.duties,
        completions=known.completions,
        awards=known.awards,
        done=reminders.what_was_done(found, get_language() or ""),
    )
    return render(request, "reports/team_person.html", context_of(page))


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(policies.TEAM)
def remind(request: PersonRequest, person: UUID) -> HttpResponse:
    """What the person would read, and the button; or in words why no reminder can go out."""
    at = clock.now()
    found = get_object_or_404(reports_of(request.person, today(request.person, at)), pk=person)
    back = reverse("team:person", args=[found.pk])
    refused = ""
    if request.method == "POST":
        try:
            reminders.send_reminder(request.person, found, at)
        except reminders.NoReminder as problem:
            refused = str(problem)
        else:
            messages.success(request, _("The reminder to %(name)s is on its way.") % {"name": found.name})
            return redirect(f"{back}#reminders")
    access.record_access(request.person, [found], capacity=access.MANAGER, what="team.person", at=at)
    page = RemindPage(
        person=found,
        trail=[
            {"label": _("My team"), "url": reverse("team:people")},
            {"label": found.name, "url": back},
            {"label": _("Remind"), "url": ""},
        ],
        draft=reminders.draft_reminder(request.person, found, at),
        done=reminders.what_was_done(found, get_language() or ""),
    )
    return render(request, "reports/remind.html", context_of(page), status=422 if refused else 200)


def refused(request: PersonRequest, selection: team.Selection, status: int) -> HttpResponse:
    """A filter that cannot be read shows nobody: the sentence stands beside its field."""
    return render(request, "reports/team.html", context_of(TeamPage(selection, selection.form)), status=status)
