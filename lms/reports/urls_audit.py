from __future__ import annotations

from django.urls import path

from lms.reports.audit import delay_views, views

app_name = "audit"
urlpatterns = [
    path("", views.search, name="search"),
    path("export.csv", views.export, name="export"),
    path("coverage/", views.coverage, name="coverage"),
    path("coverage/export.csv", views.coverage_export, name="coverage_export"),
    path("entry/<int:seq>/", views.entry, name="entry"),
    path("person/<uuid:person>/", views.person, name="person"),
    path("person/<uuid:person>/reveal/", views.reveal, name="reveal"),
    path("delays/", delay_views.delays, name="delays"),
    path("delays/<int:pk>/confirm/", delay_views.confirm_delay, name="confirm_delay"),
    path("text/<uuid:text>/", views.text, name="text"),
]
