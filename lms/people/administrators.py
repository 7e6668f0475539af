"""Whoever answers at the command line for what is kept with their name: an administrator, by their own password."""

from __future__ import annotations

from collections.abc import Callable
from getpass import getpass
from typing import TextIO

from django.contrib.auth import authenticate
from django.utils.translation import gettext

from lms.people.models import Person, User
from lms.people.policies import is_administrator


class NotProven(ValueError):
    """This is nobody who may do it; the text says so."""


def prove_administrator(number: str, answers: TextIO, ask: Callable[[str], str] = getpass) -> Person:
    """The administrator with this staff number. The password comes unseen from a terminal, else is a line of `answers`.

    Raises NotProven.
    """
    if not number:
        raise NotProven(gettext("Say with --by who answers for it: the staff number of an administrator."))
    question = gettext("Password of %(number)s: ") % {"number": number}
    password = ask(question) if answers.isatty() else answers.readline().rstrip("\n")
    user = authenticate(username=number, password=password)
    if not isinstance(user, User) or user.staff_number != number or not is_administrator(user.person):
        raise NotProven(
            gettext("%(number)s with this password is no administrator who may sign in. Nothing was done.")
            % {"number": number}
        )
    return user.person
