"""Who is signed in, together with the person they are: every request asks for both."""

from __future__ import annotations

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import BigIntegerField

from certification.ledger import clock
from lms.people.models import User
from lms.people.prepared import Prepared, slot

WITH_PERSON = Prepared(lambda: User.objects.select_related("person").filter(pk=slot("pk", BigIntegerField())))


class SignInBackend(AuthenticationBackend):
    def user_can_authenticate(self, user: AbstractBaseUser | None) -> bool:
        """Asked at sign-in and with every request, so that access ends with the last day and not with a drain."""
        return isinstance(user, User) and user.is_open(clock.now())

    def get_user(self, user_id: int) -> User | None:
        user = WITH_PERSON.get(pk=user_id)
        return user if user and self.user_can_authenticate(user) else None
