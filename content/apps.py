from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from lms import rooms


class ContentConfig(rooms.Room):
    name = "content"
    addresses = (("files/", "content.urls"),)
    places = ((70, "wagtailadmin_home", _("Editing"), "content.policies.EDITING"),)
    drains = (
        (10, "publish", 30, "content.publishing.publish_due"),
        (20, "freeze", 60, "content.freezing.freeze_due"),
    )
    ledger_claims = ("content.ledger_claims.texts",)
    rights = {"editor": ("add_fact", "change_fact", "view_fact")}

    def ready(self) -> None:
        from wagtail.signals import page_published

        from content.freezing import on_page_published
        from content.models import ModulePage

        page_published.connect(on_page_published, sender=ModulePage)
