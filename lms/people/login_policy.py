"""Who may manage logins in Wagtail's admin."""

from __future__ import annotations

from wagtail.permission_policies import ModelPermissionPolicy

from lms.people.models import User


class LoginPolicy(ModelPermissionPolicy):
    """Administrators only, and nobody adds a login here: it would have no person."""

    def user_has_permission(self, user: User, action: str) -> bool:
        return user.is_active and user.is_superuser and action != "add"
