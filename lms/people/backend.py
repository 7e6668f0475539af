"""Who is signed in, together with the person they are: every request asks for both."""

from __future__ import annotations

from allauth.account.auth_backends import AuthenticationBackend

from lms.people.models import User


class SignInBackend(AuthenticationBackend):
    def get_user(self, user_id: int) -> User | None:
        try:
            user = User.objects.select_related("person").get(pk=user_id)
        except User.DoesNotExist:
            return None
        return user if self.user_can_authenticate(user) else None
