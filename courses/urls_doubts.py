"""Where doubts about dates are answered."""

from __future__ import annotations

from django.urls import path

from courses.doubts import views as doubts

app_name = "doubts"
urlpatterns = [
    path("", doubts.awaiting, name="awaiting"),
    path("<uuid:pk>/", doubts.answer, name="answer"),
]
