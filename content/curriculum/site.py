"""The pages around the modules: a home page a language and a course that groups the modules."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from wagtail.models import Locale, Page, Site

from content.curriculum.identity import HOME, course_id
from content.models import CoursePage, HomePage
from lms.yaml_lines import YamlMapping, read_yaml_file

COURSES = Path(__file__).parent / "courses.yaml"
"""{slug: {language: {"title", "intro"}}}"""


def ensure_locales() -> dict[str, Locale]:
    """A Wagtail locale for every language of the site."""
    return {code: Locale.objects.get_or_create(language_code=code)[0] for code, _name in settings.LANGUAGES}


def ensure_site(found: dict[str, Locale]) -> None:
    """Home and course pages in every language that does not have them yet. What an editor changed stays."""
    source = found[settings.LANGUAGE_CODE]
    home = _home(source)
    _make_root(home)
    courses = _courses(COURSES)
    for locale in found.values():
        here = _home(locale)
        for slug, words in courses.items():
            _course(here, slug, words.get(locale.language_code) or words[settings.LANGUAGE_CODE])


def _courses(path: Path) -> dict[str, dict[str, tuple[str, str]]]:
    """{slug: {language: (title, intro)}}; the site's own language is always there. Raises FaultyFile."""
    courses = read_yaml_file(path)
    translations = {slug: courses.mapping(slug) for slug in courses.values}
    found = {slug: _titles(languages) for slug, languages in translations.items() if languages is not None}
    courses.faults.check()
    return found


def _titles(languages: YamlMapping) -> dict[str, tuple[str, str]]:
    found = {}
    for code in {settings.LANGUAGE_CODE, *languages.values}:
        words = languages.mapping(code)
        if words is not None:
            found[code] = (words.text("title").value, words.text("intro", required=False).value)
            words.finish()
    return found


def course_page(slug: str, locale: Locale) -> CoursePage:
    return CoursePage.objects.get(translation_key=course_id(slug), locale=locale)


def _home(locale: Locale) -> HomePage:
    found = HomePage.objects.filter(translation_key=HOME, locale=locale).first()
    if found:
        return found
    root = Page.get_first_root_node()
    page = HomePage(title=settings.WAGTAIL_SITE_NAME, slug=locale.language_code, locale=locale, translation_key=HOME)
    _publish(root, page)
    return page


def _course(home: HomePage, slug: str, words: tuple[str, str]) -> None:
    title, intro = words
    key = course_id(slug)
    if not CoursePage.objects.filter(translation_key=key, locale=home.locale).exists():
        page = CoursePage(title=title, slug=slug, intro=intro, locale=home.locale, translation_key=key)
        _publish(home, page)


def _publish(parent: Page, page: Page) -> None:
    page.live = False
    parent.add_child(instance=page)
    page.save_revision().publish()


def _make_root(home: HomePage) -> None:
    """Wagtail's first migration makes a site with a welcome page; it gives way to ours, and only it does."""
    site = Site.objects.filter(is_default_site=True).first() or Site(hostname="localhost", is_default_site=True)
    if site.root_page_id == home.pk:
        return
    welcome = site.root_page if site.root_page_id else None
    site.root_page = home
    site.site_name = site.site_name or settings.WAGTAIL_SITE_NAME
    site.save()
    if welcome and welcome.specific_class is Page and not welcome.get_children().exists():
        welcome.delete()
