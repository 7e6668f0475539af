"""Signing in and passwords. allauth's sign-up and address pages are left out: the directory decides both."""

from __future__ import annotations

from allauth.account import views
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from lms.people import account_pages, conflict_pages, recovery_pages
from lms.people.door.limits import NEW_PASSWORD_FROM, PASSWORD_CHANGE
from lms.people.door.refusals import limited

urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("go-on/", account_pages.go_on, name="account_go_on"),
    path("sessions/", account_pages.sessions, name="account_sessions"),
    path("session/left/", account_pages.session_left, name="account_session_left"),
    path("session/stay/", account_pages.stay_signed_in, name="account_stay"),
    path("factors/", account_pages.own_factors, name="mfa_index"),
    path("factors/webauthn/", RedirectView.as_view(pattern_name="mfa_index"), name="mfa_list_webauthn"),
    path("factors/", include("allauth.mfa.urls")),
    path("recovery/", recovery_pages.recoveries, name="factor_recoveries"),
    path("recovery/<uuid:pk>/", recovery_pages.confirm, name="factor_recovery_confirm"),
    path("conflicts/", conflict_pages.conflicts, name="fact_conflicts"),
    path("conflicts/<uuid:pk>/", conflict_pages.settle_conflict, name="fact_conflict_settle"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("password/change/", limited(PASSWORD_CHANGE)(views.password_change), name="account_change_password"),
    path("password/set/", views.password_set, name="account_set_password"),
    path("password/reset/", account_pages.ask_for_reset, name="account_reset_password"),
    path("password/reset/done/", views.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        limited(NEW_PASSWORD_FROM)(views.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path("password/reset/key/done/", views.password_reset_from_key_done, name="account_reset_password_from_key_done"),
]
