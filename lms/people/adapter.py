"""What allauth must know of us: accounts come from the directory, never from a sign-up form."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from lms.people.door import limits
from lms.people.door.confirming import is_fresh
from lms.people.door.factors import CODES, factor_types, needs_factor
from lms.people.door.refusals import refuse_tries
from lms.people.door.session_limits import begin_span
from lms.people.door.sources import address_of, remember_device, source_of
from lms.people.logins import login_named
from lms.people.models import User

WAYS = {
    "reauthenticate": _("With the password"),
    "mfa_reauthenticate": _("With a code of your app, or a printed one"),
    "mfa_reauthenticate:webauthn": _("With the key"),
}


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
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return address_of(request)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Counts the try before it is made, so that many at once are not one too many. Raises the page that refuses."""
        name = credentials.get("username") or credentials.get("email") or ""
        user = login_named(name)
        source = source_of(request, user)
        whose = user.pk if user else name.strip().lower()
        self.counted = [(limits.SIGN_IN, (whose, source)), (limits.SIGN_IN_FROM, (source,))]
        waits = [limits.count_try(limit, *key) for limit, key in self.counted]
        if any(waits):
            raise ImmediateHttpResponse(refuse_tries(request, max(waits)))

    def _rollback_login_failed_rl_usage(self) -> None:
        """allauth calls it where the password was right: then the try counts as none."""
        for limit, key in self.counted:
            limits.take_back_try(limit, *key)

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        """The site speaks the person's language from the first page on, and shows the way to a factor they need."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            user.person.language,
            max_age=settings.LANGUAGE_COOKIE_AGE,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            samesite="Lax",
        )
        remember_device(response, user)
        begin_span(request, user.person)
        if needs_factor(user.person) and not factor_types(user):
            response["Location"] = f"{reverse('mfa_index')}?{urlencode({'next': response['Location']})}"
        return response

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, str]]:
        """With the key or the app, where there is one: the password alone would be the weaker half."""
        methods: list[dict[str, str]] = super().get_reauthentication_methods(user)
        types = factor_types(user) if user.is_authenticated else frozenset()
        if types - {CODES}:
            methods = [method for method in methods if method["id"] != "reauthenticate"]
        if "totp" not in types:
            methods.sort(key=lambda method: method["id"] == "mfa_reauthenticate")  # printed codes are the last resort
        return [{**method, "description": str(WAYS[method["id"]])} for method in methods]

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        return not is_fresh(self.request, factor_types(self.request.user))
