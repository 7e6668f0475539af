"""MP4: a tree of boxes. What a film needs to be played stays; every other box is blanked, and with it place, device
and names (`udta` with ©xyz, loci, ©mak and ©mod; `meta` with com.apple.quicktime.location; `uuid` with XMP).

Tracks other than picture and sound are where action cameras and drones write their position every second: refused.
Source: ISO/IEC 14496-12.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from django.utils.translation import gettext as _

from content.uploads.blanking import Blanking
from content.uploads.kinds import UploadRefused

PLAYED = {
    b"": {b"ftyp", b"styp", b"moov", b"mdat", b"moof", b"mfra", b"sidx", b"ssix"},
    b"moov": {b"mvhd", b"trak", b"mvex", b"iods"},
    b"trak": {b"tkhd", b"tref", b"edts", b"mdia"},
    b"mdia": {b"mdhd", b"hdlr", b"minf", b"elng"},
    b"minf": {b"vmhd", b"smhd", b"hmhd", b"nmhd", b"dinf", b"stbl"},
    b"moof": {b"mfhd", b"traf"},
    b"mvex": {b"mehd", b"trex", b"leva"},
    b"traf": {b"tfhd", b"trun", b"tfdt", b"saiz", b"saio", b"sbgp", b"sgpd", b"subs", b"senc"},
}
BRANDS = (b"iso", b"mp4", b"avc1", b"M4V", b"dash", b"msdh", b"msix", b"MSNV", b"cmf", b"hvc1", b"av01", b"3gp", b"f4v")
MOST_BOXES = 200_000


@dataclass(frozen=True, slots=True)
class Box:
    """Bytes `start` to `end`; its own content begins at `body`."""

    name: bytes
    start: int
    body: int
    end: int


def clean_mp4(file: IO[bytes], *, write: bool) -> bool:
    """Blanks what does not belong into a film, in place; whether there was any. Raises UploadRefused."""
    walk = _Walk(file, Blanking(file, write=write))
    size = file.seek(0, 2)
    walk.boxes(b"", 0, size)
    file.seek(0)
    if b"vide" not in walk.tracks:
        raise UploadRefused(_("This film has no picture that could be shown. Export it again as MP4 (H.264 and AAC)."))
    return walk.blanking.needed


class _Walk:
    def __init__(self, file: IO[bytes], blanking: Blanking) -> None:
        self.file = file
        self.blanking = blanking
        self.tracks: set[bytes] = set()
        self.count = 0

    def boxes(self, inside: bytes, start: int, end: int) -> None:
        for box in self._found(start, end, top=not inside):
            self.count += 1
            if self.count > MOST_BOXES:
                raise UploadRefused(_damaged())
            if box.name not in PLAYED[inside]:
                self._blank(box)
            elif box.name in PLAYED:
                self.boxes(box.name, box.body, box.end)
            elif box.name == b"hdlr":
                self._track(box)
            elif box.name == b"ftyp":
                self._brand(box)

    def _found(self, start: int, end: int, *, top: bool) -> Iterator[Box]:
        place = start
        while place < end:
            self.file.seek(place)
            head = self.file.read(16)
            length, body = int.from_bytes(head[:4], "big"), place + 8
            if length == 1:
                length, body = int.from_bytes(head[8:16], "big"), place + 16
            elif length == 0 and top:
                length = end - place
            if len(head) < body - place or length < body - place or place + length > end:
                raise UploadRefused(_damaged())
            yield Box(head[4:8], place, body, place + length)
            place += length

    def _blank(self, box: Box) -> None:
        self.file.seek(box.start)
        head = self.file.read(box.body - box.start)
        self.blanking.blank(box.start, head[:4] + b"free" + head[8:], box.end)

    def _track(self, box: Box) -> None:
        self.file.seek(box.body + 8)
        kind = self.file.read(4)
        if kind not in (b"vide", b"soun"):
            raise UploadRefused(
                _(
                    "This film has a track “%(track)s” beside picture and sound, where cameras write places and times. "
                    "Export it again with picture and sound alone; captions are a file of their own."
                )
                % {"track": kind.decode("ascii", "replace")}
            )
        self.tracks.add(kind)

    def _brand(self, box: Box) -> None:
        self.file.seek(box.body)
        if not self.file.read(4).startswith(BRANDS):
            raise UploadRefused(_("This film is no MP4, whatever its name. Export it as MP4 (H.264 and AAC) or WebM."))


def _damaged() -> str:
    return _("This film is damaged, or was not uploaded whole. Export it again as MP4 or WebM and try once more.")
