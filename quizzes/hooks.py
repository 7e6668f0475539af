"""What the models of this package need from above, registered when the project starts (`quizzes/apps.py`)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from lms.hooks import Hook

question_preview: Hook[[HttpRequest, Any, str], HttpResponse] = Hook("question_preview")
"""(request, question, mode) -> the page that shows a draft of a Question; `mode` is one of `Question.preview_modes`."""
