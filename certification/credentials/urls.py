"""A certificate has two faces: its holder's, and the one anybody may check who was given the address."""

from __future__ import annotations

from django.urls import include, path

from certification.credentials import views

certificates = [
    path("", views.own, name="list"),
    path("<uuid:pk>/", views.detail, name="detail"),
    path("<uuid:pk>/name/", views.share_name, name="share"),
    path("<uuid:pk>/proof/", views.proof, name="proof"),
]
verify = [path("<uuid:pk>/", views.verify, name="certificate")]

urlpatterns = [
    path("certificates/", include((certificates, "certificates"))),
    path("verify/", include((verify, "verify"))),
]
