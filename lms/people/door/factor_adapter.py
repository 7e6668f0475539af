"""What allauth's second factors must know of us: this site's name, our QR code, and that printed codes are a factor."""

from __future__ import annotations

import io
import ipaddress
from typing import Any
from urllib.parse import urlsplit

import segno
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.utils.translation import gettext as _

from lms.people.models import User

AT_SIGN_IN = {Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN}


class FactorAdapter(DefaultMFAAdapter):
    def is_mfa_enabled(self, user: User, types: Any = None) -> bool:
        """allauth asks at the sign-in for app or key; whoever has printed codes only is asked for one of those."""
        anything = types is not None and set(types) >= AT_SIGN_IN
        enabled: bool = super().is_mfa_enabled(user, None if anything else types)
        return enabled

    def build_totp_svg(self, url: str) -> str:
        out = io.BytesIO()
        segno.make(url, error="m").save(out, kind="svg", scale=5, border=4, dark="#000", light="#fff")
        return out.getvalue().decode()

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return _("Key %(number)s") % {"number": number}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Keys hang on the site's name, not on the name a request came by."""
        return {"id": site_host(), "name": settings.WAGTAIL_SITE_NAME}


def site_host() -> str:
    return urlsplit(settings.BASE_URL).hostname or ""


def keys_can_be_used() -> bool:
    """A browser ties a key to a name: an address of numbers has none."""
    try:
        ipaddress.ip_address(site_host())
    except ValueError:
        return settings.HTTPS or site_host() == "localhost"
    return False
