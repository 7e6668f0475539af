"""The pattern page: every component in all its states, in any language and either direction. No personal data.

Strangers see it on a machine of one's own (HTTPS=0) only: elsewhere they need not know what a site is made of.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, get_language_bidi, override
from django.views.decorators.http import require_safe

from lms.parameter_form import ParameterForm
from themes import sample_texts
from themes import styleguide as pattern_page


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """`?lang=` shows a language of the site, `?dir=` a direction; anything else is as the visitor has it."""
    if settings.HTTPS and not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    sent = ParameterForm(request.GET, "lang", "dir")
    wanted = sent.text("lang")
    language = wanted if wanted in dict(settings.LANGUAGES) else get_language() or settings.LANGUAGE_CODE
    with override(language):
        asked = sent.text("dir")
        direction = asked if asked in {"ltr", "rtl"} else "rtl" if get_language_bidi() else "ltr"
        context = {
            "direction": direction,
            "families": list(pattern_page.families()),
            "page": Paginator(range(1, 100), 20).page(2),
            **sample_texts.for_language(language),
        }
        return render(request, "styleguide/index.html", context)
