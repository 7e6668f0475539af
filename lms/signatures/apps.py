from __future__ import annotations

from lms import rooms


class SignaturesConfig(rooms.Room):
    name = "lms.signatures"
    label = "signatures"

    def ready(self) -> None:
        from django.db.models.signals import pre_save
        from wagtail_localize.models import SegmentOverride, StringTranslation

        from lms.signatures import translated_words

        # The second and third receiver of the project, for the same reason as the first: a third party's views, imports
        # and tools save these rows, and only the signal sees every route (ADR 13).
        pre_save.connect(translated_words.note_string, sender=StringTranslation)
        pre_save.connect(translated_words.note_override, sender=SegmentOverride)
