"""Filling in the forms that a page itself has: what is hidden in them is sent along, as a browser does."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from django.test import Client


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[dict[str, str | None], dict[str, list[str]]]] = []
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.found.append((given, {}))
            self.inside = True
        elif tag in ("input", "textarea", "select", "button") and self.inside and given.get("name"):
            fields = self.found[-1][1]
            if tag == "input" and given.get("type") not in ("checkbox", "radio", "submit"):
                fields.setdefault(str(given["name"]), []).append(given.get("value") or "")
            else:
                fields.setdefault(str(given["name"]), [])

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != "form"


def forms_of(page: Any) -> list[tuple[dict[str, str | None], dict[str, list[str]]]]:
    reader = _Forms()
    reader.feed(page.content.decode())
    return reader.found


def form_of(page: Any, where: object) -> dict[str, list[str]]:
    """The fields of the form that is sent to an address with `where` in it."""
    return next(fields for given, fields in forms_of(page) if str(where) in str(given.get("action")))


def fill_in(client: Client, page: Any, answers: dict[str, str], *, follow: bool = False) -> Any:
    """Sends the one form of the main part that has all fields named in `answers`."""
    main = [
        (given, fields)
        for given, fields in forms_of(page)
        if (given.get("method") or "").lower() == "post"
        and "logout" not in (given.get("action") or "")
        and "setlang" not in (given.get("action") or "")
        and set(answers) <= set(fields)
    ]
    assert main, page.content.decode()
    given, fields = main[0]
    address = given.get("action") or page.request["PATH_INFO"] + "?" + page.request.get("QUERY_STRING", "")
    sent = {name: values for name, values in fields.items() if values} | {
        name: [value] for name, value in answers.items()
    }
    return client.post(address, sent, follow=follow)
