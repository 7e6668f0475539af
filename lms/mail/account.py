"""allauth's letters go through the outbox, so that a mail server that is down never breaks a page."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from certification.ledger import clock
from lms.mail import outbox, resets
from lms.people.adapter import AccountAdapter
from lms.people.forms import AddressForm
from lms.people.models import User


class ResetPasswordForm(AddressForm):
    """Asks; who is meant, and whether there is such an account, is looked up by a drain."""

    users: tuple[User, ...] = ()

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].lower()
        return email

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        email: str = self.cleaned_data["email"]
        resets.ask_for_reset(email, clock.now())
        return email


class MailingAdapter(AccountAdapter):
    def send_notification_mail(
        self, template_prefix: str, user: User, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        super().send_notification_mail(template_prefix, user, {**(context or {}), "user": user}, email)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """To the person behind the login, in their language. (Strangers are never written to.)"""
        site = {"name": settings.WAGTAIL_SITE_NAME, "domain": settings.BASE_URL}
        around = {"request": self.request, "email": email, "current_site": site, **context}

        def letter() -> tuple[str, str]:
            rendered = self.render_mail(template_prefix, email, around)
            return rendered.subject, str(rendered.body)

        person, key = context["user"].person, f"account:{uuid.uuid4()}"
        outbox.queue_letter(person, kind=outbox.ACCOUNT, key=key, letter=letter, at=clock.now())
