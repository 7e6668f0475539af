"""The map of the site. `admin/login/` is redirected before Wagtail's own include: it would bypass MFA."""

from __future__ import annotations

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from lms.home import front_door
from lms.people.wagtail_admin import own_settings

urlpatterns = [
    path("", front_door, name="front_door"),
    path("files/", include("content.urls")),
    path("learn/", include("courses.urls", namespace="learn")),
    path("appeals/", include("courses.urls_appeals", namespace="appeals")),
    path("", include("certification.credentials.urls")),
    path("", include("lms.reports.urls")),
    path("demo/", include("lms.demo.urls")),
    path("admin/login/", RedirectView.as_view(pattern_name="account_login", query_string=True)),
    path("admin/account/", own_settings),
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("accounts/", include("lms.people.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include("themes.urls")),
]

urlpatterns += i18n_patterns(path("", include(wagtail_urls)))
