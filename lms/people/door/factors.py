"""Second factors: who needs one, who has one. Keys and passkeys, codes of an app, printed codes; no telephone."""

from __future__ import annotations

from collections.abc import Iterable

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.http import HttpRequest

from certification.ledger import clock
from lms.people import groups
from lms.people.models import Person, User

CODES = Authenticator.Type.RECOVERY_CODES
DEMO = "demo"  # how a visitor of the demonstration became somebody, among the records of a session


def needs_factor(person: Person) -> bool:
    """Whether their work asks for a second factor. Everybody else may have one."""
    user = getattr(person, "user", None)
    return user is not None and (user.is_superuser or any(groups.in_group(person, name) for name in groups.ALL))


def factor_types(user: User) -> frozenset[str]:
    return frozenset(Authenticator.objects.filter(user_id=user.pk).values_list("type", flat=True))


def has_factor(request: HttpRequest, types: Iterable[str]) -> bool:
    return bool(types) or plays_a_part(request)


def plays_a_part(request: HttpRequest) -> bool:
    """A visitor of the demonstration who became this person with one click: there is nobody to hold a factor."""
    became = any(record["method"] == DEMO for record in get_authentication_records(request, request.user))
    return became and clock.is_demo()
