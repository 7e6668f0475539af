"""Where appeals are answered."""

from __future__ import annotations

from django.urls import path

from courses.appeals import views as appeals

app_name = "appeals"
urlpatterns = [
    path("", appeals.awaiting, name="awaiting"),
    path("<uuid:pk>/", appeals.answer, name="answer"),
    path("doubts/<int:pk>/", appeals.see, name="see"),
    path("doubts/<int:pk>/reveal/", appeals.reveal_doubt, name="reveal"),
]
