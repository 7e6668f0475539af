"""The tree of units. A unit never moves: a reorganisation ends it and opens another, under another code."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from lms.people.models import OrgUnit, Placement


class UnitError(ValueError):
    """What was asked for cannot be; the text is a sentence for whoever asked."""


@transaction.atomic
def open_unit(
    code: str,
    name: str,
    kind: str,
    *,
    parent: OrgUnit | None,
    on: date,
    at: datetime,
    country: str = "",
    zone: str = "",
) -> OrgUnit:
    """A unit from `on`; country and zone default to the parent's. An entity is its own, a group has none."""
    unit = OrgUnit(
        code=code,
        name=name,
        kind=kind,
        parent=parent,
        country=country or (parent.country if parent else ""),
        zone=zone or (parent.zone if parent else "UTC"),
        true_from=on,
        known_from=at,
    )
    unit.entity = unit if kind == OrgUnit.Kind.ENTITY else parent and parent.entity
    if unit.entity is None and kind != OrgUnit.Kind.GROUP:
        raise UnitError(
            _("The unit “%(code)s” stands in no legal entity: give it a parent that is one, or belongs to one.")
            % {"code": code}
        )
    unit.save()
    return unit


@transaction.atomic
def close_unit(unit: OrgUnit, *, on: date, at: datetime) -> None:
    """`on` is the first day without the unit. Refused while somebody is placed there on that day."""
    left = Placement.objects.on(on).filter(unit=unit).count()
    if left:
        raise UnitError(
            _("%(count)d people are still placed in “%(code)s”: place them elsewhere first.")
            % {"count": left, "code": unit.code}
        )
    unit.true_to = on
    unit.save(update_fields=["true_to"])
