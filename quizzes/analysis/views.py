"""Item analysis in the editing area: a list of quizzes, and one quiz with figures, flags and a chart."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language, get_language_info, gettext
from django.views.decorators.http import require_safe

from lms.parameter_form import ParameterForm
from lms.spreadsheets.csv_writing import Row
from lms.spreadsheets.download import Sheet, SheetForm, chosen_form, sheet_response
from quizzes.analysis import items, question_figures
from quizzes.analysis.items import ItemFigures, LanguageDifference
from quizzes.analysis.question_figures import QuestionFigures
from quizzes.models import Quiz
from quizzes.policies import require_whole_bank

WIDTH, HEIGHT = 320, 200


@require_safe
def analysis_list(request: HttpRequest) -> HttpResponse:
    require_whole_bank(request.user)  # type: ignore[arg-type]
    return render(request, "quizzes/analysis_list.html", {"quizzes": Quiz.objects.order_by("code")})


@require_safe
def quiz_analysis(request: HttpRequest, pk: int) -> HttpResponseBase:
    require_whole_bank(request.user)  # type: ignore[arg-type]
    found = get_object_or_404(Quiz, pk=pk)
    edition = question_figures.newest_edition(found)
    rows = question_figures.figures_of_edition(edition, get_language() or "en") if edition else []
    if ParameterForm(request.GET).has("file"):
        return sheet_response(analysis_sheet(found, rows), chosen_form(request.GET))
    context = {
        "quiz": found,
        "sheet_forms": SheetForm.choices,
        "edition": edition,
        "least": items.LEAST,
        "rows": [analysis_row(number, each) for number, each in enumerate(rows, 1)],
        "points": [chart_point(number, each.item) for number, each in enumerate(rows, 1) if is_plotted(each.item)],
        "width": WIDTH,
        "height": HEIGHT,
    }
    return render(request, "quizzes/analysis.html", context)


def is_plotted(item: ItemFigures) -> bool:
    return item.difficulty is not None and item.discrimination is not None


def chart_point(number: int, item: ItemFigures) -> dict[str, int]:
    """Across: difficulty from 0 to 1. Up: discrimination from -0.25 to 1."""
    up = max(-0.25, item.discrimination or 0.0)
    return {
        "number": number,
        "x": round((item.difficulty or 0.0) * WIDTH),
        "y": round(HEIGHT - (up + 0.25) / 1.25 * HEIGHT),
    }


def analysis_row(number: int, each: QuestionFigures) -> dict[str, Any]:
    return {
        "number": number,
        "analysed": each,
        "flags": [
            *map(flag_sentence, each.item.flags),
            *(said for found in each.differences if (said := difference_sentence(found))),
        ],
        "options": [
            {"text": each.options[option.key], "percent": round(option.share * 100)} for option in each.item.options
        ],
        "languages": each.by_language.items(),
    }


def flag_sentence(name: str) -> str:
    """What a flag may mean, and what to do."""
    return {
        "easy": gettext(
            "Nearly everybody gets it right: it tells little. Is it too plain, or does it give itself away?"
        ),
        "hard": gettext("Hardly anybody gets it right: check the key first, then the wording."),
        "loose": gettext(
            "People who do well in the rest do no better here: check the key, and whether it asks something else."
        ),
        "unchosen": gettext("A wrong option is chosen by nobody: make it believable, or leave it out."),
    }[name]


def difference_sentence(found: LanguageDifference) -> str:
    """A sentence where the interval leaves 1 out; such a difference is often a fault of the translation."""
    if found.low <= 1 <= found.high:
        return ""
    easier, harder = (found.first, found.second) if found.odds > 1 else (found.second, found.first)
    return gettext(
        "Easier in %(easier)s than in %(harder)s for people who do equally well (odds ratio %(odds).2f, 95 %% interval "
        "%(low).2f to %(high).2f): compare the two texts."
    ) % {
        "easier": language_in_words(easier),
        "harder": language_in_words(harder),
        "odds": found.odds,
        "low": found.low,
        "high": found.high,
    }


def language_in_words(language: str) -> str:
    return str(get_language_info(language)["name_translated"])


def analysis_sheet(found: Quiz, rows: list[QuestionFigures]) -> Sheet:
    """Two lines or more a question: all languages together, then each."""
    header = ["question", "language", "answers", "difficulty", "discrimination", "flags"]
    return Sheet(f"{found.code}-items", found.code, header, analysis_cells(rows))


def analysis_cells(rows: list[QuestionFigures]) -> Iterator[Row]:
    for each in rows:
        for language, item in (("", each.item), *each.by_language.items()):
            figures = [
                None if value is None else Decimal(f"{value:.4f}") for value in (item.difficulty, item.discrimination)
            ]
            yield [item.key, language, item.answers, *figures, " ".join(item.flags)]
