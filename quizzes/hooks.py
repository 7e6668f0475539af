"""What the models of this package need from above, registered when the project starts (`quizzes/apps.py`)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from lms.hooks import Hook

withdrawal_refusal: Hook[[Any], str] = Hook("withdrawal_refusal")
"""(question, case or quiz) -> why it must stay live, in a sentence that names what rests on it; empty if none."""

question_preview: Hook[[HttpRequest, Any, str], HttpResponse] = Hook("question_preview")
"""(request, question, mode) -> the page that shows a draft of a Question; `mode` is one of `Question.preview_modes`."""
