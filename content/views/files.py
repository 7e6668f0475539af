"""Files that were uploaded. None of them can run here: a browser shows pictures, films and captions, in a sandbox, and
stores everything else.

Frozen files go to people who are signed in: the same bytes for ever, so browsers may keep them. What lies in the store
of files, drafts included, goes to those who work in the editing area.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePath
from typing import Any

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe
from wagtail.documents.models import Document
from wagtail.models import Page, ReferenceIndex

from content.editions import FrozenMedia
from content.uploads.kinds import SHOWN_IN_PLACE, recognise_kind
from lms.people.permissions import PersonRequest, person_required

DIGEST = re.compile(r"^[0-9a-f]{64}$")
RANGE = re.compile(r"^bytes=(\d{1,18})-(\d{0,18})$", re.ASCII)
CHUNK = 64 * 1024
KEEP = "private, max-age=31536000, immutable"
# A drawing keeps its own styles; nothing in it runs, asks for anything or is of our origin.
SANDBOX = "default-src 'none'; sandbox; style-src 'unsafe-inline'"
UNKNOWN = "application/octet-stream"


@person_required
@require_safe
def frozen_file(request: PersonRequest, sha256: str) -> HttpResponseBase:
    if not DIGEST.match(sha256):
        raise Http404
    kept = get_object_or_404(FrozenMedia, sha256=sha256)
    response = uploaded_file(request, kept.file, kept.mime)
    response["Cache-Control"] = KEEP
    return response


@person_required
@require_safe
def document(request: PersonRequest, document_id: int, document_filename: str) -> HttpResponseBase:
    """An editor's document, to others only while a page that is live shows it."""
    found = get_object_or_404(Document, pk=document_id)
    if found.filename != document_filename or not (may_edit(request) or is_published(found)):
        raise Http404
    return stored_file(request, found.file)


@person_required
@require_safe
def stored(request: PersonRequest, name: str) -> HttpResponseBase:
    """A picture in the editing area: Wagtail links the store of files directly."""
    if not may_edit(request):
        raise Http404
    try:
        return stored_file(request, default_storage.open(name))
    except (OSError, SuspiciousFileOperation) as error:
        raise Http404 from error


def may_edit(request: PersonRequest) -> bool:
    return request.user.has_perm("wagtailadmin.access_admin")


def is_published(found: Document) -> bool:
    pages = ReferenceIndex.get_references_to(found).values_list("object_id", flat=True)
    return Page.objects.live().filter(pk__in=[int(each) for each in pages if each.isdecimal()]).exists()


def stored_file(request: PersonRequest, file: Any) -> HttpResponseBase:
    """Raises OSError where it is gone. What it is, its bytes say."""
    with file.open("rb") as stream:
        kind = recognise_kind(stream)
    response = uploaded_file(request, file, kind.mime if kind else UNKNOWN)
    response["Cache-Control"] = "private, no-cache"
    return response


def uploaded_file(request: PersonRequest, file: Any, mime: str) -> HttpResponseBase:
    """The one way in which an uploaded file leaves this site."""
    shown = mime in SHOWN_IN_PLACE
    response = _part(request.headers.get("Range", ""), file, mime if shown else UNKNOWN) or FileResponse(
        file.open("rb"), content_type=mime if shown else UNKNOWN
    )
    response["Accept-Ranges"] = "bytes"
    response["Content-Security-Policy"] = SANDBOX
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Disposition"] = content_disposition_header(not shown, PurePath(file.name).name) or "inline"
    return response


def _part(wanted: str, file: Any, mime: str) -> HttpResponseBase | None:
    """Films are asked for piece by piece; without this, Safari plays none."""
    match = RANGE.match(wanted)
    if not match:
        return None
    size = file.size
    first, last = int(match[1]), min(int(match[2] or size - 1), size - 1)
    if first > last:
        response = HttpResponse(status=416)
        response["Content-Range"] = f"bytes */{size}"
        return response
    stream = file.open("rb")
    stream.seek(first)
    part = StreamingHttpResponse(_read(stream, last - first + 1), status=206, content_type=mime)
    part["Content-Length"] = str(last - first + 1)
    part["Content-Range"] = f"bytes {first}-{last}/{size}"
    return part


def _read(stream: File[bytes], left: int) -> Iterator[bytes]:
    with stream:
        while left > 0 and (chunk := stream.read(min(CHUNK, left))):
            left -= len(chunk)
            yield chunk
