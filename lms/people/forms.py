"""The sign-in forms in our words: people here sign in by e-mail or by staff number."""

from __future__ import annotations

from typing import Any

from allauth.account import forms
from django.utils.translation import gettext_lazy as _


class LoginForm(forms.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        login = self.fields["login"]
        login.label = _("E-mail or staff number")
        login.widget.attrs["autocomplete"] = "username"
        login.widget.attrs.pop("placeholder", None)
        self.fields["password"].widget.attrs.pop("placeholder", None)


class AddressForm(forms.ResetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        email = self.fields["email"]
        email.label = _("E-mail")
        email.widget.attrs.pop("placeholder", None)
        email.error_messages["invalid"] = _(
            "Enter the e-mail address of your account, such as name@example.org. Without one, ask your HR department."
        )
