"""For wagtail-localize's editor: no link that makes the page an alias."""

from __future__ import annotations

import json

from django import template

register = template.Library()


@register.simple_tag(takes_context=True)
def without_alias(context: template.Context) -> str:
    """Takes the link out of what the editor's script is given."""
    props = json.loads(context["props"])
    props["links"]["convertToAliasUrl"] = None
    context["props"] = json.dumps(props)
    return ""
