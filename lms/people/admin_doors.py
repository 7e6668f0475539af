"""Doors of Wagtail's admin behind which a signature or a right is given: they ask for the same confirmation as ours.

Wagtail's views are not ours to decorate, so their doors are known by their address and by what is sent. Whether
somebody may go through is for the view to say; here it is only asked whether it is really them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.urls import ResolverMatch

from lms.parameter_form import ParameterForm
from lms.people.door.confirming import Confirm, closed_door
from lms.people.middleware import person_of

RIGHTS = {"wagtailusers_users", "wagtailusers_groups", "wagtailadmin_workflows"}
READING = {
    *("index", "index_results", "list", "inspect", "history", "history_results", "usage", "usage_results"),
    *("task_index", "task_index_results", "task_chooser", "task_chooser_results", "task_chosen", "select_task_type"),
}
PUBLISHING = {"action-publish", "publish_translations"}  # buttons by which something goes live


def door_of(request: HttpRequest, match: ResolverMatch) -> Confirm:
    """When this address asks who it is. Forms about rights do so before they are filled in."""
    if match.namespace in RIGHTS and match.url_name not in READING:
        return Confirm.ALWAYS
    if match.url_name == "wagtail_bulk_action" and changes_rights_or_publishes(match.kwargs):
        return Confirm.ALWAYS
    return Confirm.SENDING if request.method == "POST" and is_signature(request, match) else Confirm.NEVER


def changes_rights_or_publishes(kwargs: dict[str, Any]) -> bool:
    return kwargs.get("app_label") == "people" or kwargs.get("action") == "publish"


def is_signature(request: HttpRequest, match: ResolverMatch) -> bool:
    sent = ParameterForm(request.POST, "workflow-action-name")
    approves = sent.text("workflow-action-name") == "approve" or (
        match.url_name == "workflow_action" and match.kwargs.get("action_name") == "approve"
    )
    return approves or any(sent.has(name) for name in PUBLISHING)


class ConfirmedDoors:
    """Whoever has no task in the editing house is kept out by `AdminDoor`, which is asked next."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponseBase | None:
        if not request.path.startswith("/admin/") or request.resolver_match is None:
            return None
        when = door_of(request, request.resolver_match)
        person = None if when is Confirm.NEVER else person_of(request)
        return closed_door(request, person, when) if person else None
