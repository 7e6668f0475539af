from __future__ import annotations

from django.urls import path

from lms.reports.team import views

app_name = "team"
urlpatterns = [
    path("", views.people, name="people"),
    path("export.csv", views.export, name="export"),
    path("<uuid:person>/", views.person, name="person"),
    path("<uuid:person>/remind/", views.remind, name="remind"),
]
