"""Every address under /admin/, opened and posted to as a translator and as an editor: nothing is live afterwards."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse
from wagtail.models import Locale, Page
from wagtail.test.utils.form_data import nested_form_data
from wagtail_localize.models import OverridableSegment, StringSegment, Translation

from content.fact_models import Fact
from content.models import ModulePage
from content.workflow import ensure_workflow
from lms.people.groups import EDITOR, TRANSLATOR, ensure_groups
from quizzes.models import Question, Quiz, Story
from tests.content.pressing import blocks, fields
from tests.content.samples import load
from tests.factories import make_user, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.once("two hundred addresses, the same on both databases")]
OURS = ("wagtail_localize", "content_", "quizzes_")
"""Where a form without its fields must still be answered in words; Wagtail's own editing views are not held to it."""
LEAVE_OUT = {"wagtailadmin_logout", "wagtailadmin_sprite", "javascript_catalog"}


def admin_addresses() -> Iterator[tuple[str, URLPattern]]:
    for one in get_resolver().url_patterns:
        if str(one.pattern).startswith("admin/"):
            yield from _walk([one], "")


def _walk(patterns: list[Any], space: str) -> Iterator[tuple[str, URLPattern]]:
    for one in patterns:
        if isinstance(one, URLResolver):
            yield from _walk(one.url_patterns, f"{space}{one.namespace}:" if one.namespace else space)
        elif isinstance(one, URLPattern) and one.name:
            yield f"{space}{one.name}", one


def live_words() -> dict[str, Any]:
    """All that learners and the public could be shown, and what decides whether they are."""
    return {
        "pages": list(
            Page.objects.order_by("pk").values_list("pk", "live", "alias_of", "title", "live_revision", "slug")
        ),
        "modules": [
            (each.pk, each.live, each.summary, json.dumps(list(each.sections.raw_data)), each.quiz_id)
            for each in ModulePage.objects.order_by("pk").filter(live=True)
        ],
        "questions": [
            (type(each).__name__, each.pk, each.live, str(each), json.dumps(each.content(), default=str))
            for model in (Question, Story, Quiz)
            for each in model.objects.order_by("pk").filter(live=True)
        ],
        "facts": list(Fact.objects.order_by("pk").values_list()),
        "translations": list(Translation.objects.order_by("pk").values_list("pk", "enabled")),
    }


def arguments(pattern: URLPattern, page: ModulePage, translation: Translation) -> dict[str, Any]:
    known = {
        "page_id": page.pk,
        "parent_page_id": page.get_parent().pk,
        "page_to_move_id": page.pk,
        "destination_id": page.get_parent().pk,
        "revision_id": page.latest_revision_id,
        "revision_id_a": "earliest",
        "revision_id_b": "latest",
        "translation_id": translation.pk,
        "translation_source_id": translation.source_id,
        "string_segment_id": StringSegment.objects.filter(source=translation.source)[0].pk,
        "overridable_segment_id": OverridableSegment.objects.filter(source=translation.source)[0].pk,
        "content_type_app_name": "content",
        "content_type_model_name": "modulepage",
        "app_label": "quizzes",
        "model_name": "question",
        "action_name": "approve",
        "action": "publish",
        "kind": "question",
        "mode": "",
    }
    return {
        name: known.get(name, Question.objects.earliest("pk").pk if "int" in type(form).__name__.lower() else "1")
        for name, form in pattern.pattern.converters.items()
    }


def pressing_everything(locales: list[int]) -> dict[str, Any]:
    """What the buttons of these pages send, all at once."""
    return {
        **{name: name for name in ("action-publish", "action-unpublish", "action-submit", "action-cancel-workflow")},
        **dict.fromkeys(
            ("publish_translations", "publish_copies", "copy_subpages", "alias", "include_descendants"), "on"
        ),
        **dict.fromkeys(("localize-convert-to-alias", "localize-restart-translation", "approve", "confirm"), "1"),
        "action": "publish",
        "action-workflow-action": "true",
        "workflow-action-name": "approve",
        "locales": locales,
        "new_title": "Walked",
        "new_slug": "walked",
        "title": "Walked",
        "next": "/admin/",
        "value": "https://walked.example",
    }


@pytest.mark.long
@pytest.mark.parametrize("group", [TRANSLATOR, EDITOR])
def test_nothing_goes_live_changes_or_stops_by_whoever_has_no_right_to_publish(
    client: Client, group: str, django_capture_on_commit_callbacks: Any
) -> None:
    ensure_groups()
    ensure_workflow()
    load(languages=("en", "fr"))
    for page in ModulePage.objects.filter(latest_revision=None):
        page.save_revision()
    sign_in(client, make_user(group))
    client.raise_request_exception = False
    before, wrong, posted = live_words(), set(), 0
    for name, pattern in admin_addresses():
        if name.split(":")[-1] in LEAVE_OUT:
            continue
        pages = ModulePage.objects.order_by("locale__language_code")
        for page in pages if "page_id" in pattern.pattern.converters else pages[:1]:
            with suppress(BackToBefore), transaction.atomic():
                with django_capture_on_commit_callbacks(execute=True):
                    statuses = knock(client, name, pattern, page)
                posted += len(statuses)
                after = live_words()
                wrong |= {f"{name} ({page.locale}): {part}" for part in before if before[part] != after[part]}
                if max(statuses) >= 500 and name.startswith(OURS) and "report" not in name:
                    wrong.add(f"{name}: {max(statuses)}")
                raise BackToBefore
    assert posted > 300
    assert "\n".join(sorted(wrong)) == ""


class BackToBefore(Exception):
    """Takes back what one address did, so that the next is tried on the same house."""


def knock(client: Client, name: str, pattern: URLPattern, page: ModulePage) -> list[int]:
    """Opens the address and posts to it; the statuses."""
    translation = Translation.objects.get(source__object_id=page.translation_key)
    locales = [Locale.objects.get_or_create(language_code=code)[0].pk for code in ("fr", "ar")]
    try:
        address = reverse(name, kwargs=arguments(pattern, page, translation))
    except NoReverseMatch:
        address = f"/admin/{name}"
    sent = pressing_everything(locales)
    shown = client.get(address, {"id": page.pk, "next": "/admin/"})
    if shown.status_code == 200 and name == "wagtailadmin_pages:edit":
        form = BeautifulSoup(shown.content, "html.parser").find("form", attrs={"data-edit-form": True})
        if isinstance(form, Tag):
            sent = fields(form) | nested_form_data(blocks(page)) | sent
    answers = [client.post(f"{address}?id={page.pk}&next=/admin/", body) for body in (sent, {"next": "/admin/"})]
    for method in (client.put, client.delete):
        answers.append(method(address, "value=x", content_type="application/x-www-form-urlencoded"))
    return [shown.status_code, *(answer.status_code for answer in answers)]
