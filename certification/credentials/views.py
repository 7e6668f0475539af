"""The holder's pages, and the one public page: what it says is checked while it is made."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from certification.credentials import sharing
from certification.credentials.certificate_sheet import make_sheet
from certification.credentials.checking import CertificateCheck, check_certificate
from certification.credentials.models import Certificate
from certification.ledger import clock
from lms.parameter_form import PageForm, ParameterForm
from lms.people.facts_on_day import today
from lms.people.permissions import PersonRequest, person_required

PER_PAGE = 20
SEALED_BY_THEN = timedelta(hours=1)


@person_required
@require_safe
def own_certificates(request: PersonRequest) -> HttpResponse:
    day = today(request.person, clock.now())
    rows = Certificate.objects.held_by(request.person).order_by("-issued_on", "-awarded_at", "pk")
    page = Paginator(rows, PER_PAGE).get_page(PageForm(request.GET).number)
    sheets = [make_sheet(certificate, day) for certificate in page]
    return render(request, "credentials/list.html", {"page": page, "sheets": sheets})


@person_required
@require_safe
def own_certificate(request: PersonRequest, pk: UUID) -> HttpResponse:
    certificate = own_or_404(request, pk)
    found = checked(certificate)
    if found.problem:
        return render(request, "credentials/broken.html", {"found": found})
    sheet = make_sheet(certificate, today(request.person, clock.now()))
    return render(request, "credentials/detail.html", {"sheet": sheet, "found": found, "origin": clock.ledger_origin()})


@person_required
@require_POST
def share_name(request: PersonRequest, pk: UUID) -> HttpResponse:
    """`name` = show | hide: it says what shall be, so that sending it twice does no harm."""
    certificate = own_or_404(request, pk)
    match ParameterForm(request.POST, "name").text("name"):
        case "show":
            sharing.show_name(certificate, clock.now())
            messages.success(request, _("The public page now shows your name."))
        case "hide":
            sharing.hide_name(certificate)
            messages.success(request, _("The public page no longer shows your name."))
        case _unknown:
            messages.error(request, _("Nothing was changed. Choose one of the two buttons under “Your name”."))
    return redirect("certificates:detail", pk=pk)


@person_required
@require_safe
def download_proof(request: PersonRequest, pk: UUID) -> HttpResponse:
    """The C2SP .tlog-proof of the certificate's entry, to be checked without this site."""
    text = check_certificate(own_or_404(request, pk)).tlog
    if not text:
        messages.warning(request, _("There is no proof yet: it exists once the certificate is sealed."))
        return redirect("certificates:detail", pk=pk)
    headers = {"Content-Disposition": f'attachment; filename="certificate-{pk}.tlog-proof"'}
    return HttpResponse(text, content_type="text/plain; charset=utf-8", headers=headers)


@never_cache
@require_safe
def public_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    """For anybody who was given the address. No name unless the holder shows it, and nothing to list or guess."""
    certificate = Certificate.objects.select_related("person").filter(pk=pk).first()
    if certificate is None:
        return keep_unlisted(render(request, "credentials/unknown.html", status=404))
    found = checked(certificate)
    if found.problem:
        return keep_unlisted(render(request, "credentials/broken.html", {"found": found}))
    at = clock.now()
    context = {
        "sheet": make_sheet(certificate, today(certificate.person, at)),
        "late": at - certificate.awarded_at > SEALED_BY_THEN,
        "holder": certificate.person.name if certificate.name_shared_at else "",
        "found": found,
        "origin": clock.ledger_origin(),
    }
    return keep_unlisted(render(request, "credentials/verify.html", context))


def checked(certificate: Certificate) -> CertificateCheck:
    """Against the ledger; its holder's name too."""
    found = check_certificate(certificate)
    problem = found.problem or sharing.name_problem(certificate)
    return found.broken(problem) if problem else found


def own_or_404(request: PersonRequest, pk: UUID) -> Certificate:
    """The person's own certificate; anybody else's does not exist for them."""
    return get_object_or_404(Certificate.objects.held_by(request.person), pk=pk)


def keep_unlisted(response: HttpResponse) -> HttpResponse:
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
