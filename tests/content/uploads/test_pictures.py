"""A picture that was uploaded shows what it showed, the right way up, and says nothing else."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image, ImageCms, PngImagePlugin

from content.uploads.checking import DOCUMENTS, PICTURES, check_upload, cleaned_upload
from content.uploads.kinds import JPEG, PNG, UploadRefused
from tests.content.uploads.sample_files import CAPTIONS, mp4, photograph


def cleaned(data: bytes) -> bytes:
    kind, kept = cleaned_upload(BytesIO(data), PICTURES)
    assert kept is not None
    assert check_upload(BytesIO(kept)) == kind
    return kept


def refusal(data: bytes) -> str:
    with pytest.raises(UploadRefused) as refused:
        cleaned_upload(BytesIO(data), PICTURES)
    return str(refused.value)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_place_and_camera_go_and_the_picture_stands_upright(form: str) -> None:
    data = photograph(form)
    assert b"Secret 9" in data
    with pytest.raises(UploadRefused, match="says more than it shows"):
        check_upload(BytesIO(data))
    kept = cleaned(data)
    assert b"Secret 9" not in kept
    assert b"Camera" not in kept
    with Image.open(BytesIO(kept)) as picture:
        assert (picture.format, picture.size, dict(picture.getexif())) == (form, (20, 40), {})


def test_what_else_can_be_said_in_a_png_goes_too() -> None:
    told = PngImagePlugin.PngInfo()
    told.add_text("Author", "Jonas Weber")
    told.add_itxt("XML:com.adobe.xmp", "<x:xmpmeta>Paris</x:xmpmeta>")
    written = BytesIO()
    Image.new("P", (8, 8)).save(written, "PNG", pnginfo=told, transparency=0)
    with pytest.raises(UploadRefused):
        check_upload(BytesIO(written.getvalue()))
    kept = cleaned(written.getvalue())
    assert b"Jonas" not in kept
    assert b"Paris" not in kept
    with Image.open(BytesIO(kept)) as picture:
        assert picture.convert("RGBA").getpixel((0, 0)) == (0, 0, 0, 0)


def test_a_comment_and_a_second_picture_go() -> None:
    first, second = Image.new("RGB", (8, 8), "red"), Image.new("RGB", (8, 8), "blue")
    written = BytesIO()
    first.save(written, "MPO", save_all=True, append_images=[second])
    with Image.open(BytesIO(cleaned(written.getvalue()))) as picture:
        assert picture.format == "JPEG"
    commented = BytesIO()
    first.save(commented, "JPEG", comment="by Jonas")
    assert b"Jonas" not in cleaned(commented.getvalue())
    moving = BytesIO()
    first.save(moving, "GIF", comment=b"by Jonas")
    assert b"Jonas" not in cleaned(moving.getvalue())


def test_colours_stay_when_their_profile_goes() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    written = BytesIO()
    Image.new("RGB", (8, 8), (200, 30, 60)).save(written, "PNG", icc_profile=profile)
    with Image.open(BytesIO(cleaned(written.getvalue()))) as picture:
        assert "icc_profile" not in picture.info
        assert all(abs(got - was) < 3 for got, was in zip(picture.getpixel((1, 1)), (200, 30, 60), strict=True))  # type: ignore[arg-type]


def test_a_moving_picture_is_refused_because_readers_cannot_stop_it() -> None:
    written = BytesIO()
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    frames[0].save(written, "GIF", save_all=True, append_images=frames[1:])
    assert "This picture moves" in refusal(written.getvalue())


def test_a_small_file_that_would_fill_the_memory_is_refused_unopened() -> None:
    head = struct.pack(">IIBBBBB", 11_000, 11_000, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + head
    data = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))
    data += struct.pack(">I", 0) + b"IDAT" + struct.pack(">I", zlib.crc32(b"IDAT"))
    assert "more than 25 million" in refusal(data)


@pytest.mark.parametrize("data", [photograph()[:300], b"\x89PNG\r\n\x1a\n" + bytes(40), b"GIF89a" + b"\xff" * 60])
def test_a_damaged_picture_gets_a_sentence(data: bytes) -> None:
    assert "damaged" in refusal(data)


@pytest.mark.parametrize("data", [b"", b"<html><script>alert(1)</script>", b"MZ\x90", b"%PDF-1.7", bytes(100)])
def test_what_is_no_picture_by_its_bytes_is_none_whatever_its_name(data: bytes) -> None:
    assert "By its content this is no picture" in refusal(data)


def test_a_picture_among_documents_and_a_film_among_pictures_are_sent_where_they_belong() -> None:
    assert "Upload it under Documents" in refusal(mp4())
    assert "Upload it under Documents" in refusal(CAPTIONS)
    with pytest.raises(UploadRefused, match="Upload it under Images"):
        cleaned_upload(BytesIO(photograph()), DOCUMENTS)


def test_size_is_limited() -> None:
    assert "at most 10 MB" in refusal(photograph() + bytes(JPEG.largest))
    assert PNG.largest == JPEG.largest
