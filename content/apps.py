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
    ledger_claims = ("content.ledger_claims.texts", "content.ledger_claims.sign_offs")
    rights = {"editor": ("add_fact", "change_fact", "view_fact")}

    def ready(self) -> None:
        from wagtail.signals import page_published

        from content import catalogue, completeness, freezing, hooks, preview, workflow
        from content.models import ModulePage

        hooks.publish_gaps.register(completeness.publish_gaps)
        hooks.public_context.register(catalogue.public_context)
        hooks.module_preview.register(preview.render_module_preview)
        hooks.approval_refusal.register(workflow.approval_refusal)
        hooks.approval_recorded.register(workflow.record_approval)
        page_published.connect(freezing.on_page_published, sender=ModulePage)
