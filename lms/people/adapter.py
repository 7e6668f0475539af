"""What allauth must know of us: accounts come from the directory, never from a sign-up form."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lms.people.models import User


def display_name(user: User) -> str:
    return user.person.name


class AccountAdapter(DefaultAccountAdapter):
    error_messages: ClassVar[dict[str, str | Promise]] = {
        **DefaultAccountAdapter.error_messages,
        # One sentence for every wrong pair: it must not say which of the two was right.
        **dict.fromkeys(
            ("email_password_mismatch", "username_password_mismatch"),
            _("These do not match an account. Check your e-mail or staff number and your password, then try again."),
        ),
        "too_many_login_attempts": _("Too many failed attempts. Wait five minutes, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        """The site speaks the person's language from the first page on."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            user.person.language,
            max_age=settings.LANGUAGE_COOKIE_AGE,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            samesite="Lax",
        )
        return response
