"""Organisation facts: resolved per entity and language, corrected without forgetting, missing ones said."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from content import fact_tokens, texts
from content.editions import ModuleText
from content.fact_models import Fact, FactProposal, FactSet
from content.facts.proposals import FactRefused, propose_fact, sign_fact
from content.facts.recording import set_fact
from content.facts.resolving import missing_facts, resolve_facts
from lms.people.groups import EDITOR, REVIEWER, ensure_groups
from tests.content.pressing import fields
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


def written(client: Client, fact: Fact | None, **words: str) -> Any:
    """The fact's form, with all its fields and these changed, saved."""
    name = "wagtailsnippets_content_fact"
    address = reverse(f"{name}:edit", args=[fact.pk]) if fact else reverse(f"{name}:add")
    form = BeautifulSoup(client.get(address).content, "html.parser").find("form", attrs={"data-edit-form": True})
    assert isinstance(form, Tag)
    return client.post(address, fields(form) | words)


def answered(client: Client, button: str, comment: str = "") -> Any:
    """The first waiting fact, answered with the button of that name on the page's own form."""
    page = BeautifulSoup(client.get(reverse("content_review_facts")).content, "html.parser")
    found = [tag for tag in page.find_all("button") if tag.get("name") == button]
    if not found:
        return None
    form = found[0].find_parent("form")
    assert isinstance(form, Tag)
    return client.post(reverse("content_review_facts"), fields(form) | {button: button, "comment": comment})


def told() -> list[str]:
    return list(Fact.objects.filter(known_to__isnull=True).values_list("text", flat=True))


@pytest.mark.django_db
def test_a_fact_goes_round_and_the_only_reviewer_signs_it(client: Client) -> None:
    """Handed in, sent back, corrected, handed in, signed; learners are told the old words until then."""
    ensure_groups()
    entity = make_entity()
    set_fact(entity, "en", "concern-channel", "Write to help@example.org", AT)
    editor, reviewer = make_user(EDITOR), make_user(REVIEWER)
    sign_in(client, editor)
    assert written(client, Fact.objects.get(), text="Write to evil@attacker.example").status_code == 302
    assert told() == ["Write to help@example.org"]
    assert answered(client, "sign") is None  # an editor sees the page, and no button
    sign_in(client, reviewer)
    page = client.get(reverse("content_review_facts")).content.decode()
    assert "<del>help@example.org</del>" in page
    assert "<ins>evil@attacker.example</ins>" in page
    answered(client, "reject", "Whose address is that?")
    assert told() == ["Write to help@example.org"]
    sign_in(client, editor)
    form = client.get(reverse("wagtailsnippets_content_fact:edit", args=[Fact.objects.get().pk])).content.decode()
    assert "Whose address is that?" in form
    written(client, Fact.objects.get(), text="Write to concerns@example.org")
    sign_in(client, reviewer)
    answered(client, "sign")
    assert told() == ["Write to concerns@example.org"]
    assert Fact.objects.exclude(known_to=None).get().text == "Write to help@example.org"


@pytest.mark.django_db
def test_nobody_signs_a_fact_of_their_own_nor_one_they_wrote_first(client: Client) -> None:
    ensure_groups()
    entity = make_entity()
    both = make_user(EDITOR, REVIEWER)
    sign_in(client, both)
    written(client, None, entity=str(entity.pk), locale="en", key="helpdesk", text="Extension 1")
    assert "You wrote part of these words." in client.get(reverse("content_review_facts")).content.decode()
    waiting = FactProposal.objects.get()
    posted = {"fact": str(waiting.pk), "text": waiting.text, "sign": "sign"}
    client.post(reverse("content_review_facts"), posted)
    assert told() == []
    other = make_user(EDITOR)
    sign_in(client, other)
    written(client, None, entity=str(entity.pk), locale="en", key="helpdesk", text="Extension 1, or 2")
    sign_in(client, both)
    assert answered(client, "sign") is None
    sign_in(client, make_user(REVIEWER))
    answered(client, "sign")
    assert told() == ["Extension 1, or 2"]


@pytest.mark.django_db
def test_words_that_changed_since_they_were_read_are_not_signed() -> None:
    ensure_groups()
    entity, editor, reviewer = make_entity(), make_user(EDITOR).person, make_user(REVIEWER).person
    waiting = propose_fact(entity, "en", "helpdesk", "Extension 1", editor, AT)
    assert waiting is not None
    propose_fact(entity, "en", "helpdesk", "Extension 2", editor, AT)
    with pytest.raises(FactRefused, match="have changed"):
        sign_fact(waiting, "Extension 1", reviewer, LATER)
    assert told() == []


@pytest.mark.django_db
def test_a_fact_is_withdrawn_by_two_but_not_while_a_live_text_needs_it(client: Client) -> None:
    make_module(languages=("en",), facts=("helpdesk",))
    ensure_groups()
    entity = make_entity()
    set_fact(entity, "en", "helpdesk", "Extension 1", AT)
    editor, reviewer = make_user(EDITOR), make_user(REVIEWER)
    sign_in(client, editor)
    refused = written(client, Fact.objects.get(), text="").content.decode()
    assert "“helpdesk” cannot be withdrawn: the module s01 asks for it" in refused
    set_fact(entity, "fr", "helpdesk", "Poste 1", AT)
    english = Fact.objects.get(locale="en")
    assert written(client, english, text="").status_code == 302
    assert "Extension 1" in told()
    sign_in(client, reviewer)
    answered(client, "sign")
    assert told() == ["Poste 1"]


@pytest.mark.django_db
def test_an_editor_hands_in_a_fact_and_learners_are_told_nothing_yet(client: Client) -> None:
    ensure_groups()
    entity = make_entity()
    sign_in(client, make_user(EDITOR))
    add = reverse("wagtailsnippets_content_fact:add")
    assert client.get(add).status_code == 200
    words = {"entity": str(entity.pk), "locale": "en", "key": "helpdesk", "text": "Extension 1"}
    assert client.post(add, words).status_code == 302
    assert told() == []
    assert client.post(add, words | {"text": " "}).status_code == 200
    assert FactProposal.objects.get().text == "Extension 1"
