"""Frozen files, to people who are signed in: the same bytes for ever, so browsers may keep them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO

from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from content.editions import FrozenMedia
from lms.people.permissions import PersonRequest, person_required

DIGEST = re.compile(r"^[0-9a-f]{64}$")
RANGE = re.compile(r"^bytes=(\d+)-(\d*)$")
CHUNK = 64 * 1024
KEEP = "private, max-age=31536000, immutable"


@person_required
@require_safe
def frozen_file(request: PersonRequest, sha256: str) -> HttpResponseBase:
    if not DIGEST.match(sha256):
        raise Http404
    kept = get_object_or_404(FrozenMedia, sha256=sha256)
    response = _part(request.headers.get("Range", ""), kept) or _whole(kept)
    response["Accept-Ranges"] = "bytes"
    response["Cache-Control"] = KEEP
    return response


def _whole(kept: FrozenMedia) -> HttpResponseBase:
    return FileResponse(kept.file.open("rb"), content_type=kept.mime)


def _part(wanted: str, kept: FrozenMedia) -> HttpResponseBase | None:
    """Films are asked for piece by piece; without this, Safari plays none."""
    match = RANGE.match(wanted)
    if not match:
        return None
    size = kept.file.size
    first, last = int(match[1]), min(int(match[2] or size - 1), size - 1)
    if first > last:
        response = HttpResponse(status=416)
        response["Content-Range"] = f"bytes */{size}"
        return response
    stream = kept.file.open("rb")
    stream.seek(first)
    part = StreamingHttpResponse(_read(stream, last - first + 1), status=206, content_type=kept.mime)
    part["Content-Length"] = str(last - first + 1)
    part["Content-Range"] = f"bytes {first}-{last}/{size}"
    return part


def _read(stream: IO[bytes], left: int) -> Iterator[bytes]:
    with stream:
        while left > 0 and (chunk := stream.read(min(CHUNK, left))):
            left -= len(chunk)
            yield chunk
