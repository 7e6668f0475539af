"""manage.py grant STAFF_NUMBER GROUP …: access rights for somebody who has a login."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from lms.people import groups, logins
from lms.people.models import User


class Command(BaseCommand):
    help = "Gives (or with --revoke takes back) access rights: " + ", ".join(groups.ALL) + "."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("staff_number")
        parser.add_argument("groups", nargs="+", choices=groups.ALL, metavar="GROUP")
        parser.add_argument("--revoke", action="store_true", help="take the rights back")

    def handle(self, *args: Any, **options: Any) -> None:
        groups.ensure_groups()
        user = User.objects.filter(staff_number__iexact=options["staff_number"]).select_related("person").first()
        if user is None:
            raise CommandError(_("No login has the staff number %(number)s.") % {"number": options["staff_number"]})
        change = logins.revoke if options["revoke"] else logins.grant
        change(user.person, *options["groups"])
        held = ", ".join(sorted(user.person.group_names)) or "–"
        self.stdout.write(_("%(number)s is now in: %(groups)s.") % {"number": user.staff_number, "groups": held})
