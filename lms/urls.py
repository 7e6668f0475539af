"""The map of the site: what the rooms bring (`addresses` in their `apps.py`), and what stands around them.

`admin/login/` is redirected before Wagtail's own include: it would bypass MFA.
"""

from __future__ import annotations

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from content.views import files
from lms import rooms
from lms.accessibility import statement
from lms.home import after_sign_in, front_door
from lms.people.wagtail_admin import own_settings

urlpatterns = [
    path("", front_door, name="front_door"),
    path("accessibility/", statement, name="accessibility"),
    path("work/", after_sign_in, name="after_sign_in"),
    *(path(prefix, include(module)) for prefix, module in rooms.addresses()),
    path("admin/login/", RedirectView.as_view(pattern_name="account_login", query_string=True)),
    path("admin/account/", own_settings),
    path("admin/", include(wagtailadmin_urls)),
    # In the place of Wagtail's view for documents, which shows them to everybody; its other address stays.
    path("documents/<int:document_id>/<path:document_filename>", files.document, name="wagtaildocs_serve"),
    path("documents/", include(wagtaildocs_urls)),
    path("media/<path:name>", files.stored, name="content_stored"),
    path("i18n/", include("django.conf.urls.i18n")),
]

urlpatterns += i18n_patterns(path("", include(wagtail_urls)))
