"""Organisation facts in the editor. Every save goes through `set_fact`, so that what was shown stays known."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.snippets.views.snippets import CreateView, EditView, SnippetViewSet

from certification.ledger import clock
from content.fact_models import Fact
from content.facts.recording import set_fact
from lms.people.models import OrgUnit


class FactForm(WagtailAdminModelForm):
    locale = forms.ChoiceField(choices=settings.LANGUAGES, label=_("Language"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["entity"].queryset = OrgUnit.objects.filter(kind=OrgUnit.Kind.ENTITY).order_by("name")
        if self.instance.pk:
            for name in ("entity", "locale", "key"):
                self.fields[name].disabled = True


class Recorded:
    """A save that closes the row of before and opens another."""

    form: FactForm

    def save_instance(self) -> Fact:
        words = self.form.cleaned_data
        return set_fact(words["entity"], words["locale"], words["key"], words["text"], clock.now())


class FactCreateView(Recorded, CreateView):
    pass


class FactEditView(Recorded, EditView):
    pass


class FactViewSet(SnippetViewSet):
    model = Fact
    icon = "info-circle"
    menu_label = _("Organisation facts")
    menu_order = 310
    add_to_admin_menu = True
    add_view_class = FactCreateView
    edit_view_class = FactEditView
    list_display = ["key", "entity", "locale", "text"]
    list_filter = ["entity", "locale"]
    search_fields = ["key", "text"]
    copy_view_enabled = False
    edit_handler = ObjectList(
        [FieldPanel("entity"), FieldPanel("locale"), FieldPanel("key"), FieldPanel("text")], base_form_class=FactForm
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Fact]:
        return Fact.objects.filter(known_to__isnull=True).select_related("entity")
