"""The two questions to a file: what is kept of an upload, and may a file that lies here be frozen as it is?"""

from __future__ import annotations

from collections.abc import Callable
from typing import IO

from django.utils.translation import gettext as _

from content.uploads import captions, drawings, mp4, pictures, webm
from content.uploads.kinds import (
    GIF,
    JPEG,
    MP4,
    PNG,
    SVG,
    VTT,
    WEBM,
    WEBP,
    FileKind,
    UploadRefused,
    recognise_kind,
    require_size,
)

PICTURES = (PNG, JPEG, WEBP, GIF, SVG)
DOCUMENTS = (MP4, WEBM, VTT)


def cleaned_upload(file: IO[bytes], wanted: tuple[FileKind, ...]) -> tuple[FileKind, bytes | None]:
    """The kind, and the bytes to keep instead; None: the file itself, cleaned in place. Raises UploadRefused."""
    kind = recognise_kind(file)
    if kind is None or kind not in wanted:
        raise UploadRefused(_not_taken(kind, wanted))
    require_size(file, kind)
    if kind == SVG:
        return kind, drawings.cleaned_drawing(file)
    if kind.family == "picture":
        return kind, pictures.cleaned_picture(file)
    if kind == VTT:
        captions.check_captions(file)
    else:
        FILMS[kind](file, write=True)
    return kind, None


def check_upload(file: IO[bytes]) -> FileKind:
    """The kind of a file that may be shown to learners as it is. Raises UploadRefused for every other."""
    kind = recognise_kind(file)
    if kind is None:
        raise UploadRefused(_not_taken(None, PICTURES + DOCUMENTS))
    require_size(file, kind)
    if kind in FILMS and FILMS[kind](file, write=False):
        raise UploadRefused(
            _("This film says more than it shows: when, where or with what it was made. Upload it again.")
        )
    if kind.family in CHECKS:
        CHECKS[kind.family](file)
    return kind


FILMS: dict[FileKind, Callable[..., bool]] = {MP4: mp4.clean_mp4, WEBM: webm.clean_webm}
CHECKS: dict[str, Callable[[IO[bytes]], None]] = {
    "picture": pictures.check_picture,
    "drawing": drawings.check_drawing,
    "captions": captions.check_captions,
}


def _not_taken(kind: FileKind | None, wanted: tuple[FileKind, ...]) -> str:
    if kind in PICTURES:
        return _("This is a picture. Upload it under Images.")
    if kind in DOCUMENTS:
        return _("This is a film or captions. Upload it under Documents.")
    if wanted == PICTURES:
        return _("By its content this is no picture that can be shown: take PNG, JPEG, WebP, GIF or SVG.")
    return _(
        "By its content this is neither a film (MP4, WebM) nor captions (WebVTT). Nothing else is taken: no part of a "
        "module could show it."
    )
