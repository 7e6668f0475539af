"""The question bank in the editing area: lists with filters, and the page on which somebody reviews a question."""

from __future__ import annotations

from typing import Any

import django_filters
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, StatusTagColumn
from wagtail.admin.views.generic.mixins import LocaleMixin
from wagtail.admin.widgets.button import Button
from wagtail.rich_text import expand_db_html
from wagtail.snippets.action_menu import ActionMenuItem
from wagtail.snippets.permissions import get_permission_name
from wagtail.snippets.views.snippets import CopyView, CreateView, IndexView, PreviewOnCreateView, SnippetViewSet

from certification.ledger import clock
from lms.parameter_form import ParameterForm
from lms.people.door.confirming import Confirm
from lms.people.permissions import confirmed
from lms.signatures import trail
from quizzes import freezing, reviewing, soundness
from quizzes.grading import MARKS
from quizzes.models import Question, Quiz, Reviewed, Story
from quizzes.policies import may_see_whole_bank
from quizzes.reviewing import NotReviewable
from quizzes.solutions import solution

COPY_OF = "copy_of"
REVIEWED: dict[str, type[Reviewed]] = {"question": Question, "story": Story}


class ReviewedFilter(django_filters.BooleanFilter):
    """Whether somebody stands for what is published."""

    def filter(self, rows: QuerySet[Any], value: bool | None) -> QuerySet[Any]:
        return rows if value is None else rows.filter(reviewed_at__isnull=not value)


class QuestionFilters(WagtailFilterSet):
    objective = django_filters.AllValuesFilter(label=gettext_lazy("objective"))
    requirement = django_filters.AllValuesFilter(label=gettext_lazy("requirement"))
    reviewed = ReviewedFilter(label=gettext_lazy("reviewed"))

    class Meta:
        model = Question
        fields = ["kind", "objective", "requirement", "reviewed"]


class StoryFilters(WagtailFilterSet):
    reviewed = ReviewedFilter(label=gettext_lazy("reviewed"))

    class Meta:
        model = Story
        fields = ["reviewed"]


def review_columns() -> list[Column]:
    return [
        Column("locale", label=gettext_lazy("language"), accessor="locale.get_display_name"),
        DateColumn("reviewed_at", label=gettext_lazy("reviewed"), sort_key="reviewed_at"),
        StatusTagColumn("live", label=gettext_lazy("state"), accessor=state_in_words, primary=lambda found: found.live),
    ]


def state_in_words(found: Reviewed | Quiz) -> str:
    """As Wagtail says it, without asking the database about every row."""
    if not found.live:
        return gettext("draft")
    return gettext("live + draft") if found.has_unpublished_changes else gettext("live")


class QuestionIndex(IndexView):
    """The list of questions, with the way to import and export them."""

    @property
    def header_more_buttons(self) -> list[Button]:
        user = self.request.user
        links = [
            (user.has_perm("quizzes.add_question"), gettext("Import questions"), "quizzes_import", "download"),
            (may_see_whole_bank(user), gettext("Export questions"), "quizzes_export", "upload"),
            (may_see_whole_bank(user), gettext("Item analysis"), "quizzes_analyses", "list-ul"),
        ]
        return [
            *super().header_more_buttons,
            *(Button(label, reverse(name), icon_name=icon) for may, label, name, icon in links if may),
        ]


class AddToBank(CreateView):
    """A copy keeps its authors: who wrote the original's words does not review them in the copy."""

    def save_instance(self) -> Any:
        made = super().save_instance()
        copied = self.request.GET.get(COPY_OF, "")
        source = self.model.objects.filter(pk=copied).first() if copied.isdecimal() else None
        if source:
            trail.copy_trail(source.subject(), made.subject())
        return made


class CopyInBank(CopyView, AddToBank):
    """Shows the filled form, which goes to the view that adds. Sent here, it would change the original."""

    http_method_names = ("get", "head", "options")

    def get_add_url(self) -> str:
        address = super().get_add_url()
        return f"{address}{'&' if '?' in address else '?'}{COPY_OF}={self.kwargs['pk']}"


class AddQuestion(AddToBank):
    def get_preview_url(self) -> str:
        """With the language it will be saved in, which Wagtail leaves out of this address."""
        url: str = self._set_locale_query_param(super().get_preview_url())
        return url


class CopyQuestion(CopyInBank, AddQuestion):
    pass


class PreviewOfNew(LocaleMixin, PreviewOnCreateView):
    """A question that was never saved has no language yet: it is the one in the address."""

    def get_object(self) -> Question:
        return Question(locale=self.locale)


class QuestionViewSet(SnippetViewSet):
    model = Question
    index_view_class = QuestionIndex
    add_view_class = AddQuestion
    copy_view_class = CopyQuestion
    preview_on_add_view_class = PreviewOfNew
    icon = "help"
    list_display = [
        "code",
        "text",
        Column("kind", label=gettext_lazy("kind"), accessor="get_kind_display", sort_key="kind"),
        "objective",
        "requirement",
        *review_columns(),
    ]
    filterset_class = QuestionFilters
    search_fields = ["code", "text"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Question]:
        return Question.objects.select_related("locale")


class StoryViewSet(SnippetViewSet):
    model = Story
    add_view_class = AddToBank
    copy_view_class = CopyInBank
    icon = "doc-full"
    list_display = ["code", "title", *review_columns()]
    filterset_class = StoryFilters
    search_fields = ["code", "title"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Story]:
        return Story.objects.select_related("locale")


class QuizViewSet(SnippetViewSet):
    model = Quiz
    add_view_class = AddToBank
    copy_view_class = CopyInBank
    icon = "tasks"
    list_display = [
        "code",
        "pass_percent",
        StatusTagColumn("live", label=gettext_lazy("state"), accessor=state_in_words, primary=lambda found: found.live),
    ]
    search_fields = ["code"]


# --- Review -----------------------------------------------------------------------------------------------------


def may_review(user: Any, model: type[Any]) -> bool:
    """Who may publish may stand for words; whether of these very ones, `reviewing` says."""
    return model in REVIEWED.values() and user.has_perm(get_permission_name("publish", model))


def review_url(found: Reviewed) -> str:
    return reverse("quizzes_review", args=[found._meta.model_name, found.pk])


class QuestionReviewMenuItem(ActionMenuItem):
    """In the editor, beside saving and publishing."""

    label = gettext_lazy("Review what is published")
    name = "quizzes-review"
    icon_name = "check"

    def is_shown(self, context: dict[str, Any]) -> bool:
        return context["view"] == "edit" and may_review(context["request"].user, context["model"])

    def get_url(self, parent_context: dict[str, Any]) -> str:
        return review_url(parent_context["instance"])


def listing_buttons(found: Any, user: Any) -> list[Button]:
    if not may_review(user, type(found)):
        return []
    return [Button(gettext("Review"), review_url(found), icon_name="check", priority=15)]


@require_http_methods(["GET", "HEAD", "POST"])
@confirmed(Confirm.SENDING)
def review_page(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """What is published, with its solution; POST records that this person stands for it."""
    model = REVIEWED.get(kind)
    if model is None:
        raise Http404
    if not may_review(request.user, model):
        raise PermissionDenied(gettext("Only people who may publish questions can review them."))
    found = get_object_or_404(model.objects.select_related("locale", "reviewed_by"), pk=pk)
    if request.method == "POST":
        return stand_for(request, found)
    context = {
        "found": found,
        "seen": found.words_digest(),
        "refusal": reviewing.review_refusal(found, request.user.person),  # type: ignore[union-attr]
    }
    return render(request, "quizzes/review.html", context | review_options(found))


def stand_for(request: HttpRequest, found: Reviewed) -> HttpResponse:
    try:
        reviewing.review_words(found, request.user, ParameterForm(request.POST, "seen").text("seen"), clock.now())  # type: ignore[arg-type]
    except NotReviewable as refusal:
        messages.error(request, str(refusal))
        return redirect(review_url(found))
    messages.success(request, gettext("Your review is recorded: you stand for these words."))
    return redirect(f"wagtailsnippets_quizzes_{found._meta.model_name}:list")


def review_options(found: Reviewed) -> dict[str, Any]:
    if isinstance(found, Story):
        return {"title": found.title, "html": story_html(found), "options": [], "gaps": []}
    question: Any = found
    told = story_told(question)
    return {
        "title": question.text,
        "story": told,
        "story_html": told and story_html(told),
        **options_with_solution(question),
    }


def story_html(story: Story) -> SafeString:
    return mark_safe(expand_db_html(story.text))  # noqa: S308 the editor stores clean HTML


def story_told(question: Question) -> Story | None:
    """The case it is about, in its language if there is one."""
    if question.story is None:
        return None
    own = Story.objects.filter(translation_key=question.story.translation_key, locale=question.locale)
    return own.first() or question.story


def options_with_solution(question: Question) -> dict[str, Any]:
    """Options with their solution; where something is missing, what, because then there is no solution to show."""
    gaps = list(soundness.gaps_of_question(question))
    if gaps:
        return {"gaps": gaps, "options": []}
    marks = {"right": gettext("right"), "fault": gettext("fault")}
    mark = marks.get(MARKS.get(question.kind, ""), "")
    return {
        "gaps": [],
        "mark": mark,
        "options": solution(freezing.neutral_question(question), freezing.question_words(question)),
    }
