"""Small real files, made byte by byte: a photograph that says where it was taken, films with tracks and boxes."""

from __future__ import annotations

import struct
from io import BytesIO

from PIL import Image
from PIL.ExifTags import GPS, IFD, Base

CAPTIONS = b"""WEBVTT

NOTE by hand

one
00:00.000 --> 00:01.500 align:start
We begin.

00:02.000 --> 00:03.000
<i>End.</i>
"""
DRAWING = b"""<?xml version="1.0" encoding="UTF-8"?>
<!-- Made by Jonas Weber -->
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 10 10">
  <title>Two parts &amp; a line</title>
  <style>.a{fill:url(#g)}</style>
  <defs><linearGradient id="g"><stop offset="0" stop-color="#fff"/></linearGradient><circle id="c" r="2"/></defs>
  <path class="a" d="M0 0h9v9z" style="stroke:#000;stroke-width:1"/>
  <use xlink:href="#c" x="3"/>
</svg>
"""


def photograph(form: str = "JPEG", size: tuple[int, int] = (40, 20)) -> bytes:
    """Lies on its side, and says so; the camera and the place stand in it."""
    exif = Image.Exif()
    exif[Base.Make], exif[Base.Model], exif[Base.Orientation] = "Camera & Sons", "Secret 9", 6
    gps = exif.get_ifd(IFD.GPSInfo)
    gps[GPS.GPSLatitudeRef], gps[GPS.GPSLatitude] = "N", (48.0, 51.0, 24.0)
    written = BytesIO()
    Image.new("RGB", size, "teal").save(written, form, exif=exif)
    return written.getvalue()


def box(name: bytes, content: bytes = b"") -> bytes:
    return struct.pack(">I", 8 + len(content)) + name + content


def track(kind: bytes = b"vide", more: bytes = b"") -> bytes:
    handler = box(b"hdlr", bytes(8) + kind + bytes(13))
    media = box(b"mdia", box(b"mdhd", bytes(24)) + handler + box(b"minf", box(b"stbl")))
    return box(b"trak", box(b"tkhd", bytes(84)) + media + more)


def mp4(*tracks: bytes, told: bytes = b"", before: bytes = b"") -> bytes:
    """`told` stands in the film's own box, `before` in front of the picture's bytes."""
    films = b"".join(tracks or (track(), track(b"soun")))
    return (
        box(b"ftyp", b"isom\0\0\2\0isomiso2mp41")
        + box(b"moov", box(b"mvhd", bytes(100)) + films + told)
        + before
        + box(b"mdat", b"picture and sound")
    )


WHERE = box(b"udta", box(b"\xa9xyz", b"\0\x12\x15\xc7+48.8567+002.3508/") + box(b"\xa9mak", b"\0\5\x15\xc7Apple"))
LOCI = box(b"udta", box(b"loci", bytes(4) + b"\x15\xc7Paris\0\0" + bytes(12)))
QUICKTIME = box(
    b"meta", box(b"keys", bytes(4) + b"com.apple.quicktime.location.ISO6709") + box(b"ilst", b"+48.8567+002.3508/")
)


def element(identity: str, content: bytes = b"", *, open_ended: bool = False) -> bytes:
    size = b"\x01" + b"\xff" * 7 if open_ended else struct.pack(">Q", len(content) | 1 << 56)
    return bytes.fromhex(identity) + size + content


def webm(*segment: bytes, kind: int = 1, doctype: bytes = b"webm", open_ended: bool = False) -> bytes:
    """`segment` stands behind the film's own parts."""
    entry = element("ae", element("83", bytes([kind])) + element("536e", b"Jonas's camera") + element("86", b"V_VP8"))
    info = element(
        "1549a966", element("2ad7b1", b"\x0f\x42\x40") + element("7ba9", b"At Jonas's") + element("4461", bytes(8))
    )
    cluster = element("1f43b675", b"" if open_ended else _block(), open_ended=open_ended) + (
        _block() if open_ended else b""
    )
    inside = info + element("1654ae6b", entry) + cluster + b"".join(segment)
    return element("1a45dfa3", element("4282", doctype)) + element("18538067", inside, open_ended=open_ended)


def _block() -> bytes:
    return element("e7", b"\0") + element("a3", b"\x81\0\0\x80picture")


TAGS = element("1254c367", element("7373", b"LOCATION +48.8567+002.3508/"))
