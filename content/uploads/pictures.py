"""Pictures: written anew at the upload, so that what is kept holds the picture and nothing else.

A photograph says where and with which device it was taken (EXIF, XMP, IPTC), and a frozen file says it for ever.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import IO, Any

from django.utils.translation import gettext as _
from PIL import Image, ImageCms, ImageOps

from content.uploads.kinds import UploadRefused

MOST_PIXELS = 25_000_000
# A JPEG that holds a second picture (as phones make them) is called MPO.
FORMATS = {"PNG": "PNG", "JPEG": "JPEG", "MPO": "JPEG", "WEBP": "WEBP", "GIF": "GIF"}
MODES = {
    "PNG": {"1", "L", "LA", "P", "RGB", "RGBA", "I;16"},
    "JPEG": {"L", "RGB"},
    "WEBP": {"RGB", "RGBA"},
    "GIF": {"1", "L", "P"},
}
SAVING: dict[str, dict[str, Any]] = {
    "PNG": {},
    "JPEG": {"quality": 90, "progressive": True},
    "WEBP": {"quality": 90},
    "GIF": {},
}
TELLING = ("exif", "xmp", "XML:com.adobe.xmp", "Raw profile type exif", "comment", "photoshop")


def cleaned_picture(file: IO[bytes]) -> bytes:
    """The picture upright, in sRGB, without metadata, in its own format. Raises UploadRefused."""
    with _opened(file) as picture:
        form = FORMATS[str(picture.format)]
        upright = ImageOps.exif_transpose(_in_srgb(picture))
        bare = _bare(upright, form)
        written = BytesIO()
        bare.save(written, form, **SAVING[form])
    return written.getvalue()


def check_picture(file: IO[bytes]) -> None:
    """Raises UploadRefused if the picture is none, is too large, or says anything but what it shows."""
    with _opened(file) as picture:
        picture.load()  # a PNG's texts may stand behind the picture
        told = [name for name in TELLING if picture.info.get(name)]
        if told or picture.getexif() or getattr(picture, "text", None) or picture.format == "MPO":
            raise UploadRefused(
                _("This picture says more than it shows: when, where or with what it was made. Upload it again.")
            )


@contextmanager
def _opened(file: IO[bytes]) -> Iterator[Image.Image]:
    file.seek(0)
    try:
        with Image.open(file, formats=["PNG", "JPEG", "WEBP", "GIF"]) as picture:
            width, height = picture.size
            if width * height > MOST_PIXELS:
                raise UploadRefused(_too_many_pixels())
            if picture.format != "MPO" and getattr(picture, "is_animated", False):
                raise UploadRefused(
                    _("This picture moves, and readers could not stop it. Upload a still one or a film.")
                )
            yield picture
    except UploadRefused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise UploadRefused(_too_many_pixels()) from error
    except Exception as error:  # a decoder fails in whatever way the bytes make it
        raise UploadRefused(
            _("This picture is damaged. Open it in a picture editor, save it anew and try again.")
        ) from error
    finally:
        file.seek(0)


def damaged_picture() -> str:
    return _("This picture is damaged. Open it in a picture editor, save it anew and try again.")


def _too_many_pixels() -> str:
    return _("This picture has more than %(most)d million pixels. Make it smaller and upload it again.") % {
        "most": MOST_PIXELS // 1_000_000
    }


def _in_srgb(picture: Image.Image) -> Image.Image:
    """A colour profile goes with the rest of the metadata; its colours stay."""
    profile = picture.info.get("icc_profile")
    if not profile or picture.mode not in ("RGB", "RGBA", "CMYK"):
        return picture
    mode = "RGBA" if picture.mode == "RGBA" else "RGB"
    try:
        found = ImageCms.profileToProfile(
            picture, ImageCms.ImageCmsProfile(BytesIO(profile)), ImageCms.createProfile("sRGB"), outputMode=mode
        )
    except (ImageCms.PyCMSError, OSError, ValueError):
        return picture
    if found is None:
        return picture
    found.info["exif"] = picture.info.get("exif", b"")
    return found


def _bare(picture: Image.Image, form: str) -> Image.Image:
    if "transparency" in picture.info and form in ("PNG", "WEBP"):
        picture = picture.convert("RGBA")
    if picture.mode not in MODES[form]:
        picture = picture.convert("RGBA" if form != "JPEG" and picture.mode in ("PA", "La", "RGBa") else "RGB")
    bare = picture.copy()
    bare.info = {"transparency": picture.info["transparency"]} if "transparency" in picture.info else {}
    return bare
