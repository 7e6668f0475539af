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
        (25, "emergencies", 60, "content.emergency.fall_back_due"),
    )
    ledger_claims = ("content.ledger_claims.texts", "content.ledger_claims.sign_offs")
    rights = {"editor": ("add_fact", "change_fact", "view_fact")}

    def ready(self) -> None:
        from django.db.models.signals import pre_delete, pre_save
        from wagtail.models import Page
        from wagtail.signals import page_published, pre_page_move

        from content import authorship, catalogue, completeness, freezing, hooks, preview, protection, workflow
        from content.models import ModulePage
        from quizzes import hooks as quiz_hooks

        hooks.publish_gaps.register(completeness.publish_gaps)
        hooks.page_digest.register(authorship.page_digest)
        hooks.public_context.register(catalogue.public_context)
        hooks.module_preview.register(preview.render_module_preview)
        hooks.approval_refusal.register(workflow.approval_refusal)
        hooks.approval_signed.register(workflow.sign_draft)
        hooks.approval_recorded.register(workflow.record_approval)
        hooks.withdrawal_refusal.register(protection.withdrawal_refusal)
        hooks.alias_refusal.register(protection.alias_refusal)
        quiz_hooks.withdrawal_refusal.register(protection.withdrawal_refusal)
        page_published.connect(freezing.on_page_published, sender=ModulePage)
        pre_page_move.connect(protection.refuse_move)
        pre_save.connect(protection.refuse_going_offline, sender=Page)
        for model in protection.PROTECTED:
            pre_delete.connect(protection.refuse_deletion, sender=model)
