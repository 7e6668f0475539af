"""Rich text as it is frozen: semantic tags, no editor's marks, links to pages spelt out."""

from __future__ import annotations

from bs4 import BeautifulSoup
from wagtail.rich_text import expand_db_html

MEANING = {"b": "strong", "i": "em"}


def frozen_html(source: str) -> str:
    """Database rich text as the HTML a learner reads. The same source gives the same HTML."""
    soup = BeautifulSoup(expand_db_html(source), "html.parser")
    for tag in soup.find_all(True):
        tag.name = MEANING.get(tag.name, tag.name)
        tag.attrs = {"href": tag["href"]} if tag.name == "a" and tag.has_attr("href") else {}
    return str(soup)
