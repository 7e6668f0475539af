"""What a file is, by its first bytes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO

from django.utils.translation import gettext as _

HEAD = 64
MEGABYTE = 1024 * 1024


class UploadRefused(ValueError):
    """The file cannot be kept. `sentences` say what is wrong, where, and what to do."""

    def __init__(self, *sentences: str) -> None:
        self.sentences = sentences
        super().__init__(" ".join(sentences))


@dataclass(frozen=True, slots=True)
class FileKind:
    """`largest` in bytes. The first of `endings` is the one a file of this kind is stored under."""

    mime: str
    family: str
    endings: tuple[str, ...]
    largest: int


PNG = FileKind("image/png", "picture", (".png",), 10 * MEGABYTE)
JPEG = FileKind("image/jpeg", "picture", (".jpg", ".jpeg"), 10 * MEGABYTE)
WEBP = FileKind("image/webp", "picture", (".webp",), 10 * MEGABYTE)
GIF = FileKind("image/gif", "picture", (".gif",), 10 * MEGABYTE)
SVG = FileKind("image/svg+xml", "drawing", (".svg",), MEGABYTE)
MP4 = FileKind("video/mp4", "film", (".mp4", ".m4v"), 200 * MEGABYTE)
WEBM = FileKind("video/webm", "film", (".webm",), 200 * MEGABYTE)
VTT = FileKind("text/vtt", "captions", (".vtt",), MEGABYTE)

SHOWN_IN_PLACE = {kind.mime for kind in (PNG, JPEG, WEBP, GIF, SVG, MP4, WEBM, VTT)}
"""What a page shows; a browser is told to store everything else, never to open it."""


def recognise_kind(file: IO[bytes]) -> FileKind | None:
    """The kind of the file, or None where it is none of ours. The file is left at its beginning."""
    file.seek(0)
    head = file.read(HEAD)
    file.seek(0)
    return kind_of_head(head)


def kind_of_head(head: bytes) -> FileKind | None:
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith((b"GIF87a", b"GIF89a")):
        return GIF
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if head[4:8] == b"ftyp":
        return MP4
    if head.startswith(b"\x1aE\xdf\xa3"):
        return WEBM
    words = head.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n")
    if words.startswith(b"WEBVTT"):
        return VTT
    return SVG if words.startswith((b"<?xml", b"<svg", b"<!--")) else None


def require_size(file: IO[bytes], kind: FileKind) -> None:
    """Raises UploadRefused. The file is left at its beginning."""
    size = file.seek(0, 2)
    file.seek(0)
    if size > kind.largest:
        raise UploadRefused(
            _("This file has %(size).1f MB, and at most %(largest)d MB are taken. Make it smaller and upload it again.")
            % {"size": size / MEGABYTE, "largest": kind.largest // MEGABYTE}
        )
