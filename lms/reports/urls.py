"""Mounted at the root: the team's pages, the audit workspace, and the health check without a login."""

from __future__ import annotations

from django.urls import include, path

from lms.reports.health import health

urlpatterns = [
    path("team/", include("lms.reports.urls_team")),
    path("audit/", include("lms.reports.urls_audit")),
    path("healthz", health, name="health"),
]
