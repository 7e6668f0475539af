"""Organisation facts: resolved per entity and language, corrected without forgetting, missing ones said."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from content import fact_tokens, texts
from content.editions import ModuleText
from content.fact_models import Fact, FactSet
from content.facts.recording import set_fact
from content.facts.resolving import missing_facts, resolve_facts
from lms.people.groups import EDITOR, ensure_groups
from tests.content.samples import make_module
from tests.factories import make_entity, make_user, sign_in

AT = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
LATER = AT + timedelta(days=1)


def test_tokens_are_found_anywhere() -> None:
    body = {"title": "Ask {fact:helpdesk}", "blocks": [{"value": {"html": "<p>{fact:code-title}</p>"}}, 3, None]}
    assert fact_tokens.find_facts(body) == {"helpdesk", "code-title"}
    assert fact_tokens.fill_facts("a {fact:x} b", str.upper) == "a X b"


@pytest.mark.django_db
def test_a_correction_closes_the_old_row_and_keeps_it() -> None:
    entity = make_entity()
    first = set_fact(entity, "en", "helpdesk", "Extension 1", AT)
    assert set_fact(entity, "en", "helpdesk", "Extension 1", LATER) == first
    second = set_fact(entity, "en", "helpdesk", "Extension 2", LATER)
    first.refresh_from_db()
    assert first.known_to == second.known_from == LATER


@pytest.mark.django_db
def test_a_text_gets_its_entitys_facts_in_its_language_as_known_then() -> None:
    module = make_module(languages=("en", "fr"), facts=("helpdesk", "code-title"))
    entity, other = make_entity("mlg-sa"), make_entity("mlg-de")
    set_fact(entity, "en", "helpdesk", "Extension 1", AT)
    set_fact(entity, "fr", "helpdesk", "Poste 1", AT)
    set_fact(entity, "ar", "code-title", "المدونة", AT)
    set_fact(other, "en", "helpdesk", "Durchwahl 1", AT)
    edition = module.editions.get()
    english, french = texts.text_for(edition, "en"), texts.text_for(edition, "fr")
    assert resolve_facts(french, entity, AT).facts["helpdesk"] == {"text": "Poste 1", "locale": "fr"}
    assert resolve_facts(english, entity, AT).facts["code-title"] == {"text": "المدونة", "locale": "ar"}
    assert resolve_facts(english, other, AT).facts == {"helpdesk": {"text": "Durchwahl 1", "locale": "en"}}
    set_fact(entity, "en", "helpdesk", "Extension 2", LATER)
    assert resolve_facts(english, entity, AT).facts["helpdesk"]["text"] == "Extension 1"
    assert resolve_facts(english, entity, LATER).facts["helpdesk"]["text"] == "Extension 2"
    assert missing_facts(edition, entity) == []
    assert missing_facts(edition, other) == ["code-title"]


@pytest.mark.django_db
def test_the_same_facts_are_stored_once(django_assert_num_queries: Any) -> None:
    make_module(languages=("en",), facts=("helpdesk",))
    entity = make_entity()
    set_fact(entity, "en", "helpdesk", "Extension 1", AT)
    text = ModuleText.objects.select_related("edition").get()
    first = resolve_facts(text, entity, AT)
    with django_assert_num_queries(2):
        assert resolve_facts(text, entity, AT) == first
    assert resolve_facts(text, None, AT).facts == {}
    assert FactSet.objects.count() == 2


@pytest.mark.django_db
def test_facts_load_from_a_file_all_or_none(tmp_path: Path) -> None:
    make_entity("mlg-sa")
    path = tmp_path / "facts.yaml"
    path.write_text('mlg-sa:\n  en:\n    helpdesk: "Extension 1"\n  fr:\n    helpdesk: "Poste 1"\n')
    call_command("load_facts", str(path))
    call_command("load_facts", str(path))
    assert Fact.objects.count() == 2
    path.write_text('mlg-sa:\n  en:\n    helpdesk: "Extension 2"\nmlg-xx:\n  en:\n    helpdesk: "?"\n')
    with pytest.raises(CommandError, match="no legal entity with the code “mlg-xx”"):
        call_command("load_facts", str(path))
    assert Fact.objects.filter(text="Extension 2").count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("mlg-sa:\n  de:\n    a: b\n", "is not a language of this site"),
        ("mlg-sa:\n  en:\n    a: 5\n", "must be a text"),
        ("mlg-sa:\n  en:\n    A b: x\n", "A key has 1 to 60 lower-case letters, digits or hyphens. “A b” is none."),
        ("- a\n", "Here must stand"),
        ("a: [\n", "not valid YAML"),
    ],
)
def test_a_faulty_file_is_refused_with_a_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    make_entity("mlg-sa")
    path = tmp_path / "facts.yaml"
    path.write_text(text)
    with pytest.raises(CommandError, match=sentence):
        call_command("load_facts", str(path))


@pytest.mark.django_db
def test_the_demo_facts_answer_every_token_of_the_shipped_modules() -> None:
    import yaml

    from content.curriculum.load import FOLDER, read_folder

    asked = set()
    for module in read_folder():
        for section in module["en"].sections:
            for block in section.blocks:
                asked |= {key for words in block.words() for key in fact_tokens.find_facts(words.value)}
    for entity, languages in yaml.safe_load((FOLDER / "facts" / "demo.yaml").read_text()).items():
        assert set(languages) == {"en", "fr", "ar"}, entity
        assert all(asked <= set(facts) for facts in languages.values()), entity


@pytest.mark.django_db
def test_an_editor_corrects_a_fact_without_losing_the_old_one(client: Client) -> None:
    ensure_groups()
    entity = make_entity()
    sign_in(client, make_user(EDITOR))
    add = reverse("wagtailsnippets_content_fact:add")
    assert client.get(add).status_code == 200
    words = {"entity": str(entity.pk), "locale": "en", "key": "helpdesk", "text": "Extension 1"}
    assert client.post(add, words).status_code == 302
    first = Fact.objects.get()
    assert client.post(add, words | {"text": " "}).status_code == 200
    change = reverse("wagtailsnippets_content_fact:edit", args=[first.pk])
    assert client.get(change).status_code == 200
    assert client.post(change, {"text": "Extension 2"}).status_code == 302
    first.refresh_from_db()
    assert first.text == "Extension 1"
    assert first.known_to is not None
    assert Fact.objects.get(known_to__isnull=True).text == "Extension 2"
    listing = client.get(reverse("wagtailsnippets_content_fact:list")).content.decode()
    assert "Extension 2" in listing
    assert "Extension 1" not in listing
