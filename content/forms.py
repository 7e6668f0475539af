"""The editor's form of a module: a draft may be incomplete, what is published or submitted may not."""

from __future__ import annotations

from typing import Any

from wagtail.admin.forms import WagtailAdminPageForm

from content.editions import ChangeClass
from content.hooks import publish_gaps
from lms.parameter_form import require_reckoned

GOING_LIVE = {"action-publish", "action-submit", "action-restart-workflow"}


class ModulePageForm(WagtailAdminPageForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # What the last publication changed says nothing about the next one.
        if self.instance.live and not self.instance.has_unpublished_changes:
            self.initial["change_class"] = ChangeClass.EDITORIAL

        for name in ("go_live_at", "expire_at"):
            if name in self.fields:
                self.fields[name].validators = [*self.fields[name].validators, require_reckoned]

    def _post_clean(self) -> None:
        """Django fills the instance here; only then can it be looked at as a whole."""
        super()._post_clean()
        if GOING_LIVE & self.data.keys() and not self.errors:
            for field, sentences in publish_gaps(self.instance).items():
                for sentence in sentences:
                    self.add_error(field if field in self.fields else None, sentence)
