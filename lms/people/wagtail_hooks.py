"""The editing area warns before a session ends, as every page does."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks


@hooks.register("insert_global_admin_js")
def session_end() -> SafeString:
    return format_html(
        '{}<script src="{}" defer></script>',
        render_to_string("partials/session_end.html"),
        static("theme/session.js"),
    )
