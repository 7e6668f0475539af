"""Mounted at the root: the team's pages, the audit workspace, the effect page, and the health check without a login."""

from __future__ import annotations

from django.urls import include, path

from lms.reports.effect.views import effect
from lms.reports.health import health

urlpatterns = [
    path("team/", include("lms.reports.urls_team")),
    path("audit/", include("lms.reports.urls_audit")),
    path("effect/", effect, name="effect"),
    path("healthz", health, name="health"),
]
