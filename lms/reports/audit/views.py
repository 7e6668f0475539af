"""The auditor's workspace. It reads evidence of completion and nothing else, and writes only who looked, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_http_methods, require_safe

from certification.ledger import clock
from certification.ledger.models import Entry
from certification.ledger.verification.limits import what_is_not_compared
from content.editions import ModuleText
from lms.parameter_form import PageForm, ParameterForm
from lms.people import access
from lms.people.forms import RevealForm
from lms.people.masked_names import Names, as_uuid, reveal_name
from lms.people.models import Person
from lms.people.permissions import PersonRequest, open_to
from lms.reports import policies, titles
from lms.reports.audit import (
    audit_sheets,
    exact_text,
    examined_entry,
    leaving_checkpoints,
    ledger_state,
    plain_words,
    searching,
)
from lms.reports.audit import coverage as covering
from lms.reports.audit.dossier import dossier_of
from lms.reports.audit.forms import CoverageForm, SearchForm
from lms.reports.audit.operators_check import operators_check
from lms.reports.audit.pages import AuditPersonPage, CoveragePage, EntryPage, SearchPage, trail_to
from lms.reports.page_context import context_of
from lms.reports.standing import View
from lms.spreadsheets.download import Sheet, chosen_form, sheet_response
from lms.typed_entries import typed_entries

PER_PAGE = 25
LONGEST_ADDRESS = 2_000
audit_only = open_to(policies.AUDIT)


@require_safe
@audit_only
def search(request: PersonRequest) -> HttpResponse:
    at = clock.now()
    status = ledger_state.state_of_ledger(at)
    paths = titles.of_paths(language())
    form = SearchForm(request.GET if is_search(request) else None, paths)
    again = status.checkpoint if ParameterForm(request.GET, "check").text("check") == "ledger" else None
    rehash = ledger_state.rehash_leaves(again) if again else None
    page = SearchPage(form, status, at, operators_check(), rehash, leaving_checkpoints.newest_that_left())
    if form.is_valid():
        page = answered(request, page, paths)
    return render(request, "reports/audit.html", context_of(page))


def answered(request: PersonRequest, page: SearchPage, paths: Mapping[str, str]) -> SearchPage:
    """The page with what was found; the names it shows are noted."""
    names = Names.shown_in(request.session)
    found = searching.find_entries(page.form.cleaned_data)
    entries = paged(request, found.entries)
    rows = searching.rows_of(entries.object_list, names, found.people)
    seen = [*searching.people_in(rows), *(each.person_id for each in found.certificates)]
    if reason := page.form.cleaned_data["reason"]:
        # Whoever types a name knows whose record it is, masked or not.
        sought = {person.pk for person in found.people} | set(seen)
        note_looks(request, sought, "audit.search", page.at, reason)
    else:
        note_looks(request, names.named(seen), "audit.list", page.at)
    return replace(
        page,
        found=found,
        page=entries,
        rows=rows,
        people=[(person, names.of_person(person)) for person in found.people],
        certificates=[
            (each, paths.get(each.path_key, each.path_key), names.of_person(each.person)) for each in found.certificates
        ],
    )


@require_safe
@open_to(policies.AUDIT_FILE)
def export(request: PersonRequest) -> HttpResponseBase:
    at = clock.now()
    form = SearchForm(request.GET, titles.of_paths(language()))
    if not form.is_valid():
        refused = SearchPage(form, ledger_state.state_of_ledger(at), at, operators_check())
        return render(request, "reports/audit.html", context_of(refused), status=400)
    entries = searching.find_entries(form.cleaned_data).entries
    concerned = audit_sheets.people_of_entries(entries)
    reason = form.cleaned_data["reason"]
    access.record_access(request.person, concerned, capacity=access.AUDITOR, what="audit.export", at=at, reason=reason)
    head = audit_sheets.sheet_head(gettext("Ledger entries, as searched"), ledger_state.state_of_ledger(at), at)
    rows = audit_sheets.entry_rows(entries, Names.shown_in(request.session))
    title, name = gettext("Ledger entries"), f"ledger-{at.date().isoformat()}"
    sheet = Sheet(name, title, audit_sheets.entry_header(), rows, tuple(head), about_above=True)
    return sheet_response(sheet, chosen_form(request.GET))


@require_safe
@audit_only
def coverage(request: PersonRequest) -> HttpResponse:
    at = clock.now()
    form = CoverageForm(request.GET, titles.of_paths(language()), at)
    page = CoveragePage(form, ledger_state.state_of_ledger(at), trail_to(gettext("Coverage")), what_is_not_compared())
    if form.is_valid():
        names = Names.shown_in(request.session)
        found = covering.coverage_of(form.cleaned_data["path"], view_of(form), form)
        people = paged(request, found.periods)
        rows = covering.page_of_coverage(people.object_list, found.view, names)
        note_looks(request, names.named(row.about.person for row in rows if row.about.person), "audit.coverage", at)
        page = replace(
            page,
            found=found,
            page=people,
            rows=rows,
            training=dict(form.fields["path"].choices)[form.cleaned_data["path"]],  # type: ignore[attr-defined]
            known_at=form.known_at,
            shared=covering.shared_reasons(rows),
        )
    return render(request, "reports/coverage.html", context_of(page))


@require_safe
@open_to(policies.AUDIT_FILE)
def coverage_export(request: PersonRequest) -> HttpResponseBase:
    at = clock.now()
    form = CoverageForm(request.GET, titles.of_paths(language()), at)
    status = ledger_state.state_of_ledger(at)
    if not form.is_valid():
        refused = CoveragePage(form, status, trail_to(gettext("Coverage")), what_is_not_compared())
        return render(request, "reports/coverage.html", context_of(refused), status=400)
    path, names = form.cleaned_data["path"], Names.shown_in(request.session)
    found = covering.coverage_of(path, view_of(form), form)
    concerned = audit_sheets.people_of_coverage(found.periods)
    access.record_access(request.person, concerned, capacity=access.AUDITOR, what="audit.coverage.export", at=at)
    head = [
        *audit_sheets.sheet_head(gettext("Who was covered"), status, at),
        [gettext("Training"), path],
        [gettext("True on"), found.view.true_on],
        [gettext("Known on"), form.known_at],
        [gettext("Required"), found.required],
        [gettext("Covered"), found.covered],
        *form.narrowed(),
    ]
    name = f"coverage-{path}-{found.view.true_on.isoformat()}"
    rows = audit_sheets.coverage_rows(found, names)
    sheet = Sheet(name, gettext("Coverage"), audit_sheets.coverage_header(), rows, tuple(head), about_above=True)
    return sheet_response(sheet, chosen_form(request.GET))


@require_safe
@audit_only
def entry(request: PersonRequest, seq: int) -> HttpResponse:
    if seq > searching.LARGEST_NUMBER:
        raise Http404
    at = clock.now()
    found = get_object_or_404(Entry, seq=seq)
    names = Names.shown_in(request.session)
    shown = examined_entry.examine_entry(found, names, as_uuid(ParameterForm(request.GET, "person").text("person")))
    if shown.person:
        note_looks(request, [shown.person], "audit.entry", at)
    page = EntryPage(
        entry=found,
        shown=shown,
        at=at,
        trail=trail_to(gettext("Entry %(number)s") % {"number": seq}),
        text_url=exact_text.address_of(shown.story),
        rules=exact_text.rules_of(shown.story),
        sentences=plain_words.sentences(found, shown.story),
    )
    return render(request, "reports/entry.html", context_of(page))


@require_safe
@audit_only
def person(request: PersonRequest, person: UUID) -> HttpResponse:
    at = clock.now()
    found = get_object_or_404(Person, pk=person)
    names = Names.shown_in(request.session)
    note_looks(request, [found.pk], "audit.person", at)
    entries = paged(request, Entry.objects.about(found.pk).order_by("-seq"))
    known = dossier_of(found, View(at.date(), now=at))
    name = names.of_person(found)
    page = AuditPersonPage(
        person=found,
        name=name,
        day=at.date(),
        trail=trail_to(name.text),
        page=entries,
        rows=searching.rows_of(entries.object_list, names, [found]),
        duties=known.duties,
        completions=known.completions,
        awards=known.awards,
    )
    return render(request, "reports/audit_person.html", context_of(page))


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(policies.NAMES)
def reveal(request: PersonRequest, person: UUID) -> HttpResponse:
    """For which reason a name is shown. It holds until the auditor signs out."""
    found = get_object_or_404(Person, pk=person)
    back = next_page(request) or reverse("audit:person", args=[found.pk])
    form = RevealForm(typed_entries(request))
    if request.method == "POST" and form.is_valid():
        why = form.cleaned_data["reason"]
        reveal_name(
            request.session,
            request.person,
            found,
            capacity=access.AUDITOR,
            what="audit.reveal",
            reason=why,
            at=clock.now(),
        )
        messages.success(request, gettext("The name is shown to you until you sign out."))
        return redirect(back)
    return render(
        request,
        "people/reveal.html",
        {"form": form, "person": found, "next": back},
        status=422 if form.errors and request.method == "POST" else 200,
    )


@require_safe
@audit_only
def text(request: PersonRequest, text: UUID) -> HttpResponse:
    found = get_object_or_404(ModuleText.objects.select_related("edition__module", "quiz_text"), pk=text)
    taught = exact_text.taught_text(found, ParameterForm(request.GET, "facts").text("facts"))
    return render(request, "reports/text.html", {"taught": taught, "trail": trail_to(found.body["title"])})


def is_search(request: PersonRequest) -> bool:
    """Whether a search was asked for at all: the box comes first, its answers after."""
    sent = ParameterForm(request.GET)
    return any(sent.has(name) for name in ("q", "path", "kind", "since", "until"))


def paged(request: PersonRequest, rows: Any) -> Page[Any]:
    return Paginator(rows, PER_PAGE).get_page(PageForm(request.GET).number)


def note_looks(request: PersonRequest, people: Iterable[UUID], what: str, at: datetime, reason: str = "") -> None:
    """A named view appears in the own access log of everybody whose record it is seen to be."""
    if wanted := set(people):
        seen = Person.objects.filter(pk__in=wanted)
        access.record_access(request.person, seen, capacity=access.AUDITOR, what=what, at=at, reason=reason)


def view_of(form: CoverageForm) -> View:
    """Of today, as known today, it is what it is at this moment, as on every other page."""
    today = form.at.date()
    is_now = form.cleaned_data["true_on"] == form.cleaned_data["known_on"] == today
    return View(
        form.cleaned_data["true_on"],
        form.known_at,
        now=form.at if is_now else None,
        ahead=form.cleaned_data["true_on"] > today,
    )


def next_page(request: PersonRequest) -> str:
    sent = ParameterForm(request.POST, next=LONGEST_ADDRESS).text("next")
    wanted = sent or ParameterForm(request.GET, next=LONGEST_ADDRESS).text("next")
    return wanted if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure()) else ""


def language() -> str:
    return get_language() or ""
