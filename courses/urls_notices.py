"""What mails to managers hold."""

from __future__ import annotations

from django.urls import path

from courses.notices import views

app_name = "notices"
urlpatterns = [
    path("", views.copies, name="copies"),
    path("<int:pk>/", views.answer, name="answer"),
]
