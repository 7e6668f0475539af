"""The interface speaks every language it offers. (`.ci/run` collects the strings anew before it asks this.)"""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.utils import translation
from django.utils.translation import ngettext

from lms import catalogues

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def test_every_offered_language_has_a_catalogue() -> None:
    offered = {code for code, _name in settings.LANGUAGES} - {"en"}
    assert offered == {source.parts[-3] for source in catalogues.sources()}


def test_nothing_is_left_in_english() -> None:
    assert list(catalogues.untranslated()) == []


def test_translations_use_the_placeholders_of_the_source() -> None:
    wrong = []
    for source in catalogues.sources():
        for message in catalogues.read_catalogue(source):
            if not message.id:
                continue
            originals = message.id if isinstance(message.id, tuple) else (message.id,)
            allowed = {name for original in originals for name in PLACEHOLDER.findall(original)}
            forms = message.string if isinstance(message.string, tuple) else (message.string,)
            for form in forms:
                used = set(PLACEHOLDER.findall(form))
                if used - allowed or (not isinstance(message.id, tuple) and used != allowed):
                    wrong.append(f"{source.parts[-3]}: {form!r} for {message.id!r}")
    assert wrong == []


@pytest.mark.parametrize(("number", "form"), [(1, 1), (2, 2), (5, 3), (11, 4), (99, 4), (100, 5)])
def test_arabic_plurals_meet_the_right_form(number: int, form: int) -> None:
    catalogues.compile_all()
    singular, plural = "About %(minutes)s minute left.", "About %(minutes)s minutes left."
    arabic = next(source for source in catalogues.sources() if source.parts[-3] == "ar")
    message = catalogues.read_catalogue(arabic).get(singular)
    assert message is not None
    with translation.override("ar"):
        assert ngettext(singular, plural, number) == message.string[form]
