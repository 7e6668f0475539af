"""The learner's addresses: what to do, the player, one's own record."""

from __future__ import annotations

from django.urls import path

from courses.appeals import views as appeals
from courses.doubts import views as doubts
from courses.lab import views as lab
from courses.player.views import accommodations, dashboard, finished, modules, own_record, pretest, quiz, section

app_name = "learn"
urlpatterns = [
    path("", dashboard.dashboard, name="dashboard"),
    path("language/", dashboard.language, name="language"),
    path("record/", own_record.record, name="record"),
    path("tests/", accommodations.accommodations, name="accommodations"),
    path("date/<uuid:assignment>/wrong/", doubts.doubt, name="date_doubt"),
    path("module/<slug:code>/", modules.module, name="module"),
    path("module/<slug:code>/start/", modules.start, name="start"),
    path("<uuid:enrolment>/lab/predict/", lab.predict, name="lab_predict"),
    path("<uuid:enrolment>/lab/delete/", lab.delete, name="lab_delete"),
    path("<uuid:enrolment>/lab/<slug:part>/", lab.case, name="lab"),
    path("<uuid:enrolment>/lab/<slug:part>/decide/", lab.decide, name="lab_decide"),
    path("<uuid:enrolment>/lab/<slug:part>/result/", lab.result, name="lab_result"),
    path("<uuid:enrolment>/before/", pretest.questions, name="pretest"),
    path("<uuid:enrolment>/before/result/", pretest.result, name="pretest_result"),
    path("<uuid:enrolment>/appeal/", appeals.raise_appeal, name="appeal"),
    path("<uuid:enrolment>/quiz/begin/", quiz.begin, name="begin"),
    path("<uuid:enrolment>/quiz/answers/", quiz.answers, name="answers"),
    path("<uuid:enrolment>/quiz/submit/", quiz.submit, name="submit"),
    path("<uuid:enrolment>/finished/", finished.finished, name="finished"),
    path("<uuid:enrolment>/result/<int:number>/", quiz.result, name="result"),
    path("<uuid:enrolment>/<slug:section>/", section.section, name="section"),
]
