"""The front door: one's own training, or for a stranger the public home page in their language."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language


def front_door(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect("learn:dashboard")
    return redirect(f"/{get_language()}/")
