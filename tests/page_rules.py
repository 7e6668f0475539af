"""What holds of every page, read from its HTML: one heading, a title, a way past the frame, controls that are called
what they show, names where names are due.
"""

from __future__ import annotations

from typing import Any

from bs4 import BeautifulSoup, Tag

NAMED_ANYWAY = {
    "a",
    "button",
    "input",
    "select",
    "textarea",
    "nav",
    "aside",
    "section",
    "form",
    "dialog",
    "iframe",
    "ul",
}
FOCUSABLE = ("a", "button", "input", "select", "textarea", "summary")


def soup_of(page: Any) -> BeautifulSoup:
    return BeautifulSoup(page.content, "html.parser")


def title_of(soup: BeautifulSoup) -> str:
    assert soup.title is not None
    return " ".join(soup.title.get_text().split())


def broken_rules(soup: BeautifulSoup) -> list[str]:
    return [*frame(soup), *landmarks(soup), *names(soup), *hints(soup), *ids(soup), *errors(soup)]


def frame(soup: BeautifulSoup) -> list[str]:
    found = [] if len(soup.select("h1")) == 1 else [f"{len(soup.select('h1'))} h1"]
    skip = soup.select_one("a.skip")
    if skip:
        target = soup.find(id=str(skip["href"])[1:])
        if not isinstance(target, Tag) or target.get("tabindex") != "-1":
            found.append(f"the skip link leads to {skip['href']}, which takes no focus")
        elif target.name == "main" and (nav := target.select_one(".outline")):
            found.append(f"the skip link leads before {nav.name}")
    return found


def landmarks(soup: BeautifulSoup) -> list[str]:
    """Only those that help: none that is not called anything, and no table that is one."""
    found = [f"an aside without a name: {text_of(tag)[:60]}" for tag in soup.select("aside:not([aria-label])")]
    return found + [f"a region: {tag.get('aria-label')}" for tag in soup.select("[role=region]")]


def hints(soup: BeautifulSoup) -> list[str]:
    tied = {name for tag in soup.select("[aria-describedby]") for name in str(tag["aria-describedby"]).split()}
    return [
        f"a hint that nothing points to: {text_of(tag)[:60]}" for tag in hints_of(soup) if tag.get("id") not in tied
    ]


def hints_of(soup: BeautifulSoup) -> list[Tag]:
    return list(soup.select(".field .hint, .question .hint"))


def names(soup: BeautifulSoup) -> list[str]:
    """Speech input says what it sees: the accessible name holds the visible words. And no name where none is heard."""
    found = []
    for tag in soup.select("[aria-label]"):
        if tag.name not in NAMED_ANYWAY and not tag.get("role"):
            found.append(f"a name on a {tag.name} without a role: {tag['aria-label']}")
        seen = visible(tag) if tag.name in ("a", "button", "summary") else ""
        if seen and seen.casefold() not in str(tag["aria-label"]).casefold():
            found.append(f"shows “{seen}”, is called “{tag['aria-label']}”")
    for tag in soup.select("a[aria-labelledby], button[aria-labelledby]"):
        said = " ".join(text_of(soup.find(id=one)) for one in str(tag["aria-labelledby"]).split())
        if visible(tag).casefold() not in said.casefold():
            found.append(f"shows “{visible(tag)}”, is called “{said}”")
    found += [f"a control without words: {tag}"[:120] for tag in soup.select("a, button") if not called(tag)]
    found += [
        f"a field without a label: {tag}"[:120]
        for tag in soup.select("input, select, textarea")
        if tag.get("type") not in ("hidden", "submit") and not labelled(soup, tag)
    ]
    found += [f"a heard meter: {tag}" for tag in soup.select("meter:not([aria-hidden])") if not tag.get("aria-label")]
    return found


def visible(tag: Tag) -> str:
    return " ".join(
        "".join(text for text in tag.find_all(string=True) if not text.find_parent(class_="visually-hidden")).split()
    )


def text_of(tag: Any) -> str:
    return " ".join(tag.get_text().split()) if isinstance(tag, Tag) else ""


def called(tag: Tag) -> str:
    return str(tag.get("aria-label") or tag.get("aria-labelledby") or text_of(tag) or tag.select_one("img[alt]") or "")


def labelled(soup: BeautifulSoup, tag: Tag) -> bool:
    return bool(
        tag.get("aria-label")
        or tag.get("aria-labelledby")
        or tag.find_parent("label")
        or (tag.get("id") and soup.find("label", attrs={"for": tag["id"]}))
    )


def ids(soup: BeautifulSoup) -> list[str]:
    known = [str(tag["id"]) for tag in soup.select("[id]")]
    found = [f"twice the id {name}" for name in sorted({name for name in known if known.count(name) > 1})]
    for tag in soup.select("[aria-describedby], [aria-labelledby]"):
        pointed = f"{tag.get('aria-describedby', '')} {tag.get('aria-labelledby', '')}".split()
        found += [f"points to no element: {name}" for name in pointed if name not in known]
    return found


def errors(soup: BeautifulSoup) -> list[str]:
    """The one pattern: a summary, “Error:” in the title, each line leading to a control, which is marked as wrong where
    the sentence stands beside it (else it is about the form as a whole).
    """
    summary = soup.select_one(".error-summary")
    beside = soup.select(".field-error")
    if summary is None:
        return ["an error without a summary"] if beside else []
    words = title_of(soup).split()[:4]
    found = (
        [] if sum(word.startswith(("Error:", "Erreur", "خطأ")) for word in words) == 1 else ["no “Error:” in the title"]
    )
    for link in summary.select("a"):
        control = soup.find(id=str(link["href"])[1:])
        if not isinstance(control, Tag) or control.name not in FOCUSABLE:
            found.append(f"{link['href']} takes no focus")
        elif any(text_of(link) in text_of(each) for each in beside) and not told_wrong(control):
            found.append(f"{link['href']} is not marked as wrong")
    return found


def told_wrong(control: Tag) -> bool:
    """Itself, or the group of choices it stands in: with the sentence tied to it."""
    for tag in (control, *control.find_parents("fieldset")):
        if tag.get("aria-invalid") == "true":
            return bool(tag.get("aria-describedby") or any(up.get("aria-describedby") for up in tag.find_parents()))
    return False
