"""The public pages show what is signed off, in a constant number of queries, and preview shows drafts to editors."""

from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.test.utils.form_data import nested_form_data

from content.curriculum.site import ensure_locales, ensure_site
from content.editions import ModuleText, Provenance
from content.models import ModulePage
from lms.people.groups import EDITOR, ensure_groups
from tests.content.posting import form_data
from tests.content.samples import load, make_module, make_reviewer
from tests.factories import make_user, sign_in
from tests.forms import fill_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site_pages")]


def get(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return str(response.content.decode())


def test_the_catalogue_lists_what_is_signed_off(client: Client) -> None:
    make_module("s01")
    make_module("s02", languages=("en",), signed=False)
    for address in ("/en/", "/en/ai-literacy/"):
        html = get(client, address)
        assert "English title s01" in html
        assert "s02" not in html
        assert "2 minutes" in html
        assert '<bdi lang="ar" dir="rtl">' in html


def test_a_catalogue_without_modules_says_so(client: Client) -> None:
    ensure_site(ensure_locales())
    assert "No module can be learnt yet" in get(client, "/en/")
    assert 'dir="rtl"' in get(client, "/ar/")


def test_a_module_page_says_what_it_is_and_where_it_comes_from(client: Client) -> None:
    make_module("s01")
    html = get(client, "/en/ai-literacy/s01/")
    for part in ("English title s01", "English objective", "English law", "2024-06-13", "Drafted with AI, reviewed by"):
        assert part in html
    assert reverse("learn:module", args=["s01"]) in html
    assert "Noor" not in html
    assert 'hreflang="x-default"' in html
    assert 'hreflang="ar"' in html
    french = get(client, "/fr/ai-literacy/s01/")
    assert "Français title s01" in french


def test_the_data_sheet_says_who_has_not_read_it_until_somebody_of_that_language_signs(client: Client) -> None:
    module = make_module("s01", languages=("en", "fr"))
    simulated = "was simulated, not tried with people"
    unread = "No reviewer whose first language this is has signed it yet."
    html = get(client, "/en/ai-literacy/s01/")
    assert simulated in html
    assert unread in html
    text = module.editions.get().texts.get(locale="en")
    text.sign_off.delete()
    ensure_groups()
    reviewer = sign_in(Client(), make_reviewer().user)
    answer = fill_in(
        reviewer, reviewer.get(reverse("content_review_text", args=[text.pk])), {"note": "", "first_language": "yes"}
    )
    assert answer.status_code == 302
    html = get(client, "/en/ai-literacy/s01/")
    assert unread not in html
    assert simulated in html
    assert ModuleText.objects.get(pk=text.pk).sign_off.first_language


def test_what_people_wrote_says_nothing_of_machines(client: Client) -> None:
    module = make_module("s01", languages=("en",))
    module.editions.get().texts.update(provenance=Provenance.HUMAN)
    html = get(client, "/en/ai-literacy/s01/")
    assert "simulated" not in html
    assert "first language" not in html


def test_a_language_without_sign_off_falls_back_in_words(client: Client) -> None:
    module = make_module("s01", languages=("en", "fr"))
    module.editions.get().texts.get(locale="fr").sign_off.delete()
    html = get(client, "/fr/ai-literacy/s01/")
    assert "English title s01" in html
    assert 'lang="en"' in html
    assert "Français title" not in html


def test_nothing_unsigned_is_shown(client: Client) -> None:
    make_module("s01", languages=("en",), signed=False)
    html = get(client, "/en/ai-literacy/s01/")
    assert "under review" in html
    assert "English" not in html.split("<main")[1].split("</main>")[0]
    assert "noindex" in html


@pytest.mark.parametrize(("address", "cost"), [("/en/", 11), ("/en/ai-literacy/", 13), ("/en/ai-literacy/s01/", 15)])
def test_public_pages_cost_the_same_however_much_there_is(client: Client, address: str, cost: int) -> None:
    make_module("s01", languages=("en",))
    for code in ("s02", "s03"):
        make_module(code, languages=("en",))
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            get(client, address)
        # Whether this is a demo site is asked of the ledger every few seconds, not with every page.
        assert len([query for query in queries if "certification_" not in query["sql"]]) == cost


# --- Preview ----------------------------------------------------------------------------------------------------


def preview(client: Client, module: ModulePage, mode: str, **changes: Any) -> str:
    address = reverse("wagtailadmin_pages:preview_on_edit", args=[module.pk])
    posted = client.post(address, nested_form_data(form_data(module) | changes))
    assert posted.json()["is_valid"]
    return get(client, f"{address}?mode={mode}")


def test_an_editor_previews_the_draft_section_by_section(client: Client) -> None:
    ensure_groups()
    load(languages=("en",), facts=("helpdesk",))
    sign_in(client, make_user(EDITOR))
    module = ModulePage.objects.get()
    assert [name for name, _label in module.preview_modes] == ["", "1", "2", "3"]
    assert "A draft summary" in preview(client, module, "", summary="A draft summary")
    first = preview(client, module, "1")
    assert "English first <strong>paragraph</strong>." in first
    assert "Section 1 of 3 · 1 min" in first
    assert "your organisation has not said this yet" in preview(client, module, "2")
    assert "English question 1?" in preview(client, module, "3")


def test_the_editing_pages_open(client: Client) -> None:
    ensure_groups()
    load(languages=("en", "fr"))
    sign_in(client, make_user(EDITOR))
    for module in ModulePage.objects.all():
        get(client, reverse("wagtailadmin_pages:edit", args=[module.pk]))
    for name in ("quizzes_question", "quizzes_quiz", "content_fact"):
        get(client, reverse(f"wagtailsnippets_{name}:list"))
    question = ModulePage.objects.first().quiz.items.first().question  # type: ignore[union-attr]
    get(client, reverse("wagtailsnippets_quizzes_question:edit", args=[question.pk]))
