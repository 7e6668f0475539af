"""Every component declares its variables and stands on the pattern page; the ones that decide something are tried."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.template import engines
from django.test import Client, RequestFactory
from django.utils.translation import override

from themes import styleguide
from themes.templatetags import components, lesson

pytestmark = [
    pytest.mark.once("HTML from templates; the frame only asks whether this is a demonstration site"),
    pytest.mark.django_db,
]

TEMPLATES = Path(settings.BASE_DIR) / "themes" / "default" / "templates"
NAMES = sorted(path.stem for path in (TEMPLATES / "components").glob("*.html"))


class Enrol(forms.Form):
    staff_number = forms.CharField(label="Staff number", help_text="On your badge.")
    unit = forms.CharField(label="Unit", required=False)
    when = forms.ChoiceField(label="When?", choices=[("a", "Now"), ("b", "Later")], widget=forms.RadioSelect)

    def clean(self) -> None:
        self.add_error(None, "These do not belong together.")


def render(source: str, **context: Any) -> str:
    request = context.pop("request", None)
    return str(engines["django"].from_string(source).render(context, request))


def test_there_is_a_tag_for_every_template_and_a_template_for_every_tag() -> None:
    assert sorted([*components.register.tags, *lesson.register.tags]) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_component_lists_its_variables(name: str) -> None:
    assert styleguide.declared_variables(name).strip()


def test_every_component_stands_on_the_pattern_page(client: Client) -> None:
    page = client.get("/styleguide/").content.decode()
    assert [name for name in NAMES if f'data-component="{name}"' not in page] == []


def test_a_template_without_its_variables_is_named(tmp_path: Path, settings: Any) -> None:
    (tmp_path / "components").mkdir()
    (tmp_path / "components" / "bare.html").write_text("<b>{{ text }}</b>")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    with pytest.raises(ValueError, match=r"components/bare\.html must open with a comment"):
        styleguide.declared_variables("bare")


def test_a_task_that_cannot_start_is_no_link() -> None:
    row = '{% task_row "Renew" url=url badge="Cannot start yet" status="due" %}'
    assert "<a " not in render(row, url="")
    assert '<a href="/learn/1/">Renew</a>' in render(row, url="/learn/1/")


def test_text_is_escaped() -> None:
    html = render('{% badge "due" text %}{% notice "info" text %}{{ text }}{% endnotice %}', text="<script>")
    assert "<script>" not in html
    assert html.count("&lt;script&gt;") == 3


def test_the_summary_and_the_field_use_the_same_words() -> None:
    form = Enrol({})
    summary, beside = render("{% error_summary form %}", form=form), render("{% fields form %}", form=form)
    for sentence, id in [
        ("“Staff number” is missing: please fill it in.", "id_staff_number"),
        ("Please choose an answer: When?", "id_when_0"),
    ]:
        assert f'<a href="#{id}">{sentence}</a>' in summary
        assert sentence in beside
        assert f'id="{id}"' in beside
    assert '<a href="#id_staff_number">These do not belong together.</a>' in summary


def test_a_field_is_tied_to_its_hint_and_its_error() -> None:
    html = render("{% field form.staff_number %}", form=Enrol({}))
    assert 'aria-describedby="id_staff_number_helptext id_staff_number_error"' in html
    assert 'id="id_staff_number_helptext"' in html
    assert 'id="id_staff_number_error"' in html
    assert 'aria-invalid="true"' in html


def test_a_form_without_errors_has_no_summary() -> None:
    assert render("{% error_summary form %}", form=Enrol()).strip() == ""


def test_only_what_is_optional_says_so() -> None:
    html = render("{% field form.staff_number %}|{% field form.unit %}", form=Enrol())
    required, optional = html.split("|")
    assert "(optional)" not in required
    assert "(optional)" in optional


def test_a_field_may_be_given_other_words() -> None:
    html = render('{% field form.staff_number label="Number" hint="" %}', form=Enrol())
    assert ">Number" in html
    assert "On your badge." not in html
    assert "aria-describedby" not in html


def test_pagination_keeps_the_filter() -> None:
    request = RequestFactory().get("/team/?unit=7&page=2&q=a b")
    html = render("{% pagination page %}", page=Paginator(range(60), 20).page(2), request=request)
    assert 'href="?unit=7&amp;q=a+b&amp;page=1"' in html
    assert 'href="?unit=7&amp;q=a+b&amp;page=3"' in html
    assert "Page 2 of 3" in html


def test_one_page_has_no_pagination() -> None:
    html = render("{% pagination page %}", page=Paginator(range(3), 20).page(1), request=RequestFactory().get("/"))
    assert html.strip() == ""


def test_the_language_switcher_returns_to_the_same_place() -> None:
    request = RequestFactory().get("/learn/4/words/?depth=1")
    html = render("{% language_switcher %}", request=request)
    assert 'name="next" value="/learn/4/words/?depth=1"' in html
    assert 'name="language" value="ar" lang="ar"' in html
    assert "csrfmiddlewaretoken" in html


OPTIONS = [
    {"key": "a", "text": "First", "checked": True, "verdict": "wrong", "feedback": "Because."},
    {"key": "b", "text": "Second", "verdict": "missed", "feedback": "It was."},
]


def test_while_answering_nothing_tells_the_key() -> None:
    html = render('{% option_list "Which?" "q1" options %}', options=OPTIONS)
    assert 'type="radio" name="q1" value="a" id="q1-a" checked' in html
    assert "Because." not in html
    assert "wrong" not in html
    assert "missed" not in html


def test_in_a_review_every_option_has_its_feedback_and_nothing_can_be_changed() -> None:
    html = render('{% option_list "Which?" "q1" options review=True %}', options=OPTIONS)
    assert "<input" not in html
    assert "Your answer" in html
    assert "Not right." in html
    assert "This was right too." in html


def test_several_answers_are_checkboxes_and_say_so() -> None:
    html = render('{% option_list "Which?" "q1" options kind="multiple" %}', options=OPTIONS)
    assert 'type="checkbox"' in html
    assert "Choose all that apply." in html


def test_a_text_in_another_language_says_so_and_is_marked() -> None:
    with override("en"):
        html = render('{% lang_block "ar" wanted="en" %}نص{% endlang_block %}')
    assert "not available in English yet. It is shown in Arabic." in html
    assert '<div class="lang-block" lang="ar" dir="rtl">نص</div>' in html


def test_the_outline_says_where_one_is() -> None:
    sections = [
        {"title": "One", "state": "done", "url": "/1/", "minutes": 3},
        {"title": "Two", "state": "now", "url": "/2/", "minutes": 3},
        {"title": "Three", "state": "todo", "url": "", "minutes": 3},
    ]
    html = render('{% outline sections "Module" %}', sections=sections)
    assert "Section 2 of 3" in html
    assert '<a href="/2/" aria-current="step">Two</a>' in html
    assert "<span>Three</span>" in html


def test_the_strip_says_itself_in_words() -> None:
    html = render("{% strip 4 10 %}")
    assert 'role="img" aria-label="4 of 10 sections done"' in html
    assert html.count("<i") == 10
    assert html.count('<i class="shade-') == 4


def test_directional_icons_are_mirrored_and_others_are_not() -> None:
    assert "icon-mirrored" in render('{% icon "arrow-right" %}')
    assert "icon-mirrored" not in render('{% icon "check" %}')


def test_every_icon_that_is_asked_for_exists() -> None:
    drawn = {path.stem for path in (TEMPLATES / "components" / "icons").glob("*.svg")}
    asked = {
        name
        for path in TEMPLATES.rglob("*.html")
        for name in re.findall(r"""(?:icon=|{% icon )["']([a-z-]+)["']""", path.read_text(encoding="utf-8"))
    }
    assert asked
    assert asked <= drawn
