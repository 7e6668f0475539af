"""The site's components as template tags. Each renders one template, `components/<name>.html`, whose opening comment
lists its variables; `/styleguide/` shows them all. The library is a builtin: no `{% load %}` is needed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache, lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.core.paginator import Page
from django.forms import BaseForm, BoundField, CheckboxInput, Field
from django.http import QueryDict
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import get_language, get_language_info, gettext, ngettext

from themes.drawn import drawn, render
from themes.progress import patches, shade

register = template.Library()

Context = dict[str, Any]

MIRRORED_ICONS = frozenset({"arrow-right", "chevron-left", "chevron-right", "log-out"})


# --- What acts ----------------------------------------------------------------------------------------------


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    return drawn_icon(name, str(label))


@lru_cache(512, typed=True)  # a page shows dozens of the same few; a safe label is not the plain one
def drawn_icon(name: str, label: str) -> SafeString:
    return render("icon", file=f"components/icons/{name}.svg", label=label, mirrored=name in MIRRORED_ICONS)


@register.simple_tag
def button(
    text: str,
    variant: str = "primary",
    *,
    type: str = "submit",  # the HTML attribute's own name
    name: str = "",
    value: str = "",
    form: str = "",
    formaction: str = "",
    icon: str = "",
    does: str = "",
) -> SafeString:
    return drawn("button", **locals())


@register.inclusion_tag("components/link_button.html")
def link_button(text: str, url: str, variant: str = "primary", *, icon: str = "", download: bool = False) -> Context:
    return locals()


@register.simple_block_tag
def toolbar(content: str, label: str = "") -> SafeString:
    return render("toolbar", content=content, label=label)


@register.inclusion_tag("components/language_switcher.html", takes_context=True)
def language_switcher(context: template.Context) -> Context:
    request = context.get("request")
    current = get_language() or settings.LANGUAGE_CODE
    languages = [(code, own_name(code)) for code, _ in settings.LANGUAGES]
    return {
        "choices": drawn("parts/language_choices", languages=languages, code=current) if languages[1:] else "",
        "code": current,
        "name": own_name(current),
        "next": request.get_full_path() if request else "/",
    }


@cache
def own_name(code: str) -> str:
    """A language's name in itself, as it begins a line."""
    return str(capfirst(get_language_info(code)["name_local"]))


# --- Work to do and progress --------------------------------------------------------------------------------


@register.simple_tag
def badge(status: str, text: str) -> SafeString:
    return drawn("badge", status=status, text=text)


@register.simple_block_tag
def task_list(content: str, label: str = "") -> SafeString:
    return render("task_list", content=content, label=label)


@register.inclusion_tag("components/task_row.html")
def task_row(
    title: str, *, url: str = "", reason: str = "", minutes: int = 0, status: str = "", badge: str = ""
) -> Context:
    return {**locals(), "duration": duration(minutes)}


@register.inclusion_tag("components/resume_card.html")
def resume_card(
    title: str, *, url: str, button: str, text: str = "", done: int = 0, total: int = 0, kicker: str = ""
) -> Context:
    return locals()


@register.simple_tag
def strip(done: int, total: int, label: str = "") -> SafeString:
    return drawn_strip(done, total, str(label), get_language())


@lru_cache(1024, typed=True)  # a team's page shows one a person
def drawn_strip(done: int, total: int, label: str, language: str | None) -> SafeString:
    """`language` is what the words are in: part of the key only."""
    return render("strip", patches=patches(done, total), done=done, total=total, label=label)


@register.inclusion_tag("components/outline.html")
def outline(sections: Sequence[Mapping[str, Any]], title: str = "") -> Context:
    """`sections`: mappings of title, state (done | now | todo), url ('' = not yet open) and minutes (0 = unsaid)."""
    rows = [
        {**section, "duration": duration(section["minutes"]), "shade": shade(place, len(sections))}
        for place, section in enumerate(sections)
    ]
    now = next((place for place, row in enumerate(rows, 1) if row["state"] == "now"), 0)
    return {"sections": rows, "title": title, "now": now, "total": len(rows)}


def duration(minutes: int) -> str:
    """ "25 min", or nothing where it is not known."""
    return ngettext("%(minutes)s min", "%(minutes)s min", minutes) % {"minutes": minutes} if minutes else ""


# --- The page and where one is ------------------------------------------------------------------------------


@register.inclusion_tag("components/page_header.html")
def page_header(title: str, lede: str = "", *, kicker: str = "", id: str = "") -> Context:  # the HTML attribute
    return locals()


@register.inclusion_tag("components/kicker.html")
def kicker(text: str) -> Context:
    return locals()


@register.inclusion_tag("components/breadcrumbs.html")
def breadcrumbs(items: Sequence[Mapping[str, str]]) -> Context:
    return locals()


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: template.Context, page_obj: Page[Any], parameter: str = "page") -> Context:
    request = context.get("request")
    kept = request.GET.copy() if request else QueryDict(mutable=True)
    kept.pop(parameter, None)
    query = kept.urlencode()
    return {"page": page_obj, "prefix": f"?{query}&{parameter}=" if query else f"?{parameter}="}


@register.simple_block_tag
def notice(content: str, kind: str = "info", title: str = "") -> SafeString:
    return render("notice", content=content, kind=kind, title=title)


@register.inclusion_tag("components/empty_state.html")
def empty_state(title: str, text: str = "", *, url: str = "", button: str = "") -> Context:
    return locals()


# --- Forms --------------------------------------------------------------------------------------------------


@register.inclusion_tag("components/error_summary.html")
def error_summary(form: BaseForm | None = None, errors: Iterable[tuple[str, str]] = ()) -> Context:
    """`errors`: more (sentence, id of the element it is about), for what is no Django form."""
    return {"errors": [*form_errors(form), *errors]}


def form_errors(form: BaseForm | None) -> list[tuple[str, str]]:
    if not form or not form.errors:
        return []
    visible = form.visible_fields()
    about_all = [(str(error), first_id(visible[0]) if visible else "") for error in form.non_field_errors()]
    return about_all + [(sentence, first_id(field)) for field in visible for sentence in sentences(field)]


def sentences(field: BoundField) -> list[str]:
    """What is wrong with a field, the same beside it and in the summary.

    Django's "This field is required." does not say which field, so it becomes a sentence that does.
    """
    unnamed = Field.default_error_messages["required"]
    return [missing(field) if error == unnamed else str(error) for error in field.errors]


def missing(field: BoundField) -> str:
    sentence = {
        "checkbox": gettext("To go on, please tick “%(label)s”."),
        "group": gettext("Please choose an answer: %(label)s"),
    }.get(field_kind(field), gettext("“%(label)s” is missing: please fill it in."))
    return sentence % {"label": field.label}


def first_id(field: BoundField) -> str:
    """The id of the element that takes focus: a group of choices has none itself, so its first choice."""
    return field.id_for_label or f"{field.auto_id}_0"


@register.inclusion_tag("components/field.html")
def field(field: BoundField, label: str = "", hint: str | None = None) -> Context:
    """`label`, `hint`: other words than the form's own; an empty hint takes its hint away."""
    if label:
        field.label = label
    if hint is not None:
        field.help_text = hint
    # A placeholder is no label: it vanishes when one begins to write, and some frameworks set it unasked.
    field.field.widget.attrs.pop("placeholder", None)
    return {"field": field, "kind": field_kind(field), "sentences": sentences(field)}


def field_kind(field: BoundField) -> str:
    if field.is_hidden:
        return "hidden"
    if field.use_fieldset:
        return "group"
    return "checkbox" if isinstance(field.field.widget, CheckboxInput) else "line"


@register.inclusion_tag("components/fields.html")
def fields(form: BaseForm) -> Context:
    return locals()


@register.simple_block_tag
def filter_bar(content: str, action: str = "", button: str = "", label: str = "") -> SafeString:
    return render("filter_bar", content=content, action=action, button=button, label=label)


@register.inclusion_tag("components/as_of_form.html")
def as_of_form(true_on: date, known_on: date, *, action: str = "", hidden: Sequence[tuple[str, str]] = ()) -> Context:
    return locals()


@register.simple_tag
def option_list(
    legend: str,
    name: str,
    options: Sequence[Mapping[str, Any]],
    *,
    kind: str = "single",
    hint: str = "",
    error: str = "",
    reason: str = "",
    review: bool = False,
) -> SafeString:
    """`options`: mappings of key, text, checked; when `review` is true also verdict and feedback.

    What is still to be answered has names of its own for every person, and what was typed is theirs: neither is kept.
    """
    shared = review and not any(option.get("given") or option.get("reason") for option in options)
    return (drawn if shared else render)("option_list", **locals())


@register.simple_tag
def row_list(
    legend: str,
    name: str,
    rows: Sequence[Mapping[str, Any]],
    *,
    few: bool = False,
    movable: bool = False,
    hint: str = "",
    error: str = "",
) -> SafeString:
    """`rows`: mappings of name, text and choices (value, text, selected). `movable`: buttons move a row up and down."""
    return render("row_list", **locals())


@register.simple_tag
def number_field(
    legend: str, name: str, value: str = "", *, unit: str = "", hint: str = "", error: str = ""
) -> SafeString:
    return render("number_field", **locals())


@register.inclusion_tag("components/feedback.html")
def feedback(verdict: str, text: str, label: str = "") -> Context:
    return locals()


@register.inclusion_tag("components/autosave_status.html")
def autosave_status() -> Context:
    return {}


# --- Reading ------------------------------------------------------------------------------------------------


@register.simple_block_tag
def reading(content: str) -> SafeString:
    return render("reading", content=content)


@register.simple_block_tag
def details(content: str, summary: str, open: bool = False) -> SafeString:
    return render("details", content=content, summary=summary, open=open)


@register.simple_block_tag
def lang_block(content: str, lang: str, wanted: str = "") -> SafeString:
    """A block whose text is in another language than the page; `wanted` is the language that is missing."""
    info = get_language_info(lang)
    missing = get_language_info(wanted)["name_translated"] if wanted else ""
    return render(
        "lang_block",
        content=content,
        lang=lang,
        dir="rtl" if info["bidi"] else "ltr",
        language=info["name_translated"],
        missing=missing,
    )


# --- Evidence and figures -----------------------------------------------------------------------------------


@register.simple_block_tag
def seal(content: str, state: str = "verified", title: str = "", url: str = "", link: str = "") -> SafeString:
    return render("seal", content=content, state=state, title=title, url=url, link=link)


@register.inclusion_tag("components/facts.html")
def facts(items: Iterable[tuple[str, Any]]) -> Context:
    return locals()


@register.simple_block_tag
def data_table(content: str, caption: str, cards: bool = False) -> SafeString:
    return render("data_table", content=content, caption=caption, cards=cards)


@register.inclusion_tag("components/stat.html")
def stat(figure: str, text: str, *, url: str = "", current: bool = False) -> Context:
    return locals()


@register.inclusion_tag("components/column_head.html", takes_context=True)
def column_head(context: template.Context, text: str, key: str, order: str) -> Context:
    return {"request": context.get("request"), "text": text, "key": key, "order": order, "back": f"-{key}"}


@register.simple_block_tag
def certificate(
    content: str, title: str, holder: str, sentence: str = "", note: str = "", parts: int = 0
) -> SafeString:
    return render("certificate", **locals())
