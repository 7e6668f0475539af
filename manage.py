#!/usr/bin/env python
"""Django's command line for Litmus."""

import os
import secrets
import sys

UNUSABLE = 2


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings")
    if verifies_a_file(sys.argv) and not {"SECRET_KEY", "SECRET_KEY_FILE"} & set(os.environ):
        # An auditor has a copy of the database and none of the site's secrets; verifying signs nobody in.
        os.environ["SECRET_KEY"] = secrets.token_urlsafe(60)
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    from lms.logs import tell_uncaught

    sys.excepthook = tell_uncaught
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        # A sentence, and not the 1 of a traceback: that is what `ledger verify` answers for a ledger that was changed.
        print(error, file=sys.stderr)
        sys.exit(UNUSABLE)


def verifies_a_file(arguments: list[str]) -> bool:
    """Whether this is `manage.py ledger verify --database-file …`, which needs nothing of the site."""
    named = any(argument.startswith("--database-file") for argument in arguments)
    return arguments[1:2] == ["ledger"] and "verify" in arguments and named


if __name__ == "__main__":
    main()
