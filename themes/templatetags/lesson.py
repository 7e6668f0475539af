"""The blocks of a section as template tags: a builtin library like `components`, and rendered in the same way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import template
from django.utils.safestring import SafeString

from themes.drawn import render

register = template.Library()

Context = dict[str, Any]


@register.inclusion_tag("components/key_idea.html")
def key_idea(text: str) -> Context:
    return locals()


@register.simple_block_tag
def case(
    content: str,
    title: str,
    sector: str = "",
    lesson: str = "",
    question: str = "",
    options: Sequence[Mapping[str, str]] = (),
    name: str = "case",
) -> SafeString:
    return render("case", **locals())


@register.inclusion_tag("components/cards.html")
def cards(items: Sequence[Mapping[str, str]]) -> Context:
    return locals()


@register.simple_block_tag
def reveal(content: str, question: str) -> SafeString:
    return render("reveal", content=content, question=question)


@register.inclusion_tag("components/check.html")
def check(question: str, options: Sequence[Mapping[str, Any]]) -> Context:
    return locals()


@register.inclusion_tag("components/steps.html")
def steps(items: Sequence[Mapping[str, str]]) -> Context:
    return locals()


@register.inclusion_tag("components/checklist.html")
def checklist(title: str, items: Sequence[Mapping[str, str]]) -> Context:
    return locals()
