"""What documents and the comments of templates call by a dotted name is there: a rename must not leave them behind."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from django.conf import settings
from django.utils.module_loading import import_string

from lms import rooms

COMMENT = re.compile(r"{% comment %}(.*?){% endcomment %}", re.DOTALL)
FILES = re.compile(r"\.(py|md|html|css|js|po|yaml|json|sh)$")


def words() -> Iterator[tuple[Path, str]]:
    base = Path(settings.BASE_DIR)
    for path in [*sorted(base.glob("*.md")), *sorted(base.glob("docs/**/*.md"))]:
        yield path, path.read_text(encoding="utf-8")
    for path in sorted(base.glob("themes/default/templates/**/*.html")):
        yield path, "\n".join(COMMENT.findall(path.read_text(encoding="utf-8")))


def leads_somewhere(name: str) -> bool:
    for load in (import_module, import_string):
        try:
            load(name)
        except ImportError:
            continue
        return True
    return False


def test_every_dotted_name_in_words_leads_somewhere() -> None:
    ours = re.compile(rf"(?<![\w./])(?:{'|'.join(rooms.packages())})(?:\.\w+)+")
    found = {
        f"{path.relative_to(settings.BASE_DIR)}: {name}"
        for path, text in words()
        for name in ours.findall(text)
        if not FILES.search(name) and not leads_somewhere(name)
    }
    assert found == set()
