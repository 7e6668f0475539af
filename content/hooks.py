"""What the models of this package need from above, registered when the project starts (`content/apps.py`)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from lms.hooks import Hook

publish_gaps: Hook[[Any], dict[str, list[str]]] = Hook("publish_gaps")
"""The guard: (ModulePage) -> {field: what is missing, in sentences}; empty when it may be published."""

public_context: Hook[[Any, HttpRequest], dict[str, Any]] = Hook("public_context")
"""(page, request) -> what its public template shows beside the page itself, of texts that are signed off only."""

module_preview: Hook[[HttpRequest, Any, str], HttpResponse] = Hook("module_preview")
"""(request, ModulePage, mode) -> the draft as the player would show it; `mode` is one of `ModulePage.preview_modes`."""

approval_refusal: Hook[[Any, Any], str] = Hook("approval_refusal")
"""(page or part of the question bank, user) -> why this user may not approve its newest draft; empty if they may."""

approval_recorded: Hook[[Any, Any], None] = Hook("approval_recorded")
"""(page or part of the question bank, user): keeps that this user has approved it, in the approval's transaction."""
