"""The two pages of Wagtail's admin that know about people: logins (for administrators) and one's own settings."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.auth import require_admin_access
from wagtail.admin.views.account import AccountView
from wagtail.users.views.users import EditView, IndexView, UserViewSet

from certification.ledger import clock
from lms.people.logins import set_block, suspend_rights
from lms.people.models import User


class RightsForm(forms.ModelForm):  # type: ignore[type-arg]
    """Rights, and an administrator's block. Names, addresses and employment come from the directory."""

    languages = forms.MultipleChoiceField(
        label=_("Languages in which they review or translate"),
        help_text=_("None ticked: all of them."),
        choices=settings.LANGUAGES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = User
        fields = ("blocked", "is_superuser", "groups", "languages")
        widgets = {"groups": forms.CheckboxSelectMultiple}
        labels = {
            "blocked": _("Blocked: cannot sign in, whatever the directory says"),
            "is_superuser": _("Administrator: may do everything"),
        }

    def __init__(self, *args: Any, editing_self: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if editing_self:
            del self.fields["blocked"], self.fields["is_superuser"]


class LoginIndex(IndexView):
    search_fields = ("staff_number", "email", "person__given_name", "person__family_name")

    def get_base_queryset(self) -> QuerySet[User]:
        return User.objects.select_related("person", "wagtail_userprofile")


class LoginEdit(EditView):
    def save_instance(self) -> User:
        # Wagtail looks for a password field after saving; this form has none.
        login: User = self.form.save()
        if "blocked" in self.form.changed_data:
            set_block(login, login.blocked, clock.now())
        if login.suspended_rights is not None:
            suspend_rights(login.person)  # what was ticked waits with the rest until the conflict is settled
        return login


class LoginViewSet(UserViewSet):
    index_view_class = LoginIndex
    edit_view_class = LoginEdit
    edit_template_name = "wagtailadmin/generic/edit.html"

    def get_form_class(self, for_update: bool = False) -> type[RightsForm]:
        return RightsForm


class OwnSettings(AccountView):
    """Without Wagtail's panels for name, address and password, which the directory and allauth hold, and without that
    for a portrait: it is nobody's business here, and would be one more door for files."""

    def get_panels(self) -> list[Any]:
        return [panel for panel in super().get_panels() if panel.name not in {"avatar", "name_email", "password"}]


@require_admin_access
def own_settings(request: HttpRequest) -> HttpResponse:
    return OwnSettings.as_view()(request)
