"""`load_curriculum`: may be run again and again, and never overwrites what an editor changed."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from wagtail.models import Locale, Page, Site
from wagtail_localize.models import StringTranslation, Translation

from content.curriculum.load import load_module
from content.curriculum.parse import parse_module
from content.curriculum.record import LoadReport
from content.curriculum_models import LoadedSection
from content.editions import Module, ModuleEdition, ModuleText
from content.models import CoursePage, HomePage, ModulePage
from quizzes.models import Question, Quiz
from tests.content.samples import load, source

pytestmark = pytest.mark.django_db


def page(language: str = "en", code: str = "s01") -> ModulePage:
    return ModulePage.objects.get(code=code, locale__language_code=language)


def state() -> tuple[int, ...]:
    models = (Page, ModuleText, ModuleEdition, Question, LoadedSection, StringTranslation, Translation)
    return (*(model.objects.count() for model in models), sum(p.revisions.count() for p in ModulePage.objects.all()))


def edit(found: ModulePage, section: int, title: str) -> None:
    """As an editor does it: change, save, publish."""
    raw = found.sections.get_prep_value()
    raw[section]["value"]["title"] = title
    found.sections = raw
    found.save_revision().publish()


def titles(language: str = "en") -> list[str]:
    return [child.value["title"] for child in page(language).sections]


@pytest.mark.smoke
def test_a_first_load_makes_pages_in_every_language_without_numbered_addresses() -> None:
    report = load()
    assert report.left == []
    assert report.unfrozen == []
    assert sorted(HomePage.objects.values_list("slug", flat=True)) == ["ar", "en", "fr"]
    assert CoursePage.objects.count() == 3
    assert sorted(p.url_path for p in ModulePage.objects.all()) == [
        f"/{code}/ai-literacy/s01/" for code in ("ar", "en", "fr")
    ]
    assert Site.objects.get().root_page.specific == HomePage.objects.get(slug="en")
    assert Quiz.objects.get(code="s01").items.count() == 2


def test_a_second_load_changes_nothing() -> None:
    load()
    before = state()
    report = load()
    assert report.changed == []
    assert report.left == []
    assert state() == before


def test_translators_see_the_files_strings_as_translated() -> None:
    load()
    french = Locale.objects.get(language_code="fr")
    records = Translation.objects.filter(target_locale=french)
    assert records.count() == 3  # the page and two questions
    for record in records:
        total, translated = record.get_progress()
        assert total == translated > 0
    machine = StringTranslation.TRANSLATION_TYPE_MACHINE
    assert set(StringTranslation.objects.values_list("translation_type", flat=True)) == {machine}


def test_the_module_has_the_same_identity_on_every_site() -> None:
    load(languages=("en",))
    assert str(Module.objects.get(code="s01").pk) == "a13f5a16-cca4-5a38-a033-e1eaceb39117"
    assert page().translation_key == Module.objects.get(code="s01").pk


def test_an_untouched_part_is_updated_in_every_language() -> None:
    load()
    report = load(words="Quite another paragraph.")
    assert [line.split(": ")[1] for line in report.changed] == ["section:start"] * 3
    for text in ModuleText.objects.filter(revision=2):
        assert "Quite another paragraph." in str(text.body["sections"][0])
    assert ModuleText.objects.filter(revision=2).count() == 3
    assert ModuleEdition.objects.count() == 1


def test_what_an_editor_changed_is_reported_and_left() -> None:
    load()
    edit(page(), 0, "An editor's title")
    report = load(words="Quite another paragraph.")
    assert any("s01/en.md: “section:start” was changed in the editor" in line for line in report.left)
    assert any("s01/fr.md: “section:start”" in line for line in report.left)
    assert titles()[0] == "An editor's title"
    assert "Quite another" not in str(page().sections.get_prep_value())


def test_an_edit_without_a_new_file_is_nobodys_business() -> None:
    load()
    edit(page(), 0, "An editor's title")
    before = state()
    report = load()
    assert report.changed == []
    assert report.left == []
    assert state() == before


def test_beside_an_edited_section_the_others_are_updated() -> None:
    load()
    edit(page(), 1, "An editor's title")
    report = load(words="Quite another paragraph.")
    assert report.changed[0] == "s01/en.md: section:start"
    assert "Quite another" in str(page().sections[0].value["body"][0].value)
    assert titles()[1] == "An editor's title"


def test_a_translation_an_editor_changed_stays() -> None:
    load()
    found = StringTranslation.objects.get(locale__language_code="fr", data="Français start")
    found.data, found.translation_type = "Commençons", StringTranslation.TRANSLATION_TYPE_MANUAL
    found.save()
    record = Translation.objects.get(target_locale__language_code="fr", source__object_id=page().translation_key)
    record.save_target(publish=False)
    page("fr").get_latest_revision().publish()
    assert titles("fr")[0] == "Commençons"
    files = {"en": source("s01", "en"), "fr": source("s01", "fr").replace("first **paragraph**", "premier")}
    report = load_texts(files)
    assert any("s01/fr.md: “section:start”" in line for line in report.left)
    assert titles("fr")[0] == "Commençons"
    assert "premier" not in str(page("fr").sections.get_prep_value())


def load_texts(files: dict[str, str]) -> LoadReport:
    written = {code: parse_module(text, language=code, file=f"s01/{code}.md") for code, text in files.items()}
    report = LoadReport()
    load_module(written, report)
    return report


def test_a_reworded_source_keeps_the_translation_it_comes_with() -> None:
    load()
    english = source("s01", "en").replace("English first **paragraph**.", "A better first paragraph.")
    report = load_texts({"en": english, "fr": source("s01", "fr"), "ar": source("s01", "ar")})
    assert report.left == []
    assert report.unfrozen == []
    assert "A better first paragraph" in str(ModuleText.objects.get(locale="en", revision=2).body)
    record = Translation.objects.get(target_locale__language_code="fr", source__object_id=page().translation_key)
    total, translated = record.get_progress()
    assert total == translated
    assert "Français first" in str(ModuleText.objects.get(locale="fr").body)


def test_sections_come_and_go_with_the_file() -> None:
    load(languages=("en",))
    english = source("s01", "en")
    added = english.replace("# more |", "# extra | An extra\n\nExtra text.\n\n# more |")
    load_texts({"en": added})
    assert titles() == ["English start", "An extra", "English more", "English quiz"]
    load(languages=("en",))
    assert titles() == ["English start", "English more", "English quiz"]
    assert ModuleEdition.objects.count() == 3


def test_a_section_an_editor_added_stays_where_it_is() -> None:
    load(languages=("en",))
    found = page()
    raw = found.sections.get_prep_value()
    own = {"type": "section", "id": "11111111-1111-4111-8111-111111111111"}
    own["value"] = {**raw[1]["value"], "key": "own", "title": "Own"}  # type: ignore[assignment]
    own["value"]["body"] = raw[1]["value"]["body"][:1]  # type: ignore[index]
    found.sections = [raw[0], own, *raw[1:]]
    found.save_revision().publish()
    load(languages=("en",), words="Quite another paragraph.")
    assert titles() == ["English start", "Own", "English more", "English quiz"]
    assert "Quite another" in str(page().sections[0].value["body"][0].value)


def test_a_draft_in_the_editor_is_not_published_behind_the_editors_back() -> None:
    load(languages=("en",))
    found = page()
    found.title = "A draft title"
    found.save_revision()
    report = load(languages=("en",), words="Quite another paragraph.")
    assert any("the page has a draft" in line for line in report.left)
    assert page().title == "English title s01"


def test_questions_are_updated_unless_edited() -> None:
    load(languages=("en",))
    question = Question.objects.get(code="s01-q1")
    question.text = "An editor's question?"
    question.save()
    text = source("s01", "en").replace("English question 1?", "The file's 1?").replace("English question 2?", "File 2?")
    report = load_texts({"en": text})
    assert any("“question:q1”" in line for line in report.left)
    assert Question.objects.get(code="s01-q1").text == "An editor's question?"
    assert Question.objects.get(code="s01-q2").text == "File 2?"


def test_the_command_refuses_faulty_files_and_loads_nothing(tmp_path: Path) -> None:
    (tmp_path / "s01").mkdir()
    (tmp_path / "s01" / "en.md").write_text(source("s01", "en").replace("kind: single", "kind: one"))
    with pytest.raises(CommandError) as refused:
        call_command("load_curriculum", folder=tmp_path)
    assert "s01/en.md:" in str(refused.value)
    assert "nothing was loaded" in str(refused.value)
    assert not ModulePage.objects.exists()


def test_the_command_loads_a_folder_once(tmp_path: Path) -> None:
    (tmp_path / "s01").mkdir()
    (tmp_path / "s01" / "en.md").write_text(source("s01", "en"))
    out = StringIO()
    call_command("load_curriculum", folder=tmp_path, stdout=out)
    assert "loaded    s01/en.md" in out.getvalue()
    call_command("load_curriculum", folder=tmp_path, stdout=out)
    assert "Nothing to load" in out.getvalue()
