"""What the models of this package need from above, registered when the project starts (`content/apps.py`)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from lms.hooks import Hook

publish_gaps: Hook[[Any], dict[str, list[str]]] = Hook("publish_gaps")
"""The guard: (ModulePage) -> {field: what is missing, in sentences}; empty when it may be published."""

page_digest: Hook[[Any], str] = Hook("page_digest")
"""(ModulePage) -> names the words and terms learners would get of it; see lms/signatures/authored.py."""

paths_asking: Hook[[UUID], list[str]] = Hook("paths_asking")
"""(module) -> the keys of the paths that ask for it now."""

withdrawal_refusal: Hook[[Any], str] = Hook("withdrawal_refusal")
"""(module page) -> why it must stay live, in a sentence that names what rests on it; empty if nothing does."""

alias_refusal: Hook[[Any], str] = Hook("alias_refusal")
"""(module page) -> why it cannot become an alias; empty if it can."""

public_context: Hook[[Any, HttpRequest], dict[str, Any]] = Hook("public_context")
"""(page, request) -> what its public template shows beside the page itself, of texts that are signed off only."""

module_preview: Hook[[HttpRequest, Any, str], HttpResponse] = Hook("module_preview")
"""(request, ModulePage, mode) -> the draft as the player would show it; `mode` is one of `ModulePage.preview_modes`."""

approval_refusal: Hook[[Any, Any], str] = Hook("approval_refusal")
"""(page or part of the question bank, user) -> why this user may not approve its newest draft; empty if they may."""

approval_signed: Hook[[Any, Any], None] = Hook("approval_signed")
"""(page or part of the question bank, user): before it is published, in the approval's transaction: this user stands
for the newest draft's words."""

approval_recorded: Hook[[Any, Any], str] = Hook("approval_recorded")
"""(page or part of the question bank, user): after it is published, in the approval's transaction: what the admin shows
of it; the address of the page on which more waits for a signature, if it does."""
