"""New passwords by mail. Asking writes a row, the same for every address; a drain looks it up and writes the letter."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import quote

from allauth.account.adapter import get_adapter
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.db import transaction
from django.urls import reverse

from lms.mail.models import ResetRequest
from lms.people.logins import login_named
from lms.people.models import User


def ask_for_reset(email: str, at: datetime) -> None:
    ResetRequest.objects.create(email=email.lower(), asked_at=at)


def write_resets_due(at: datetime) -> int:
    """A letter for each request whose address belongs to an open login; the number written. Every row goes."""
    written = 0
    for asked in ResetRequest.objects.order_by("pk")[:500]:
        with transaction.atomic():
            ours, _models = ResetRequest.objects.filter(pk=asked.pk).delete()  # nobody else deletes it too
            user = login_named(asked.email) if ours else None
            if user and user.is_open(at) and user.email == asked.email:
                get_adapter().send_mail("account/email/password_reset_key", user.email, letter_context(user))
                written += 1
    return written


def letter_context(user: User) -> dict[str, object]:
    """The link leads to this site by its own name, whatever name a request came by."""
    uid, token = user_pk_to_url_str(user), default_token_generator.make_token(user)
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
    link = settings.BASE_URL + path.replace("UID-KEY", quote(f"{uid}-{token}"))
    return {"user": user, "password_reset_url": link, "username": user.staff_number}
