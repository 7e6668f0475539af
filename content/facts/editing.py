"""Organisation facts in the editor. A save hands the words in; another person signs them (content/views/facts.py)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.snippets.views.snippets import CreateView, EditView, SnippetViewSet

from certification.ledger import clock
from content.fact_models import Fact
from content.facts.proposals import FactRefused, last_answer, propose_fact, waiting_for, withdrawal_refusal
from lms.people.models import OrgUnit


class FactForm(WagtailAdminModelForm):
    locale = forms.ChoiceField(choices=settings.LANGUAGES, label=_("Language"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["entity"].queryset = OrgUnit.objects.filter(kind=OrgUnit.Kind.ENTITY).order_by("name")
        if self.instance.pk:
            waiting = waiting_for(self.instance.entity, self.instance.locale, self.instance.key)
            if waiting:
                self.initial["text"] = waiting.text
            self.fields["text"].required = False
            self.fields["text"].help_text = _("Leave it empty to withdraw the fact in this language.")
            for name in ("entity", "locale", "key"):
                self.fields[name].disabled = True

    def clean(self) -> dict[str, Any]:
        words: dict[str, Any] = super().clean()
        if self.instance.pk and not words.get("text"):
            refusal = withdrawal_refusal(self.instance.entity, self.instance.locale, self.instance.key)
            if refusal:
                self.add_error("text", refusal)
        return words


class FactHandIn:
    """A save changes nothing that learners are told: it hands words in for a signature."""

    request: HttpRequest

    def form_valid(self, form: FactForm) -> HttpResponse:
        words = form.cleaned_data
        said = (words["entity"], words["locale"], words["key"], words["text"] or "")
        try:
            waiting = propose_fact(*said, self.request.user.person, clock.now())  # type: ignore[union-attr]
        except FactRefused as refusal:
            messages.error(self.request, str(refusal))
            return redirect("wagtailsnippets_content_fact:list")
        if waiting:
            messages.success(self.request, _("Handed in. Learners are told it when a reviewer has signed it."))
        else:
            messages.info(self.request, _("The fact says this already; nothing waits for a signature."))
        return redirect("wagtailsnippets_content_fact:list")


class FactCreateView(FactHandIn, CreateView):
    pass


class FactEditView(FactHandIn, EditView):
    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer = last_answer(self.object.entity, self.object.locale, self.object.key)
        if waiting_for(self.object.entity, self.object.locale, self.object.key):
            messages.info(request, _("These words wait for a signature; learners are still told the ones before."))
        elif answer:
            messages.warning(
                request, _("“%(text)s” was sent back: %(comment)s") % {"text": answer.text, "comment": answer.comment}
            )
        return super().get(request, *args, **kwargs)


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
