"""Wagtail's user pages, cut to what they may do here: the directory makes people, an administrator gives rights."""

from __future__ import annotations

from typing import Any

from wagtail.users.apps import WagtailUsersAppConfig


class UsersConfig(WagtailUsersAppConfig):
    user_viewset = "lms.people.wagtail_admin.LoginViewSet"

    def ready(self) -> None:
        super().ready()
        from wagtail.permissions import register_permission_policy

        from lms.people.login_policy import LoginPolicy
        from lms.people.models import User

        policy: Any = LoginPolicy(User)
        register_permission_policy(User, policy)
