"""python -m content.curriculum.checks FOLDER …: checks modules where they lie, before anything is loaded."""

from __future__ import annotations

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings")
os.environ.setdefault("SECRET_KEY", "for reading files only: nothing is signed here, nobody signs in, nothing is kept")
django.setup()

from content.curriculum.checks.command_line import main  # noqa: E402 -- Django's models are read with it

sys.exit(main(sys.argv[1:]))
