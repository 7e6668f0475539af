"""Questions and quizzes in the editor."""

from __future__ import annotations

from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from quizzes.exchange import views as exchange
from quizzes.models import Question, Quiz


class QuestionViewSet(SnippetViewSet):
    model = Question
    icon = "help"
    list_display = ["code", "text", "kind", "objective"]
    list_filter = ["kind"]
    search_fields = ["code", "text"]


class QuizViewSet(SnippetViewSet):
    model = Quiz
    icon = "tasks"
    list_display = ["code", "pass_percent"]
    search_fields = ["code"]


class QuizzesGroup(SnippetViewSetGroup):
    items = (QuestionViewSet, QuizViewSet)
    menu_label = _("Graded questions")
    menu_icon = "help"
    menu_order = 300


register_snippet(QuizzesGroup)


@hooks.register("register_admin_urls")
def exchange_urls() -> list[URLPattern]:
    return [
        path("questions/import/", exchange.bring, name="quizzes_import"),
        path("questions/export/", exchange.give, name="quizzes_export"),
    ]
