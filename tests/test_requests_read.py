"""What people send is read by forms: nothing else takes a value out of a request."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("lms", "content", "courses", "quizzes", "certification", "themes")
SENT = {"GET", "POST", "FILES", "body"}
READERS = {
    "posted": "courses/player/quiz_page.py knows which names and values a sitting has, and refuses every other",
    "answered": "gives it to `posted`",
    "quiz_page_at": "shows what was typed again, escaped, after `posted` has looked at it",
    "pretest_context": "the same",
    "practice_answered": "gives it to posted, and to what shows the form again",
    "select_team": "gives it to TeamFilter",
    "chosen_form": "lms/spreadsheets/download.py gives it to a ParameterForm",
    "_words": "lms/request_bounds.py looks at everything before any view",
}
ITSELF = {
    "lms/people/door/put_aside.py": "keeps what was typed for its writer, as it was sent, and looks at none of it",
    "lms/typed_entries.py": "the same, for a form that came back; it is read again by the form it came from",
    "lms/request_bounds.py": "looks at everything before any view",
    "themes/templatetags/components.py": "repeats the query in the addresses of other pages, encoded",
}


def reads(source: str) -> list[int]:
    """Lines in which a request is read other than as the argument of a form or of a reader."""
    tree = ast.parse(source)
    allowed: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called.endswith("Form") or called in READERS:
                allowed.update(below for argument in node.args for below in ast.walk(argument))
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr in SENT
        and isinstance(node.value, ast.Name)
        and node.value.id == "request"
        and node not in allowed
    ]


def test_requests_are_read_by_forms() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
        if str(path.relative_to(ROOT)) not in ITSELF
        for line in reads(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_the_rule_sees_what_it_forbids() -> None:
    assert reads('request.GET.get("q")') == [1]
    assert reads('x = "a" in request.POST\njson.loads(request.body)') == [1, 2]
    assert reads("SearchForm(request.GET if x else None)\nforms.PageForm(request.GET).number") == []
