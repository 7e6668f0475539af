"""Import and export of questions, in the editing area. An import shows first what it would bring."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.models import Locale

from lms.parameter_form import ParameterForm
from lms.people.door.confirming import Confirm
from lms.people.permissions import confirmed
from quizzes.exchange import exporting, importing
from quizzes.exchange.exporting import TARGETS, ExportedFile
from quizzes.exchange.importing import ImportPreview, NotReadable
from quizzes.models import Question, Quiz
from quizzes.policies import require_whole_bank

LARGEST = 1024 * 1024
FORMATS = [(key, target.label) for key, target in TARGETS.items()]


def language_choices() -> list[tuple[str, str]]:
    return [(locale.language_code, locale.get_display_name()) for locale in Locale.objects.order_by("pk")]


class ImportForm(forms.Form):
    """Either a file, or `content`: the same file again, as the preview sends it back."""

    format = forms.ChoiceField(label=gettext_lazy("Format"), choices=FORMATS)
    language = forms.ChoiceField(label=gettext_lazy("Language of the questions"), choices=language_choices)
    beginning = forms.SlugField(
        label=gettext_lazy("Beginning of their codes"),
        max_length=30,
        help_text=gettext_lazy("For example m07: the questions become m07-…"),
    )
    file = forms.FileField(label=gettext_lazy("File"), required=False)
    content = forms.CharField(required=False, widget=forms.HiddenInput, strip=False, max_length=LARGEST)

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        file = found.get("file")
        if file and file.size > LARGEST:
            raise forms.ValidationError(gettext("The file is larger than 1 MB. Split it and import the parts."))
        if file:
            try:
                found["content"] = importing.decoded_text(file.read())
            except NotReadable as error:
                raise forms.ValidationError(str(error)) from error
        if not (found.get("content") or "").strip():
            raise forms.ValidationError(gettext("Choose a file that is not empty."))
        return found


class ExportForm(forms.Form):
    format = forms.ChoiceField(label=gettext_lazy("Format"), choices=FORMATS)
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=language_choices)
    quiz = forms.ModelChoiceField(
        label=gettext_lazy("Quiz"),
        queryset=Quiz.objects.order_by("code"),
        to_field_name="code",
        required=False,
        empty_label=gettext_lazy("The whole bank"),
    )


def require_permission(request: HttpRequest, permission: str) -> None:
    if not request.user.has_perm(permission):
        raise PermissionDenied(gettext("Only people who may change questions can do this."))


@require_http_methods(["GET", "HEAD", "POST"])
def import_page(request: HttpRequest) -> HttpResponse:
    """Form, preview, and with "confirmed" the import itself."""
    require_permission(request, "quizzes.add_question")
    if request.method != "POST":
        return render(request, "quizzes/import.html", {"form": ImportForm()})
    form = ImportForm(request.POST, request.FILES)
    if not form.is_valid():
        return render(request, "quizzes/import.html", {"form": form}, status=422)
    data = form.cleaned_data
    locale = Locale.objects.get(language_code=data["language"])
    found = importing.preview_import(data["content"], data["format"], data["beginning"], locale)
    if ParameterForm(request.POST).has("confirmed"):
        return store_and_leave(request, found)
    return render(request, "quizzes/import_preview.html", {"found": found, "given": data, "taken": preview_rows(found)})


def store_and_leave(request: HttpRequest, found: ImportPreview) -> HttpResponse:
    count = importing.store_import(found, request.user)  # type: ignore[arg-type]
    messages.success(
        request,
        ngettext(
            "%(count)d question is in the bank now, as a draft. Nobody is asked it before it is published.",
            "%(count)d questions are in the bank now, as drafts. Nobody is asked them before they are published.",
            count,
        )
        % {"count": count},
    )
    return redirect("wagtailsnippets_quizzes_question:list")


def preview_rows(found: ImportPreview) -> list[dict[str, Any]]:
    """The questions a preview takes, for reading: kind in words, and of every option what an editor checks."""
    return [
        {
            "code": question.code,
            "kind": question.get_kind_display(),
            "text": question.text,
            "options": [
                {
                    "text": value.get("text") or value.get("value"),
                    "right": bool(value.get("right")),
                    "match": value.get("match", ""),
                    "feedback": value["feedback"],
                }
                for value in (child.value for child in question.options)
            ],
        }
        for question in found.taken
    ]


@require_safe
def export_page(request: HttpRequest) -> HttpResponseBase:
    """What an export would hold and what it would lose; with "download" the file."""
    require_whole_bank(request.user)  # type: ignore[arg-type]
    if not ParameterForm(request.GET).has("format"):
        return render(request, "quizzes/export.html", {"form": ExportForm()})
    form = ExportForm(request.GET)
    if not form.is_valid():
        return render(request, "quizzes/export.html", {"form": form}, status=422)
    target = TARGETS[form.cleaned_data["format"]]
    given = exporting.export_questions(
        published_questions(form.cleaned_data["language"], form.cleaned_data["quiz"]), target
    )
    if ParameterForm(request.GET).has("download"):
        return download(request, given, target.mime, f"litmus-{form.cleaned_data['language']}.{target.ending}")
    query = cast(QueryDict, form.data)
    return render(request, "quizzes/export.html", {"form": form, "given": given, "query": query.urlencode()})


def published_questions(language: str, quiz: Quiz | None) -> QuerySet[Question]:
    """Published questions in this language, of one quiz or of all."""
    found = Question.objects.filter(locale__language_code=language, live=True).order_by("code")
    if quiz is None:
        return found
    return found.filter(translation_key__in=quiz.items.values("question__translation_key"))


@confirmed(Confirm.FILE)
def download(request: HttpRequest, given: ExportedFile, mime: str, name: str) -> HttpResponse:
    """Right answers leave the site with it."""
    answer = HttpResponse(given.text, content_type=f"{mime}; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
