"""WebM: a tree of elements. Tags, attachments, chapters, titles and dates are made void in place; what plays stays.

Source: RFC 8794 (EBML), RFC 9559 (Matroska).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from django.utils.translation import gettext as _

from content.uploads.blanking import Blanking
from content.uploads.kinds import UploadRefused

EBML, SEGMENT, CLUSTER, TRACKS, TRACK, INFO, VOID = (
    0x1A45DFA3,
    0x18538067,
    0x1F43B675,
    0x1654AE6B,
    0xAE,
    0x1549A966,
    0xEC,
)
SEEK_HEAD, CUES, DOCTYPE, TRACK_TYPE = 0x114D9B74, 0x1C53BB6B, 0x4282, 0x83
# What stands in a cluster; one of unknown length ends where something else begins.
IN_CLUSTER = {0xE7, 0xA3, 0xA0, 0xAB, 0xA7, 0x5854, 0xAF}
# Name and language of a track are words; the checksum is of what stood there before.
TOLD_IN_TRACK = {0x536E, 0xBF}
# TimestampScale, Duration, MuxingApp, WritingApp, SegmentUUID
KEPT_OF_INFO = {0x2AD7B1, 0x4489, 0x4D80, 0x5741, 0x73A4}
MOST_ELEMENTS = 2_000_000
VIDEO, AUDIO = 1, 2


@dataclass(frozen=True, slots=True)
class Element:
    """Bytes `start` to `end`; its own content begins at `body`. `open`: it does not say where it ends."""

    id: int
    start: int
    body: int
    end: int
    open: bool


def clean_webm(file: IO[bytes], *, write: bool) -> bool:
    """Voids what does not belong into a film, in place; whether there was any. Raises UploadRefused."""
    walk = _Walk(file, Blanking(file, write=write))
    size = file.seek(0, 2)
    for element in walk.elements(0, size):
        if element.id == EBML:
            walk.header(element)
        elif element.id == SEGMENT:
            walk.segment(element)
        else:
            walk.void(element)
    file.seek(0)
    if VIDEO not in walk.tracks:
        raise UploadRefused(_("This film has no picture that could be shown. Export it again as MP4 (H.264 and AAC)."))
    return walk.blanking.needed


class _Walk:
    def __init__(self, file: IO[bytes], blanking: Blanking) -> None:
        self.file = file
        self.blanking = blanking
        self.tracks: set[int] = set()
        self.count = 0

    def header(self, head: Element) -> None:
        said = {child.id: self._bytes(child) for child in self.elements(head.body, head.end)}
        if said.get(DOCTYPE, b"").rstrip(b"\0") != b"webm":
            raise UploadRefused(_("This film is no WebM, whatever its name. Export it as MP4 (H.264 and AAC) or WebM."))

    def segment(self, segment: Element) -> None:
        for child in self.elements(segment.body, segment.end):
            if child.id == TRACKS:
                self._tracks(child)
            elif child.id == INFO:
                self._only(child, KEPT_OF_INFO)
            elif child.id not in {SEEK_HEAD, CUES, CLUSTER} | IN_CLUSTER:
                self.void(child)

    def _only(self, parent: Element, kept: set[int]) -> None:
        for child in self.elements(parent.body, parent.end):
            if child.id not in kept:
                self.void(child)

    def _tracks(self, tracks: Element) -> None:
        for track in self.elements(tracks.body, tracks.end):
            if track.id != TRACK:
                self.void(track)
                continue
            for child in self.elements(track.body, track.end):
                if child.id == TRACK_TYPE:
                    self._track(int.from_bytes(self._bytes(child), "big"))
                elif child.id in TOLD_IN_TRACK:
                    self.void(child)

    def _track(self, kind: int) -> None:
        if kind not in (VIDEO, AUDIO):
            raise UploadRefused(
                _(
                    "This film has a track “%(track)s” beside picture and sound, where cameras write places and times. "
                    "Export it again with picture and sound alone; captions are a file of their own."
                )
                % {"track": kind}
            )
        self.tracks.add(kind)

    def _bytes(self, element: Element) -> bytes:
        self.file.seek(element.body)
        return self.file.read(min(element.end - element.body, 64))

    def void(self, element: Element) -> None:
        """One byte of name and eight or one of length fit wherever an element stood."""
        total = element.end - element.start
        width = 8 if total >= 9 else 1
        left = total - 1 - width
        self.blanking.blank(element.start, bytes([VOID]) + (left | 1 << 7 * width).to_bytes(width, "big"), element.end)

    def elements(self, start: int, end: int) -> Iterator[Element]:
        place = start
        while place < end:
            self.count += 1
            self.file.seek(place)
            element = _element(self.file.read(12), place, end)
            if element is None or self.count > MOST_ELEMENTS:
                raise UploadRefused(_damaged())
            yield element
            # A cluster that does not say where it ends (as browsers record them) is walked child by child.
            place = element.body if element.open and element.id == CLUSTER else element.end


def _damaged() -> str:
    return _("This film is damaged, or was not uploaded whole. Export it again as MP4 or WebM and try once more.")


def _element(head: bytes, place: int, end: int) -> Element | None:
    width = _width(head, 4)
    length = _width(head[width:], 8) if width else 0
    if not width or not length or len(head) < width + length:
        return None
    size = int.from_bytes(head[width : width + length], "big") & ((1 << 7 * length) - 1)
    body = place + width + length
    unknown = size == (1 << 7 * length) - 1
    identity = int.from_bytes(head[:width], "big")
    if unknown and identity not in (SEGMENT, CLUSTER):
        return None
    finish = end if unknown else body + size
    return Element(identity, place, body, finish, unknown) if finish <= end else None


def _width(head: bytes, most: int) -> int:
    """How many bytes the number at the beginning takes; 0 where there is none."""
    if not head or not head[0]:
        return 0
    width = 9 - head[0].bit_length()
    return width if width <= most else 0
