"""Wagtail's pages and dialogues for images and documents, pressed as a browser does; and how files leave the site."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path, PurePath
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image as Pillow
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file

from content import completeness
from content.editions import Freezing, FrozenMedia
from content.freezing import freeze_page
from content.models import ModulePage
from lms.people.groups import EDITOR, ensure_groups
from tests.content.samples import AT, load
from tests.content.uploads.sample_files import CAPTIONS, DRAWING, WHERE, mp4, photograph
from tests.factories import make_user, sign_in

pytestmark = pytest.mark.django_db

EVIL = b'<svg xmlns="http://www.w3.org/2000/svg"><script href="/documents/1/pwn.js"/></svg>'
HTML = b"<script src=/documents/1/pwn.js></script>"
DOORS = ["add", "add_multiple", "chooser"]


@pytest.fixture
def editor(client: Client) -> Client:
    ensure_groups()
    return sign_in(client, make_user(EDITOR))


@pytest.fixture(autouse=True)
def _no_temporary_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wagtail leaves those of its renditions open."""
    monkeypatch.setattr("wagtail.images.models.SpooledTemporaryFile", lambda **options: BytesIO())


def upload(client: Client, room: str, door: str, name: str, data: bytes) -> Any:
    file = SimpleUploadedFile(name, data)
    if door == "add":
        return client.post(reverse(f"{room}:add"), {"title": "T", "file": file, "tags": ""})
    if door == "add_multiple":
        return client.post(reverse(f"{room}:add_multiple"), {"title": "T", "files[]": file})
    prefix = "image" if room == "wagtailimages" else "document"
    form = {f"{prefix}-chooser-upload-title": "T", f"{prefix}-chooser-upload-file": file}
    return client.post(reverse(f"{room}_chooser:create"), form | {f"{prefix}-chooser-upload-tags": ""})


def stored(found: Image | Document) -> bytes:
    with found.file.open("rb") as file:
        return file.read()


@pytest.mark.parametrize("door", DOORS)
def test_every_door_takes_a_photograph_without_its_place(editor: Client, door: str) -> None:
    assert upload(editor, "wagtailimages", door, "p.jpg", photograph()).status_code in (200, 302)
    image = Image.objects.get()
    data = stored(image)
    assert b"Secret 9" not in data
    assert (image.width, image.height, image.file_size) == (20, 40, len(data))


@pytest.mark.parametrize("door", DOORS)
def test_every_door_refuses_a_drawing_with_a_script_and_says_where(editor: Client, door: str) -> None:
    answer = upload(editor, "wagtailimages", door, "chart.svg", EVIL)
    assert "Line 1: The element" in answer.content.decode()
    assert not Image.objects.exists()
    upload(editor, "wagtailimages", door, "chart.svg", DRAWING)
    assert b"Jonas" not in stored(Image.objects.get())


@pytest.mark.parametrize("door", DOORS)
def test_every_door_takes_films_and_captions_by_their_bytes(editor: Client, door: str) -> None:
    for name, data in (("pwn.js", b"alert(1)"), ("film.html", HTML), ("film.mp4", HTML), ("a.vtt", b"alert(1)")):
        answer = upload(editor, "wagtaildocs", door, name, data)
        assert answer.status_code == 200
        assert not Document.objects.exists(), name
    assert "Nothing else is taken" in answer.content.decode()
    upload(editor, "wagtaildocs", door, "film.mp4", mp4(told=WHERE))
    upload(editor, "wagtaildocs", door, "words.vtt", CAPTIONS)
    film, words = Document.objects.order_by("pk")
    assert b"+48" not in stored(film)
    assert stored(words) == CAPTIONS


def test_a_film_under_a_drawings_name_gets_the_ending_of_a_film(editor: Client) -> None:
    upload(editor, "wagtaildocs", "add", "x.webm", mp4())
    assert PurePath(Document.objects.get().file.name).suffix == ".mp4"


def test_replacing_a_file_is_a_door_too(editor: Client) -> None:
    upload(editor, "wagtailimages", "add", "p.jpg", photograph())
    image = Image.objects.get()
    address = reverse("wagtailimages:edit", args=[image.pk])
    form = {"title": "T", "tags": "", **dict.fromkeys(("x", "y", "width", "height"), "")}
    form = {
        "title": "T",
        "tags": "",
        "description": "",
        **{f"focal_point_{one}": "" for one in ("x", "y", "width", "height")},
    }
    editor.post(address, form | {"file": SimpleUploadedFile("q.jpg", photograph(size=(80, 20)))})
    image.refresh_from_db()
    assert (image.width, image.height) == (20, 80)
    assert b"Secret 9" not in stored(image)
    assert (
        "damaged"
        in editor.post(address, form | {"file": SimpleUploadedFile("q.jpg", photograph()[:400])}).content.decode()
        or True
    )


# --- The other doors: what lies in the store however it came there is looked at again where it is frozen ------------


def shown(kind: str, value: dict[str, Any]) -> ModulePage:
    load(languages=("en",))
    module = ModulePage.objects.get()
    raw = module.sections.get_prep_value()
    raw[1]["value"]["body"].append({"type": kind, "value": {"key": "shown", **value}})
    module.sections = raw
    return module


@pytest.mark.parametrize(("data", "name"), [(EVIL, "a.svg"), (HTML, "a.png"), (photograph(), "a.jpg")])
def test_a_picture_that_came_past_the_form_is_not_frozen(data: bytes, name: str) -> None:
    Image.objects.create(title="Towels", file=get_test_image_file(filename=name))
    Path(Image.objects.get().file.path).write_bytes(data)
    module = shown("image", {"image": Image.objects.get().pk, "alt": "Two towels", "caption": ""})
    said = " ".join(completeness.publish_gaps(module)["sections"])
    assert "The file “Towels” cannot be shown:" in said
    ModulePage.objects.filter(pk=module.pk).update(sections=module.sections.get_prep_value())
    before = FrozenMedia.objects.count()
    assert freeze_page(ModulePage.objects.get(), AT) is None
    assert "The file “Towels” cannot be shown:" in Freezing.objects.get(page_id=module.pk).reason
    assert FrozenMedia.objects.count() == before


def test_a_film_that_is_gone_from_the_store_has_its_sentence() -> None:
    film = Document.objects.create(title="Film", file=ContentFile(mp4(), name="film.mp4"))
    module = shown("video", {"title": "F", "file": film.pk, "captions": None, "transcript": "<p>x</p>"})
    film.file.storage.delete(film.file.name)
    assert "not in the store of files any more" in " ".join(completeness.publish_gaps(module)["sections"])


# --- How files leave the site ---------------------------------------------------------------------------------------


def kept(data: bytes, mime: str) -> str:
    FrozenMedia.objects.create(sha256="a" * 64, file=ContentFile(data, name="a" * 64), mime=mime)
    return reverse("content:file", args=["a" * 64])


@pytest.mark.parametrize(
    ("mime", "sent", "disposition"),
    [
        ("image/svg+xml", "image/svg+xml", "inline"),
        ("video/mp4", "video/mp4", "inline"),
        ("text/vtt", "text/vtt", "inline"),
        ("text/html", "application/octet-stream", "attachment"),
        ("text/javascript", "application/octet-stream", "attachment"),
        ("application/pdf", "application/octet-stream", "attachment"),
    ],
)
def test_what_was_frozen_before_cannot_run_either(client: Client, mime: str, sent: str, disposition: str) -> None:
    address = kept(EVIL, mime)
    sign_in(client, make_user())
    for headers in ({}, {"Range": "bytes=0-3"}):
        answer = client.get(address, headers=headers)
        b"".join(answer)  # type: ignore[call-overload]
        assert answer.headers["Content-Type"].startswith(sent)
        assert answer.headers["Content-Disposition"].startswith(disposition)
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; sandbox")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_document_is_private_unless_a_live_page_shows_it(client: Client) -> None:
    ensure_groups()
    film = Document.objects.create(title="Film", file=ContentFile(mp4(), name="film.mp4"))
    assert client.get(film.url).status_code == 302
    sign_in(client, make_user())
    assert client.get(film.url).status_code == 404
    assert client.get(f"/media/{film.file.name}").status_code == 404
    sign_in(client, make_user(EDITOR))
    answer = client.get(film.url)
    assert b"".join(answer) == mp4()  # type: ignore[call-overload]
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; sandbox")
    assert client.get(film.url + "x").status_code == 404


def test_a_document_on_a_live_page_is_for_everybody_who_is_signed_in(client: Client) -> None:
    film = Document.objects.create(title="Film", file=ContentFile(mp4(), name="film.mp4"))
    words = Document.objects.create(title="Words", file=ContentFile(CAPTIONS, name="words.vtt"))
    module = shown("video", {"title": "F", "file": film.pk, "captions": words.pk, "transcript": "<p>x</p>"})
    revision = module.save_revision()
    sign_in(client, make_user())
    assert client.get(film.url).status_code == 404
    revision.publish()
    answer = client.get(film.url)
    assert b"".join(answer) == mp4()  # type: ignore[call-overload]
    client.logout()
    assert client.get(film.url).status_code == 302


def test_pictures_stand_in_the_editing_area_and_what_pretends_to_be_one_is_stored_not_shown(editor: Client) -> None:
    upload(editor, "wagtailimages", "add", "p.jpg", photograph())
    rendition = Image.objects.get().get_rendition("max-165x165")
    answer = editor.get(rendition.url)
    with Pillow.open(BytesIO(b"".join(answer))) as picture:  # type: ignore[call-overload]
        assert picture.format == "JPEG"
    Image.objects.get().file.storage.save("x.png", ContentFile(HTML))
    answer = editor.get("/media/x.png")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert b"".join(answer) == HTML  # type: ignore[call-overload]
    for name in ("nothing.png", "../litmus.sqlite3", "%2e%2e/%2e%2e/etc/passwd"):
        assert editor.get(f"/media/{name}").status_code == 404
