"""M07: what its lab asks, and what its text must not give away before the cases are decided."""

import re

import pytest

from content.curriculum.parse import parse_file
from content.curriculum.record import FOLDER
from quizzes.lab.cases.bank import load_form

LANGUAGES = ("en", "fr", "ar")
