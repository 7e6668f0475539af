"""Who may sign in, and who is: every request asks for the login together with the person behind it."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import BigIntegerField
from django.http import HttpRequest

from certification.ledger import clock
from lms.people.logins import login_named
from lms.people.models import User
from lms.people.prepared import Prepared, slot

WITH_PERSON = Prepared(lambda: User.objects.select_related("person").filter(pk=slot("pk", BigIntegerField())))


class SignInBackend(AuthenticationBackend):
    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:
        """Two queries and one password hash, whoever is named and whether there is such an account or not."""
        password = credentials.get("password")
        if not password:
            return None
        user = login_named(credentials.get("username") or credentials.get("email") or "")
        if user is None:
            User().set_password(password)
            return None
        if not user.check_password(password):
            return None
        if not self.user_can_authenticate(user):
            self._stash_user(user)  # allauth says then that the account is closed
            return None
        return user

    def user_can_authenticate(self, user: AbstractBaseUser | None) -> bool:
        """Asked at sign-in and with every request, so that access ends with the last day and not with a drain."""
        return isinstance(user, User) and user.is_open(clock.now())

    def get_user(self, user_id: int) -> User | None:
        user = WITH_PERSON.get(pk=user_id)
        return user if user and self.user_can_authenticate(user) else None
