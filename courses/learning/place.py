"""What every page of a module shares: whose it is, in which language, the outline, the way back and on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language, get_language_info, gettext

from content import rendering
from content.practice import Practice
from courses.learning import enrolments, frozen_texts
from courses.learning.flow import LearnerPlace
from courses.learning.models import Enrolment
from courses.learning.progress import Section
from lms.parameter_form import ParameterForm
from lms.people.models import Person

FALLBACK = "en"
AT_HEADING = "#heading"
"""What a POST leads to is brought to the person: the fragment puts the focus on the page's heading."""


def language_now() -> str:
    return get_language() or FALLBACK


def own_or_404(person: Person, enrolment: UUID) -> Enrolment:
    """The person's own enrolment; anybody else's is a 404."""
    try:
        return enrolments.own_enrolment(person, enrolment)
    except Enrolment.DoesNotExist as error:
        raise Http404 from error


def unstored(answer: HttpResponse) -> HttpResponse:
    """Questions and results are for one person and one moment: no cache keeps them."""
    patch_cache_control(answer, no_store=True, private=True)
    return answer


def counted(number: str) -> int:
    """A number out of a form; 0 where it is none."""
    return int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 0


def attempt_number(request: HttpRequest) -> int:
    """Which attempt the page was made for; 0, which no attempt has, where the form does not say."""
    return counted(ParameterForm(request.POST, "attempt").text("attempt"))


def section_url(enrolment: Enrolment, section: str) -> str:
    return reverse("learn:section", args=[enrolment.pk, section])


def module_url(enrolment: Enrolment) -> str:
    return reverse("learn:module", args=[enrolment.module.code])


def resume_url(here: LearnerPlace) -> str:
    """The address of the next thing to do; the ending when all is done."""
    following = here.progress.next
    if following is None and here.enrolment.completed_at:
        return reverse("learn:finished", args=[here.enrolment.pk])
    return section_url(here.enrolment, following.key) if following else module_url(here.enrolment)


def elsewhere(request: HttpRequest, here: LearnerPlace) -> HttpResponse:
    """The address names a section this edition does not have: say so and go where one resumes."""
    messages.info(
        request, gettext("This module was renewed since that page was opened. What you had done still counts.")
    )
    return redirect(resume_url(here))


def section_titles(here: LearnerPlace) -> dict[str, str]:
    return {section["key"]: section["title"] for section in here.text.body["sections"]}


def module_frame(here: LearnerPlace, now: str = "") -> dict[str, Any]:
    """What stands around any page of a module; `now` = the key of the section that is shown."""
    named = section_titles(here)
    foreign = here.text.locale if here.text.locale != language_now() else ""
    before, after = section_url(here.enrolment, "0").rsplit("0", 1)  # an outline's dozen addresses from one
    return {
        "enrolment": here.enrolment,
        "module_title": here.text.body["title"],
        "text_lang": foreign,
        "progress": here.progress,
        "outline": [
            outlined(each, named[each.key], f"{before}{each.key}{after}", now) | {"lang": foreign}
            for each in here.progress.sections
        ],
    }


def section_frame(
    here: LearnerPlace, shown: Section, at: datetime, practised: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The context of section.html: see the comment at its top. `practised` = the practice that was just answered."""
    language = language_now()
    facts = frozen_texts.facts_for(here.text, here.enrolment.person, at)
    before, after = here.progress.before(shown.key), here.progress.after(shown.key)
    return module_frame(here, shown.key) | {
        "section": shown,
        "title": section_titles(here)[shown.key],
        "number": here.progress.place(shown.key),
        "parts": shown_parts(rendering.section_parts(here.text, shown.key, facts, language), practised or {}),
        "previous_url": section_url(here.enrolment, before.key) if before else "",
        "next_url": section_url(here.enrolment, after.key) if after and after != shown else "",
        "locale": here.text.locale,
        "corrected_until": here.text.corrected_until,
        "wanted": language if here.text.locale != language else "",
        "corrected_on": frozen_texts.source_corrected_on(here.text),
        "languages": [get_language_info(code) for code in frozen_texts.languages_taught(here.text.edition)],
    }


def find_practice(here: LearnerPlace, shown: Section, key: str, at: datetime) -> Practice | None:
    """The practice of this section with this key, in the words of this place."""
    facts = frozen_texts.facts_for(here.text, here.enrolment.person, at)
    parts = rendering.section_parts(here.text, shown.key, facts, language_now())
    return next((part for part in parts if isinstance(part, Practice) and part.key == key), None)


def shown_parts(parts: Sequence[rendering.Part], practised: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """What learning/parts.html prints: runs of HTML, and each practice to be answered or as it was just answered."""
    found: list[Mapping[str, Any]] = []
    for part in parts:
        if not isinstance(part, Practice):
            found.append({"html": part})
        elif part.key == practised.get("key"):
            found.append(practised)
        else:
            found.append({"key": part.key, "question": part.to_answer()})
    return found


def outlined(section: Section, title: str, url: str, now: str) -> dict[str, Any]:
    state = "done" if section.done else "todo"
    return {
        "title": title,
        "state": "now" if section.key == now else state,
        "url": url,
        "minutes": section.minutes,
    }
