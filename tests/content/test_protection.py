"""What paths, quizzes and evidence rest on stays, whatever door one tries; the sentence names what rests on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Page
from wagtail_localize.models import TranslationSource

from certification.ledger import clock
from content.editions import Module
from content.freezing import follow_withdrawals
from content.models import HomePage, ModulePage
from content.publishing import publish_due
from courses.paths.publishing import publish_path
from courses.paths.specs import ItemSpec, PathSpec
from lms.people.groups import ensure_groups
from lms.people.models import User
from lms.refusals import Refused
from lms.reports.health import examine
from quizzes.models import Question, Quiz
from tests.content.pressing import sentences
from tests.content.samples import make_module
from tests.databases import ModuleRows
from tests.factories import make_user, sign_in

pytestmark = pytest.mark.django_db
PATH = "p1"


def house() -> None:
    """Somebody who may press every button there is, and a path that asks for a module."""
    ensure_groups()
    user = make_user()
    user.is_superuser = True
    user.save()
    make_module("s01", languages=("en", "fr"))
    words = {"en": "Everyone"}
    publish_path(PathSpec(PATH, words, words, (ItemSpec(module="s01", months=24),)), clock.now())


@pytest.fixture(scope="module", autouse=True)
def _house(module_rows: ModuleRows) -> None:
    module_rows(house)


@pytest.fixture
def administrator() -> User:
    return User.objects.get(is_superuser=True)


@pytest.fixture
def module() -> Module:
    return Module.objects.get()


def page(language: str = "en") -> ModulePage:
    return ModulePage.objects.get(locale__language_code=language)


def delete_page(client: Client) -> None:
    client.post(reverse("wagtailadmin_pages:delete", args=[page().pk]))


def delete_its_parents(client: Client) -> None:
    top = HomePage.objects.get(locale__language_code="en")
    with transaction.atomic():
        client.post(reverse("wagtailadmin_pages:delete", args=[top.pk]))


def delete_translation(client: Client) -> None:
    client.post(reverse("wagtailadmin_pages:delete", args=[page("fr").pk]))


def unpublish_page(client: Client) -> None:
    client.post(reverse("wagtailadmin_pages:unpublish", args=[page().pk]))


def unpublish_in_bulk(client: Client) -> None:
    client.post(f"{reverse('wagtail_bulk_action', args=['wagtailcore', 'page', 'unpublish'])}?id={page().pk}")


def delete_in_bulk(client: Client) -> None:
    client.post(f"{reverse('wagtail_bulk_action', args=['wagtailcore', 'page', 'delete'])}?id={page().pk}")


def move_page(client: Client) -> None:
    home = HomePage.objects.get(locale__language_code="en")
    client.post(reverse("wagtailadmin_pages:move_confirm", args=[page().pk, home.pk]))


def make_alias(client: Client) -> None:
    client.post(reverse("wagtail_localize:convert_to_alias", args=[page("fr").pk]))


def delete_question(client: Client) -> None:
    found = Question.objects.get(code="s01-q1", locale__language_code="fr")
    client.post(reverse("wagtailsnippets_quizzes_question:delete", args=[found.pk]))


def delete_questions_in_bulk(client: Client) -> None:
    found = Question.objects.get(code="s01-q1", locale__language_code="fr")
    address = reverse("wagtail_bulk_action", args=["quizzes", "question", "delete"])
    client.post(f"{address}?id={found.pk}")


def unpublish_question(client: Client) -> None:
    found = Question.objects.get(code="s01-q1", locale__language_code="en")
    client.post(reverse("wagtailsnippets_quizzes_question:unpublish", args=[found.pk]))


def unpublish_quiz(client: Client) -> None:
    client.post(reverse("wagtailsnippets_quizzes_quiz:unpublish", args=[Quiz.objects.get().pk]))


DOORS: list[tuple[Callable[[Client], None], str]] = [
    (delete_page, "learners are taught its text"),
    (delete_its_parents, "learners are taught its text"),
    (delete_translation, "learners are taught its text"),
    (delete_in_bulk, "learners are taught its text"),
    (unpublish_page, f"the path {PATH} asks for it"),
    (unpublish_in_bulk, f"the path {PATH} asks for it"),
    (move_page, f"a module the path {PATH} asks for"),
    (delete_question, "“s01-q1” stays as it is: the quiz s01 rests on it."),
    (delete_questions_in_bulk, "“s01-q1” stays as it is: the quiz s01 rests on it."),
    (unpublish_question, "“s01-q1” stays as it is: the quiz s01 rests on it."),
    (unpublish_quiz, "“s01” stays as it is: s01 rests on it."),
]


def state() -> list[Any]:
    return [
        list(Page.objects.order_by("pk").values_list("pk", "path", "live", "alias_of")),
        list(Question.objects.order_by("pk").values_list("pk", "live")),
        list(Quiz.objects.values_list("pk", "live")),
    ]


@pytest.mark.parametrize(("door", "sentence"), DOORS, ids=lambda value: getattr(value, "__name__", ""))
def test_every_door_is_shut_with_a_sentence(
    client: Client, module: Module, administrator: User, door: Callable[[Client], None], sentence: str
) -> None:
    before = state()
    sign_in(client, administrator)
    door(client)
    assert any(sentence in said for said in sentences(client)), sentences(client)
    assert state() == before


def test_a_page_that_is_taught_becomes_no_alias(module: Module) -> None:
    TranslationSource.update_or_create_from_instance(page())
    french = page("fr")
    french.alias_of_id = page().pk
    with pytest.raises(Refused, match="learners are taught its text"):
        french.save(update_fields=["alias_of_id"], clean=False)


def test_an_image_in_a_published_module_is_not_deleted(client: Client, module: Module, administrator: User) -> None:
    image = Image.objects.create(title="A chart", file=get_test_image_file(filename="chart.png"))
    found = page()
    found.sections[0].value["body"].append(("image", {"key": "chart", "image": image, "alt": "A chart", "caption": ""}))
    found.save_revision().publish()
    sign_in(client, administrator)
    client.post(reverse("wagtailimages:delete", args=[image.pk]))
    client.post(f"{reverse('wagtail_bulk_action', args=['wagtailimages', 'image', 'delete'])}?id={image.pk}")
    assert Image.objects.filter(pk=image.pk).exists()
    assert sentences(client) == ["“A chart” stays as it is: s01 rests on it. Take it out there first."] * 2


def test_an_expiry_date_takes_no_module_of_a_path_offline(module: Module) -> None:
    Page.objects.filter(pk=page().pk).update(expire_at=timezone.now())
    assert publish_due(clock.now()) == 0
    assert page().live


def test_what_nothing_rests_on_may_go(client: Client, administrator: User) -> None:
    make_module("s02", languages=("en",), signed=False, questions=0)
    ModulePage.objects.get(code="s02").delete()
    assert not ModulePage.objects.filter(code="s02").exists()


def test_health_alarms_when_a_compulsory_module_has_no_live_source(module: Module) -> None:
    assert not [sentence for sentence in examine().alarms if "s01" in sentence]
    Page.objects.filter(pk=page().pk).update(live=False)
    follow_withdrawals(clock.now())
    condition = examine()
    assert condition.findings["modules_without_source"] == 1
    assert any("The compulsory module s01 has no live page" in sentence for sentence in condition.alarms)
