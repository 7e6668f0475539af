"""A model whose saved drafts leave a trail."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from certification.ledger import clock
from lms.people.models import Person
from lms.signatures import trail, translated_words


class Authored:
    """Stands before Wagtail's RevisionMixin or Page: every route saves drafts through `save_revision`."""

    def subject(self) -> str:
        """What the trail calls it; survives renames and new versions."""
        raise NotImplementedError

    def words_digest(self) -> str:
        """Names what learners would get of it as it stands here, a draft too."""
        raise NotImplementedError

    def changed_by(self, user: Any) -> Person | None:
        """Whose change a draft is that this user saves."""
        return user.person if user else None

    def copied_from(self) -> str:
        """The subject this one was copied from, when it has no trail of its own yet; empty if it was not."""
        return ""

    def save_revision(self, user: Any = None, *args: Any, overwrite_revision: Any = None, **kwargs: Any) -> Any:
        with transaction.atomic():
            if not trail.has_trail(self.subject()) and self.copied_from():
                trail.copy_trail(self.copied_from(), self.subject())
            saved = super().save_revision(user, *args, overwrite_revision=overwrite_revision, **kwargs)  # type: ignore[misc]
            trail.note_change(
                self.subject(),
                self.words_digest(),
                self.changed_by(user),
                clock.now(),
                revision=saved.pk,
                again=overwrite_revision is not None,
            )
        return saved


class AuthoredInLanguage(Authored):
    """A page, question or case: one object a language, joined by the translation key."""

    def subject(self) -> str:
        found: Any = self
        return translated_words.translated_subject(found.translation_key, found.locale.language_code)

    def changed_by(self, user: Any) -> Person | None:
        return None if self.is_put_together() else super().changed_by(user)

    def is_put_together(self) -> bool:
        """Of the strings of its source, by wagtail-localize."""
        found: Any = self
        return translated_words.is_put_together(found.translation_key, found.locale)
