"""The checkpoints as files to keep: the list with their age, and each as it was signed."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from certification.ledger import clock
from certification.ledger.models import Checkpoint
from lms.parameter_form import PageForm
from lms.people.permissions import PersonRequest, open_to
from lms.reports import policies
from lms.reports.audit import leaving_checkpoints, searching
from lms.reports.audit.pages import CheckpointsPage, trail_to
from lms.reports.page_context import context_of

PER_PAGE = 25
audit_only = open_to(policies.AUDIT)


@require_safe
@audit_only
def checkpoint_list(request: PersonRequest) -> HttpResponse:
    rows = Paginator(leaving_checkpoints.checkpoints_made(), PER_PAGE).get_page(PageForm(request.GET).number)
    left = leaving_checkpoints.newest_that_left()
    page = CheckpointsPage(rows, left, clock.now(), trail_to(gettext("Checkpoints")))
    return render(request, "reports/checkpoints.html", context_of(page))


@require_safe
@audit_only
def checkpoint_file(request: PersonRequest, size: int) -> HttpResponse:
    """The signed note, byte for byte. Once an auditor has it, it has left the building."""
    if size > searching.LARGEST_NUMBER:
        raise Http404
    found = get_object_or_404(Checkpoint, size=size)
    leaving_checkpoints.note_left(found, clock.now())
    name = leaving_checkpoints.file_name(found)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(found.note, content_type="text/plain; charset=utf-8", headers=headers)
