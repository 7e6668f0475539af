import pytest

from content import texts
from tests.content.samples import make_module


@pytest.mark.django_db
def test_a_sample_module_can_be_taught_in_its_languages() -> None:
    module = make_module(facts=("helpdesk",))
    edition = texts.current_edition(module)
    assert edition is not None
    assert texts.signed_languages(edition) == ["en", "fr", "ar"]
    assert edition.structure["facts"] == ["helpdesk"]
    assert [section["key"] for section in edition.structure["sections"]] == ["start", "more", "quiz"]
    assert texts.text_for(edition, "ar").body["title"] == "العربية title s01"
