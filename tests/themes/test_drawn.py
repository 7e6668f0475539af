"""What is remembered of a component must never answer for other variables or another language."""

from __future__ import annotations

from typing import Any

import pytest
from django.template import engines
from django.utils.safestring import mark_safe
from django.utils.translation import override

from themes.drawn import drawn, marked


def test_the_same_letters_as_safe_html_are_another_drawing() -> None:
    as_html = drawn("badge", status="due", text=mark_safe("<b>x</b>"))
    as_text = drawn("badge", status="due", text="<b>x</b>")
    assert "<b>x</b>" in as_html
    assert "&lt;b&gt;x&lt;/b&gt;" in as_text
    assert "&lt;b&gt;" in drawn("badge", status="due", text="<b>x</b>")


def test_a_safe_string_deep_inside_is_another_drawing_too() -> None:
    source = engines["django"].from_string('{% option_list "Which?" "q1" options %}')
    option: dict[str, Any] = {"key": "a", "checked": False}
    assert "<i>y</i>" in source.render({"options": [option | {"text": mark_safe("<i>y</i>")}]})
    assert "&lt;i&gt;y" in source.render({"options": [option | {"text": "<i>y</i>"}]})


def test_another_answer_is_another_drawing() -> None:
    source = engines["django"].from_string('{% option_list "Which?" "q1" options %}')
    for checked in (True, False, True):
        html = source.render({"options": [{"key": "a", "text": "A", "checked": checked}]})
        assert (" checked>" in html) is checked


def test_another_language_is_another_drawing() -> None:
    variables = {"legend": "?", "name": "q", "options": [], "kind": "multiple"}
    with override("en"):
        english = drawn("option_list", **{**variables, "hint": "", "error": "", "review": False})
    with override("fr"):
        french = drawn("option_list", **{**variables, "hint": "", "error": "", "review": False})
    assert "Choose all that apply." in english
    assert "Choose all that apply." not in french


@pytest.mark.parametrize(("one", "other"), [(True, 1), ("1", 1), ([], ""), ({"a": "b"}, {"a": mark_safe("b")})])
def test_keys_tell_apart_what_python_calls_equal(one: Any, other: Any) -> None:
    assert marked(one) != marked(other)
