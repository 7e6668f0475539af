"""Who may do what with the bank beyond the rights Wagtail asks for on its own pages."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext

from lms.people.models import User


def may_see_whole_bank(user: User) -> bool:
    """Every question with its key at once, and how people answer: for those who write or publish questions.

    Somebody who translates has the questions to translate, one by one, and needs no more.
    """
    return user.has_perm("quizzes.add_question") or user.has_perm("quizzes.publish_question")


def require_whole_bank(user: User) -> None:
    if not may_see_whole_bank(user):
        raise PermissionDenied(gettext("Only people who write or review questions can open this."))
