"""allauth's forms of the second factor, with our limits, and every code good for one use in any process."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as base_forms
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.forms import GenerateRecoveryCodesForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.contrib import messages
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from lms.people.door.limits import CODE, CODE_OF, Limit, count_try, take_back_try
from lms.people.door.refusals import refuse_tries
from lms.people.door.sources import source_of
from lms.people.models import User

USED_ONCE = Limit("code-used", 1, 120)  # longer than a code of an app is good for


def count_code(user: User) -> None:
    """Counts before it looks. Raises the page that refuses."""
    request = context.request
    waits = [count_try(CODE, user.pk, source_of(request, user)), count_try(CODE_OF, user.pk)]
    if any(waits):
        raise ImmediateHttpResponse(refuse_tries(request, max(waits)))


def uncount_code(user: User) -> None:
    take_back_try(CODE, user.pk, source_of(context.request, user))
    take_back_try(CODE_OF, user.pk)


class CodeMixin(forms.Form):
    """A code that may be typed or pasted, with blanks and hyphens as it was printed."""

    user: User

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["code"]
        field.label = _("Code")
        field.help_text = _("Six digits from your app, or one of your printed codes. You may paste it.")
        field.widget.attrs.pop("placeholder", None)
        field.widget.attrs["autocomplete"] = "one-time-code"

    def clean_code(self) -> str:
        count_code(self.user)
        code: str = super().clean_code()  # type: ignore[misc]
        if count_try(USED_ONCE, self.user.pk, normalize_user_code(code)):
            raise get_adapter().validation_error("incorrect_code")
        uncount_code(self.user)
        return code


class SignInCodeForm(CodeMixin, base_forms.AuthenticateForm):
    """At the sign-in, after the password. Whoever used a printed code is told how many are left."""

    def save(self) -> None:
        super().save()
        if self.authenticator.type == Authenticator.Type.RECOVERY_CODES:
            left = codes_left([Authenticator.objects.get(pk=self.authenticator.pk)])
            said = ngettext(
                "%(number)s printed code is left. Make new ones in time: in your own menu, under “Second factor”.",
                "%(number)s printed codes are left. Make new ones in time: in your own menu, under “Second factor”.",
                left,
            )
            messages.info(context.request, said % {"number": left})


class ConfirmCodeForm(CodeMixin, base_forms.ReauthenticateForm):
    """Before what weighs most."""


class AddAppForm(CodeMixin, ActivateTOTPForm):
    """The app proves that it has the secret: that is a confirmation as good as any."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].help_text = _("The six digits that the app shows now.")

    def clean_code(self) -> str:
        code = super().clean_code()
        record_authentication(context.request, self.user, "mfa", type="totp", reauthenticated=True)
        return code


class AddKeyForm(AddWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name of the key")
        self.fields["name"].max_length = 60

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if cleaned.get("credential"):
            record_authentication(context.request, self.user, "mfa", type="webauthn", reauthenticated=True)
        return cleaned


class PrintCodesForm(GenerateRecoveryCodesForm):
    """Printed codes need no other factor beside them: somebody may have neither a key nor an app."""

    def clean(self) -> dict[str, Any]:
        return forms.Form.clean(self) or {}


def codes_left(found: Iterable[Authenticator]) -> int:
    """How many printed codes are unused; 0 also where there are none."""
    return sum(len(codes.wrap().get_unused_codes()) for codes in found)
