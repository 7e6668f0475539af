"""Access rights are groups, never training roles. Editors, translators and reviewers get Wagtail permissions."""

from __future__ import annotations

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from wagtail.models import Collection, GroupApprovalTask, GroupCollectionPermission, GroupPagePermission, Page

from lms import rooms
from lms.people.models import Person

EDITOR = "editor"
TRANSLATOR = "translator"
REVIEWER = "reviewer"
GOVERNANCE = "governance"
HR_ADMIN = "hr-admin"
AUDITOR = "auditor"
ALL = (EDITOR, TRANSLATOR, REVIEWER, GOVERNANCE, HR_ADMIN, AUDITOR)

# Four eyes: who writes does not publish. A reviewer publishes, straight away or by approving the workflow's task.
PAGES = {
    EDITOR: ("add_page", "change_page"),
    TRANSLATOR: ("change_page",),
    REVIEWER: ("change_page", "publish_page", "lock_page", "unlock_page"),
}
FILES = {
    EDITOR: (
        ("wagtailimages", "add_image", "change_image", "choose_image"),
        ("wagtaildocs", "add_document", "change_document", "choose_document"),
    ),
    TRANSLATOR: (("wagtailimages", "choose_image"), ("wagtaildocs", "choose_document")),
    REVIEWER: (("wagtailimages", "choose_image"), ("wagtaildocs", "choose_document")),
}
# What the pages around the rooms need. Rights on a room's own models stand in that room's `apps.py`.
AROUND = {
    EDITOR: (("wagtailadmin", "access_admin"), ("wagtail_localize", "submit_translation")),
    TRANSLATOR: (("wagtailadmin", "access_admin"), ("wagtail_localize", "submit_translation")),
    REVIEWER: (("wagtailadmin", "access_admin"),),
}


def in_group(person: Person | None, name: str) -> bool:
    """One query for all groups of a person, the first time it is asked of the same instance."""
    return bool(person) and name in person.group_names  # type: ignore[union-attr]


@transaction.atomic
def ensure_groups() -> None:
    """All groups, with the permissions that are named here and by the rooms. Idempotent; what a site added stays."""
    groups = {name: Group.objects.get_or_create(name=name)[0] for name in ALL}
    for name in AROUND:
        _allow_around(groups[name])
    for room in rooms.all_rooms():
        for name, codenames in room.rights.items():
            groups[name].permissions.add(*(_permission(room.label, codename) for codename in codenames))
    for task in GroupApprovalTask.objects.filter(workflow_tasks__isnull=False).distinct():
        task.groups.add(groups[REVIEWER])


def _allow_around(group: Group) -> None:
    root, collection = Page.get_first_root_node(), Collection.get_first_root_node()
    for codename in PAGES[group.name]:
        permission = _permission("wagtailcore", codename)
        GroupPagePermission.objects.get_or_create(group=group, page=root, permission=permission)
    for label, *codenames in FILES[group.name]:
        for codename in codenames:
            GroupCollectionPermission.objects.get_or_create(
                group=group, collection=collection, permission=_permission(label, codename)
            )
    group.permissions.add(*(_permission(label, codename) for label, codename in AROUND[group.name]))


def _permission(label: str, codename: str) -> Permission:
    try:
        return Permission.objects.get(content_type__app_label=label, codename=codename)
    except Permission.DoesNotExist:
        raise LookupError(f"The permission {label}.{codename} does not exist: run `migrate` first.") from None
