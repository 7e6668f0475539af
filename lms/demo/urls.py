"""Only on a site whose ledger says "demo", and only from the machine itself; elsewhere these addresses are 404."""

from __future__ import annotations

from django.urls import path

from lms.demo import views

app_name = "demo"
urlpatterns = [
    path("", views.tour, name="tour"),
    path("become/<slug:slug>/", views.become, name="become"),
    path("step/<int:number>/", views.step, name="step"),
    path("advance/", views.advance, name="advance"),
    path("mail/", views.mail, name="mail"),
]
