"""Who is signed in, together with the person they are: every request asks for both."""

from __future__ import annotations

from allauth.account.auth_backends import AuthenticationBackend

from lms.people.models import User


class SignInBackend(AuthenticationBackend):
    def get_user(self, user_id: int) -> User | None:
        user = User.objects.select_related("person").filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None
