#!/usr/bin/env python
"""Django's command line for Litmus."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings")
    from django.core.management import execute_from_command_line

    from lms.logs import tell_uncaught

    sys.excepthook = tell_uncaught
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
