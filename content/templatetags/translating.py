"""For wagtail-localize's editor: handing in, and no link that makes the page an alias."""

from __future__ import annotations

import json
from typing import Any

from django import template
from django.urls import reverse

register = template.Library()


@register.simple_tag(takes_context=True)
def without_alias(context: template.Context) -> str:
    """Takes the link out of what the editor's script is given."""
    props = json.loads(context["props"])
    props["links"]["convertToAliasUrl"] = None
    context["props"] = json.dumps(props)
    return ""


@register.inclusion_tag("content/hand_in.html", takes_context=True)
def hand_in_form(context: template.Context) -> dict[str, Any]:
    """{"address", "missing" strings, "waiting" for a reviewer}; for what has no workflow nothing is shown."""
    translation, found = context["translation"], context["instance"]
    total, done = translation.get_progress()
    return {
        "address": reverse("content_hand_in", args=[translation.pk]) if found.get_workflow() else "",
        "missing": total - done,
        "waiting": found.current_workflow_state is not None,
        "csrf_token": context.get("csrf_token"),
    }
