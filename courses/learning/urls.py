"""The learner's addresses: what to do, the player, one's own record."""

from __future__ import annotations

from django.urls import path

from courses.learning.views import dashboard, modules, player, quiz, record

app_name = "learn"
urlpatterns = [
    path("", dashboard.dashboard, name="dashboard"),
    path("language/", dashboard.language, name="language"),
    path("record/", record.record, name="record"),
    path("module/<slug:code>/", modules.module, name="module"),
    path("module/<slug:code>/start/", modules.start, name="start"),
    path("<uuid:enrolment>/quiz/answers/", quiz.answers, name="answers"),
    path("<uuid:enrolment>/quiz/submit/", quiz.submit, name="submit"),
    path("<uuid:enrolment>/result/<int:number>/", quiz.result, name="result"),
    path("<uuid:enrolment>/<slug:section>/", player.section, name="section"),
]
