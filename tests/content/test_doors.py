"""Third parties' doors under our rules: nothing goes live, becomes an alias or stops by somebody without the right."""

from __future__ import annotations

import json
from typing import Any

import polib
import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from wagtail.models import Locale, Page
from wagtail_localize.models import OverridableSegment, StringSegment, Translation, TranslationSource

from content import completeness, values
from content.editions import ModuleText
from content.models import CoursePage, ModulePage
from content.review import sign_off_refusal
from content.workflow import ensure_workflow
from lms.people.groups import EDITOR, REVIEWER, TRANSLATOR, ensure_groups
from lms.people.models import User
from tests.content.pressing import sentences
from tests.content.samples import load
from tests.databases import ModuleRows
from tests.factories import make_user, sign_in

pytestmark = pytest.mark.django_db


def house() -> None:
    ensure_groups()
    ensure_workflow()
    load(languages=("en", "fr"))


@pytest.fixture(scope="module", autouse=True)
def _house(module_rows: ModuleRows) -> None:
    module_rows(house)


@pytest.fixture
def translator() -> User:
    return make_user(TRANSLATOR, given_name="Tara")


@pytest.fixture
def translating(client: Client, translator: User) -> Client:
    return sign_in(client, translator)


def page(language: str = "fr") -> ModulePage:
    return ModulePage.objects.get(locale__language_code=language)


def translation() -> Translation:
    return Translation.objects.get(source__object_id=page().translation_key, target_locale__language_code="fr")


def at(name: str, *args: Any) -> str:
    return reverse(f"wagtail_localize:{name}", args=args)


def live_state() -> list[Any]:
    rows = ModulePage.objects.order_by("pk")
    return [*rows.values_list("pk", "live", "live_revision", "alias_of", "title"), translation().enabled]


# Who may put something live


def test_a_translator_brings_strings_up_to_date_and_publishes_nothing(translating: Client) -> None:
    source = TranslationSource.objects.get(object_id=page().translation_key)
    before = live_state()
    html = translating.get(at("update_translations", source.pk)).content.decode()
    box = BeautifulSoup(html, "html.parser").find("input", attrs={"name": "publish_translations"})
    assert box is None or box.get("type") == "hidden"
    assert translating.post(at("update_translations", source.pk), {"publish_translations": "on"}).status_code == 302
    assert "Only somebody who may publish" in sentences(translating)[0]
    assert translating.post(at("update_translations", source.pk), {}).status_code == 302
    assert live_state() == before


@pytest.mark.parametrize("group", [TRANSLATOR, EDITOR])
def test_no_alias_is_made_and_no_translation_stopped_without_the_right(client: Client, group: str) -> None:
    sign_in(client, make_user(group))
    before = live_state()
    assert client.post(at("convert_to_alias", page().pk)).status_code == 403
    client.post(at("stop_translation", translation().pk))
    edit = reverse("wagtailadmin_pages:edit", args=[page().pk])
    client.post(edit, {"localize-convert-to-alias": "1"})
    client.post(
        reverse("wagtailadmin_pages:copy", args=[page().pk]), {"alias": "on", "new_slug": "x", "new_title": "x"}
    )
    assert live_state() == before
    assert "convertToAlias" not in client.get(edit).content.decode().replace("convertToAliasUrl&quot;: null", "")


def test_what_is_not_named_is_closed(translating: Client) -> None:
    assert translating.get(at("snippets_api_listing", "quizzes", "question")).status_code == 403
    assert translating.post(at("machine_translate", translation().pk)).status_code == 403


def test_a_new_translation_is_a_draft_and_makes_nothing_above_it_live(translating: Client) -> None:
    arabic = Locale.objects.get_or_create(language_code="ar")[0]
    source = page("en")
    before = set(Page.objects.filter(live=True).values_list("pk", flat=True))
    assert translating.post(at("submit_page_translation", source.pk), {"locales": [arabic.pk]}).status_code == 302
    assert (page("ar").live, page("ar").alias_of_id) == (False, None)
    extra = source.get_parent().get_parent() if isinstance(source.get_parent().specific, CoursePage) else None
    course = (extra or source.get_parent()).add_child(instance=CoursePage(title="Extra", slug="extra"))
    copy = source.copy(
        to=course, update_attrs={"code": "s99", "slug": "s99"}, keep_live=False, reset_translation_key=True
    )
    translating.get(reverse("wagtailadmin_home"))
    translating.post(at("submit_page_translation", copy.pk), {"locales": [arabic.pk]})
    assert "The page above is not there" in sentences(translating)[0]
    assert set(Page.objects.filter(live=True).values_list("pk", flat=True)) - before == {course.pk}


# Languages


def test_a_language_that_was_not_given_is_not_touched(client: Client) -> None:
    user = make_user(TRANSLATOR)
    User.objects.filter(pk=user.pk).update(languages=["ar"])
    sign_in(client, user)
    for name in ("edit_string_translation", "edit_override", "upload_pofile", "stop_translation"):
        args = [translation().pk, *([1] if name.startswith("edit") else [])]
        answer = (client.put if len(args) == 2 else client.post)(at(name, *args))
        assert answer.status_code == (403 if len(args) == 2 else 302)
        said = sentences(client)[0] if answer.status_code == 302 else json.loads(answer.content)["error"]
        assert said.startswith("You work in other languages")
    client.post(reverse("content_hand_in", args=["page", page().pk]))
    assert sentences(client)[0].startswith("You work in other languages")


def test_who_only_translates_changes_no_source(translating: Client) -> None:
    translating.post(reverse("wagtailadmin_pages:edit", args=[page("en").pk]), {"title": "Mine"})
    assert sentences(translating) == ["Who translates changes the translation, not the text it is made from."]
    assert page("en").get_latest_revision_as_object().title != "Mine"


def test_a_reviewer_signs_in_the_given_languages(client: Client) -> None:
    reviewer = make_user(REVIEWER)
    User.objects.filter(pk=reviewer.pk).update(languages=["fr"])
    person = User.objects.get(pk=reviewer.pk).person
    english, french = (ModuleText.objects.filter(locale=code).latest("revision") for code in ("en", "fr"))
    assert "other languages" in sign_off_refusal(english, person)
    assert sign_off_refusal(french, person) == ""


# Values


def put(client: Client, address: str, value: str) -> Any:
    return client.put(address, f"value={value}", content_type="application/x-www-form-urlencoded")


def address_segment() -> OverridableSegment:
    found = OverridableSegment.objects.filter(source=translation().source, context__path__startswith="sources.")
    return found.filter(context__path__endswith=".url")[0]


def test_an_address_is_held_to_what_its_form_takes(translating: Client) -> None:
    for value in ("javascript:alert(1)", "data:text/html,x", "//evil.example", "x", "ftp://a.example"):
        answer = put(translating, at("edit_override", translation().pk, address_segment().pk), value)
        assert (answer.status_code, bool(json.loads(answer.content)["error"])) == (400, True), value
        assert not translation().source.overridablesegment_set.get_overrides(page().locale).exists()


def test_another_address_of_the_web_is_taken(translating: Client) -> None:
    answer = put(translating, at("edit_override", translation().pk, address_segment().pk), "https://fr.example.org/loi")
    assert answer.status_code == 201


def test_no_other_quiz_and_no_other_number_comes_by_an_override(translating: Client) -> None:
    for segment in OverridableSegment.objects.filter(source=translation().source).exclude(context__path__contains="."):
        assert put(translating, at("edit_override", translation().pk, segment.pk), "999999").status_code == 400
    assert not OverridableSegment.objects.filter(source=translation().source, context__path="quiz").exists()


def test_a_string_is_sent_whole_and_bounded(translating: Client) -> None:
    segment = StringSegment.objects.filter(source=translation().source)[0]
    address = at("edit_string_translation", translation().pk, segment.pk)
    assert translating.put(address, "value=a%00b", content_type="application/x-www-form-urlencoded").status_code == 400
    for body in ("", "value=" + "x" * 20_001):
        answer = translating.put(address, body, content_type="application/x-www-form-urlencoded")
        assert (answer.status_code, bool(json.loads(answer.content)["error"])) == (400, True)


def test_what_another_door_wrote_is_not_frozen() -> None:
    found = page("en")
    child = found.sources[0]
    child.value["url"] = "javascript:alert(1)"
    assert any("must begin with https" in sentence for sentence in completeness.publish_gaps(found)["sources"])
    assert "must begin with" in " ".join(values.rich_text_faults('<p><a href="javascript:x">y</a></p>'))
    assert "tag <script>" in " ".join(values.rich_text_faults("<p>a</p><script>b</script>"))
    assert (
        list(
            values.rich_text_faults(
                '<p>a <b>b</b> <a href="https://x.example">c</a> <a linktype="page" id="1">d</a></p>'
            )
        )
        == []
    )


# PO files


def send(client: Client, content: bytes | None) -> list[str]:
    files = {} if content is None else {"file": SimpleUploadedFile("fr.po", content)}
    assert client.post(at("upload_pofile", translation().pk), files).status_code == 302
    return sentences(client)


HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=%s\\n"\n"X-WagtailLocalize-TranslationID: %s\\n"\n\n'


BAD_FILES = [
    (None, "Choose a PO file."),
    (b"", "This is no PO file."),
    (b"\xff\xfe\x00", "The file is not in UTF-8."),
    (b'msgid "a"\nmsgstr "b"\n', "This PO file is that of another translation."),
    (b"/etc/passwd", "This is no PO file."),
    (b'msgid "a\nmsgstr', "The PO file cannot be read"),
    (b"#" * (1024 * 1024 + 1), "The file is larger than 1 MB."),
]


def test_a_bad_po_file_gets_a_sentence(translating: Client) -> None:
    for content, said in BAD_FILES:
        assert send(translating, content)[0].startswith(said)


def test_a_po_file_with_another_charset_in_its_head_or_strange_entries_is_read(translating: Client) -> None:
    known = StringSegment.objects.filter(source=translation().source).select_related("string", "context")[0]
    entry = polib.POEntry(msgid=known.string.data, msgctxt=known.context.path, msgstr="Par fichier")
    strange = "\n\n".join(str(polib.POEntry(msgid=f"strange {n}", msgctxt="x", msgstr="y")) for n in range(2000))
    text = HEAD % ("utf-99", translation().uuid) + f"{entry}\n\n{strange}\n"
    assert send(translating, text.encode()) == [
        "The words of the file are in the translation.",
        "2000 entries of the file are no strings of this translation and were left.",
    ]
    assert known.string.translations.get(locale=page().locale, context=known.context).data == "Par fichier"


def test_strange_entries_cost_no_query_each(translating: Client, django_assert_max_num_queries: Any) -> None:
    strange = "\n\n".join(str(polib.POEntry(msgid=f"strange {n}", msgctxt="x", msgstr="y")) for n in range(3000))
    text = HEAD % ("utf-8", translation().uuid) + strange
    with django_assert_max_num_queries(60):
        translating.post(at("upload_pofile", translation().pk), {"file": SimpleUploadedFile("fr.po", text.encode())})
