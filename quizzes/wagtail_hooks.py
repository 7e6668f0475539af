"""Questions, cases and quizzes in the editing area."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSetGroup

from quizzes import bank, reviewing
from quizzes.analysis import views as analysis
from quizzes.exchange import views as exchange


class QuizzesGroup(SnippetViewSetGroup):
    items = (bank.QuestionViewSet, bank.StoryViewSet, bank.QuizViewSet)
    menu_label = _("Graded questions")
    menu_icon = "help"
    menu_order = 300


register_snippet(QuizzesGroup)


@hooks.register("register_admin_urls")
def admin_urls() -> list[URLPattern]:
    return [
        path("questions/import/", exchange.import_page, name="quizzes_import"),
        path("questions/export/", exchange.export_page, name="quizzes_export"),
        path("questions/analysis/", analysis.analysis_list, name="quizzes_analyses"),
        path("questions/analysis/<int:pk>/", analysis.quiz_analysis, name="quizzes_analysis"),
        path("questions/review/<str:kind>/<int:pk>/", bank.review_page, name="quizzes_review"),
    ]


@hooks.register("register_snippet_listing_buttons")
def review_buttons(found: Any, user: Any, next_url: str | None = None) -> list[Any]:
    return bank.listing_buttons(found, user)


@hooks.register("register_snippet_action_menu_item")
def review_menu_item(model: type[Any]) -> bank.QuestionReviewMenuItem | None:
    return bank.QuestionReviewMenuItem(order=90) if model in bank.REVIEWED.values() else None


@hooks.register("register_log_actions")
def log_actions(actions: LogActionRegistry) -> None:
    actions.register_action(reviewing.ACTION, _("Review"), _("Reviewed"))
