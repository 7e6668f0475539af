"""The editing area as people use it: the form the page itself holds, with every field of it, and one of its buttons.

What scripts build is added as they build it: a page's or question's blocks, and the hidden fields of “Approve”.
"""

from __future__ import annotations

from typing import Any

from bs4 import BeautifulSoup, Tag
from django.test import Client
from django.urls import reverse
from wagtail.fields import StreamField
from wagtail.test.utils.form_data import nested_form_data

from content.models import ModulePage
from quizzes.models import Quiz
from tests.content.posting import stream

DRAFT, SUBMIT, APPROVE, SEND_BACK = "Save draft", "Submit to Review", "Approve", "Request changes"


def edit_address(found: Any) -> str:
    if isinstance(found, ModulePage):
        return reverse("wagtailadmin_pages:edit", args=[found.pk])
    return reverse(f"wagtailsnippets_quizzes_{found._meta.model_name}:edit", args=[found.pk])


def edit_page(client: Client, found: Any) -> BeautifulSoup:
    response = client.get(edit_address(found))
    assert response.status_code == 200, response.headers.get("Location")
    return BeautifulSoup(response.content, "html.parser")


def buttons(soup: BeautifulSoup) -> list[str]:
    """The words on the buttons at the foot of the editing view, the main one first."""
    foot = soup.find("footer", class_="footer") or soup.find("nav", class_="footer__container")
    assert isinstance(foot, Tag)
    return [label for tag in foot.find_all(["button", "a"]) if (label := " ".join(tag.get_text(" ").split()))]


def press(client: Client, found: Any, label: str, comment: str = "", **changes: Any) -> Any:
    """Opens the editing view, changes these fields, presses the button with these words; the answer, as it comes."""
    soup = edit_page(client, found)
    form = soup.find("form", attrs={"data-edit-form": True})
    assert isinstance(form, Tag)
    data = fields(form) | nested_form_data(blocks(found) | changes)
    return client.post(edit_address(found), data | pressed(button(soup, label), comment))


def button(soup: BeautifulSoup, label: str) -> Tag:
    for tag in soup.find_all("button"):
        said = " ".join(tag.get_text(" ").split())
        if said == label or (said.startswith(label) and "Save" in label) or said.startswith(f"Res{label[1:]}"):
            return tag
    raise AssertionError(f"There is no button “{label}”, only {buttons(soup)}")


def pressed(tag: Tag, comment: str) -> dict[str, str]:
    action = tag.get("data-workflow-action-name")
    if not action:
        return {str(tag["name"]): str(tag.get("value") or tag["name"])} if tag.get("name") else {}
    extra = {"workflow-action-extra-data": f'{{"comment": "{comment}"}}'} if comment else {}
    return {"action-workflow-action": "true", "workflow-action-name": str(action), **extra}


def fields(form: Tag) -> dict[str, str]:
    found = {}
    for tag in form.find_all(["input", "textarea", "select"]):
        name, kind = str(tag.get("name") or ""), tag.get("type", "")
        if (
            not name
            or kind in ("submit", "button", "file")
            or (kind in ("checkbox", "radio") and not tag.has_attr("checked"))
        ):
            continue
        if tag.name == "select":
            chosen = tag.find("option", selected=True)
            found[name] = str(chosen["value"]) if isinstance(chosen, Tag) else ""
        elif tag.name == "textarea":
            # A browser sends lines with both signs.
            found[name] = tag.get_text().removeprefix("\n").replace("\n", "\r\n")
        else:
            found[name] = str(tag.get("value") or ("on" if kind == "checkbox" else ""))
    return found


def blocks(found: Any) -> dict[str, Any]:
    draft = found.get_latest_revision_as_object()
    if isinstance(draft, Quiz):
        return {}
    return {
        field.name: stream(getattr(draft, field.name)) for field in draft._meta.fields if isinstance(field, StreamField)
    }


def sentences(client: Client) -> list[str]:
    """What the next page says at its top, without the buttons beside it."""
    response = client.get(reverse("wagtailadmin_home"))
    return [str(message).split("\n")[0].strip() for message in response.context["messages"]]
