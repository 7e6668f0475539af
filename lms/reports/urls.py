"""Mounted at the root: team, audit, effect, the survey, and the health check without a login."""

from __future__ import annotations

from django.urls import include, path

from lms.reports.effect.views import effect, targets, withdraw
from lms.reports.health import health
from lms.reports.survey.views import code_remark, delete_remark, remarks, survey

urlpatterns = [
    path("team/", include("lms.reports.urls_team")),
    path("audit/", include("lms.reports.urls_audit")),
    path("effect/", effect, name="effect"),
    path("effect/targets/", targets, name="targets"),
    path("effect/targets/<int:pk>/withdraw/", withdraw, name="target_withdraw"),
    path("effect/remarks/<slug:code>/", remarks, name="remarks"),
    path("effect/remark/<uuid:pk>/themes/", code_remark, name="remark_themes"),
    path("effect/remark/<uuid:pk>/delete/", delete_remark, name="remark_delete"),
    path("survey/<slug:code>/", survey, name="survey"),
    path("healthz", health, name="health"),
]
