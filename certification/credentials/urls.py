"""A certificate has two faces: its holder's, and the one anybody may check who was given the address."""

from __future__ import annotations

from django.urls import include, path

from certification.credentials import views

certificates = [
    path("", views.own_certificates, name="list"),
    path("<uuid:pk>/", views.own_certificate, name="detail"),
    path("<uuid:pk>/name/", views.share_name, name="share"),
    path("<uuid:pk>/proof/", views.download_proof, name="proof"),
]
verify = [path("<uuid:pk>/", views.public_page, name="certificate")]

urlpatterns = [
    path("certificates/", include((certificates, "certificates"))),
    path("verify/", include((verify, "verify"))),
]
