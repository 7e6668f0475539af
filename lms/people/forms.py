"""The sign-in forms in our words: people here sign in by e-mail or by staff number. And why a name is needed."""

from __future__ import annotations

from typing import Any

from allauth.account import forms
from django.forms import CharField, Form, Textarea
from django.utils.translation import gettext_lazy as _

SHORTEST_REASON = 10
LONGEST_REASON = 200


class LoginForm(forms.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        login = self.fields["login"]
        login.label = _("E-mail or staff number")
        login.widget.attrs["autocomplete"] = "username"
        login.widget.attrs.pop("placeholder", None)
        self.fields["password"].widget.attrs.pop("placeholder", None)


class ResetPasswordForm(forms.ResetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        email = self.fields["email"]
        email.label = _("E-mail")
        email.widget.attrs.pop("placeholder", None)
        email.error_messages["invalid"] = _(
            "Enter the e-mail address of your account, such as name@example.org. Without one, ask your HR department."
        )


class RevealForm(Form):
    reason = CharField(
        label=_("Why do you need the name?"),
        help_text=_("The person can read this sentence in their own record."),
        min_length=SHORTEST_REASON,
        max_length=LONGEST_REASON,
        widget=Textarea(attrs={"rows": 3}),
        error_messages={
            "required": _("Write why you need the name: the person has a right to know."),
            "min_length": _("Write the reason as a sentence the person will understand."),
        },
    )
