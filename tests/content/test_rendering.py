"""What a learner reads: semantic, escaped, the same for the same digest, and rendered once."""

import re
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils.translation import get_language
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file

from content import rendering
from content.curriculum import load as loading
from content.curriculum.record import LoadReport
from content.editions import FrozenMedia, ModuleText
from content.fact_models import FactSet
from content.facts.resolving import store_fact_set
from content.models import ModulePage
from tests.content.samples import load, make_module
from tests.content.uploads.sample_files import CAPTIONS, mp4
from tests.factories import make_user, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site_pages")]
NONE = FactSet(sha256="none", facts={})


def text(language: str = "en") -> ModuleText:
    texts = ModuleText.objects.select_related("edition").filter(locale=language)
    return texts.order_by("-edition__number", "-revision")[0]


def test_a_section_is_rendered_with_its_blocks() -> None:
    make_module(languages=("en",))
    html = BeautifulSoup(rendering.render_section(text(), "start", NONE, "en"), "html.parser")
    assert html.find("p").get_text() == "English first paragraph."
    assert html.find("strong").get_text() == "paragraph"
    assert "English key idea" in html.find(class_="key-idea").get_text()
    options = html.find(class_="check").find_all("details")
    assert "English option a" in options[0].summary.get_text()
    assert "English feedback a" in options[0].get_text()
    with pytest.raises(KeyError):
        rendering.render_section(text(), "nowhere", NONE, "en")


def test_headings_of_a_text_follow_the_pages_h1() -> None:
    load(languages=("en",), words="### A heading\n\nA paragraph.")
    assert "<h2>A heading</h2>" in rendering.render_section(text(), "start", NONE, "en")


@pytest.mark.once("HTML of the shipped texts, loaded on both databases by test_load")
def test_every_section_of_the_shipped_modules_renders_accessibly() -> None:
    report = LoadReport()
    for module in loading.read_folder():
        loading.load_module({"en": module["en"]}, report)
    for found in ModuleText.objects.select_related("edition"):
        for section in found.body["sections"]:
            html = rendering.render_section(found, section["key"], NONE, "en")
            soup = BeautifulSoup(html, "html.parser")
            ids = [tag["id"] for tag in soup.find_all(id=True)]
            assert len(ids) == len(set(ids))
            assert not soup.find_all(["script", "style", "h1"])
            assert not re.search(r"\s(style|on\w+)=", html)
            assert "{fact:" not in html
            for table in soup.find_all("table"):
                assert table.caption.get_text(strip=True)
                assert table.find("th", scope="col")
            for opened in soup.find_all("details"):
                assert opened.summary.get_text(strip=True)


def test_facts_are_filled_in_escaped_and_kept_apart_in_direction() -> None:
    make_module(languages=("en", "ar"), facts=("helpdesk",))
    facts = store_fact_set({"helpdesk": {"text": "<Desk> & co", "locale": "en"}})
    html = rendering.render_section(text("ar"), "more", facts, "ar")
    assert '<bdi lang="en">&lt;Desk&gt; &amp; co</bdi>' in html
    assert "your organisation has not said this yet" in rendering.render_section(text("ar"), "more", NONE, "en")


def test_interface_words_are_in_the_readers_language(monkeypatch: pytest.MonkeyPatch) -> None:
    make_module(languages=("en",))
    asked = []

    def blocks(*args: Any) -> str:
        asked.append(get_language())
        return str(get_language())

    monkeypatch.setattr(rendering, "draw_blocks", blocks)
    shown = [rendering.render_section(text(), "start", NONE, language) for language in ("en", "ar", "en")]
    assert shown == ["en", "ar", "en"]
    assert asked == ["en", "ar"]


def test_a_section_is_rendered_once(monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any) -> None:
    make_module(languages=("en",))
    found = text()
    first = rendering.render_section(found, "start", NONE, "en")
    calls: list[Any] = []
    monkeypatch.setattr(rendering, "draw_blocks", lambda *args: calls.append(args) or "again")
    with django_assert_num_queries(0):
        assert rendering.render_section(found, "start", NONE, "en") == first
    assert calls == []
    other = store_fact_set({"helpdesk": {"text": "x", "locale": "en"}})
    assert rendering.render_section(found, "start", other, "en") == "again"
    assert rendering.render_section(found, "start", NONE, "fr") == "again"


# --- Files ------------------------------------------------------------------------------------------------------


FILM = mp4()


@pytest.fixture
def illustrated() -> ModuleText:
    load(languages=("en",))
    module = ModulePage.objects.get()
    image = Image.objects.create(title="Towels", file=get_test_image_file(size=(64, 48)))
    film = Document.objects.create(title="Film", file=ContentFile(FILM, name="film.mp4"))
    words = Document.objects.create(title="Words", file=ContentFile(CAPTIONS, name="film.vtt"))
    raw = module.sections.get_prep_value()
    raw[1]["value"]["body"] += [
        {
            "type": "image",
            "value": {"key": "towels", "image": image.pk, "alt": "Two towels", "caption": "In a laundry"},
        },
        {
            "type": "video",
            "value": {
                "key": "film",
                "title": "Our film",
                "file": film.pk,
                "captions": words.pk,
                "transcript": "<p>All that is said.</p>",
            },
        },
    ]
    module.sections = raw
    module.save_revision().publish()
    return text()


def test_files_are_frozen_under_the_digest_of_their_content(illustrated: ModuleText) -> None:
    assert sorted(FrozenMedia.objects.values_list("mime", flat=True)) == ["image/png", "text/vtt", "video/mp4"]
    assert set(illustrated.body["media"]) == set(FrozenMedia.objects.values_list("sha256", flat=True))
    # Neither can be deleted while a published page shows them; their files may vanish all the same.
    for kept in (*Image.objects.all(), *Document.objects.all()):
        kept.file.delete(save=False)
    html = BeautifulSoup(rendering.render_section(illustrated, "more", NONE, "en"), "html.parser")
    assert html.img["alt"] == "Two towels"
    assert (html.img["width"], html.img["height"]) == ("64", "48")
    assert html.video.track["kind"] == "captions"
    assert "All that is said." in html.details.get_text()


def test_another_image_is_another_text(illustrated: ModuleText) -> None:
    module = ModulePage.objects.get()
    raw = module.sections.get_prep_value()
    fresh = Image.objects.create(title="Towels", file=get_test_image_file(size=(32, 32)))
    raw[1]["value"]["body"][1]["value"]["image"] = fresh.pk
    module.sections = raw
    module.save_revision().publish()
    assert (text().edition, text().revision) == (illustrated.edition, illustrated.revision + 1)
    assert text().sha256 != illustrated.sha256
    assert FrozenMedia.objects.count() == 4


def test_files_are_served_to_people_who_are_signed_in(client: Client, illustrated: ModuleText) -> None:
    film = FrozenMedia.objects.get(mime="video/mp4")
    address = reverse("content:file", args=[film.sha256])
    assert client.get(address).status_code == 302
    sign_in(client, make_user())
    whole = client.get(address)
    assert b"".join(whole) == FILM  # type: ignore[call-overload]
    assert "immutable" in whole.headers["Cache-Control"]
    part = client.get(address, headers={"Range": "bytes=2-4"})
    assert (part.status_code, b"".join(part), part.headers["Content-Range"]) == (
        206,
        FILM[2:5],
        f"bytes 2-4/{len(FILM)}",
    )  # type: ignore[call-overload]
    assert client.get(address, headers={"Range": f"bytes={len(FILM)}-"}).status_code == 416
    assert client.get(reverse("content:file", args=["0" * 64])).status_code == 404
    assert client.get(reverse("content:file", args=["nonsense"])).status_code == 404
