"""The survey as a form: nothing in it is mandatory."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lms.reports.survey.answering import Answer
from lms.reports.survey.models import Theme
from lms.reports.survey.questions import STATEMENTS, Choice

LONGEST = 1000


class SurveyForm(forms.Form):
    """`groups` = the questions about oneself that are asked; `with_results` is offered where there are any."""

    remark = forms.CharField(
        label=_("What should change in this module?"),
        help_text=_("Please name nobody, yourself included."),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": LONGEST}),
    )

    def __init__(self, data: Any, groups: Iterable[Choice], results: bool) -> None:
        super().__init__(data)
        self.groups = list(groups)
        for each in (*STATEMENTS, *self.groups):
            self.fields[each.key] = forms.ChoiceField(
                label=str(each.text), choices=list(each.answers.items()), widget=forms.RadioSelect, required=False
            )
        if results:
            self.fields["with_results"] = forms.BooleanField(
                label=_("Count my results with the groups I chose"), required=False
            )

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if not any(found.values()) and not self.errors:
            raise forms.ValidationError(gettext("Nothing is answered yet: answer one question, or leave the page."))
        return found

    def statements(self) -> list[forms.BoundField]:
        return [self[each.key] for each in STATEMENTS]

    def about_oneself(self) -> list[forms.BoundField]:
        return [self[each.key] for each in self.groups]

    @property
    def answer(self) -> Answer:
        found = self.cleaned_data
        return Answer(
            statements={each.key: found[each.key] for each in STATEMENTS if found[each.key]},
            groups={each.key: found[each.key] for each in self.groups if found[each.key]},
            with_results=bool(found.get("with_results")),
            remark=found["remark"].strip(),
        )


class ThemesForm(forms.Form):
    """The themes of one remark: known ones to tick, and a new one to name."""

    themes = forms.ModelMultipleChoiceField(
        label=_("Themes"),
        queryset=Theme.objects.order_by("name"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    new = forms.CharField(label=_("A new theme"), max_length=80, required=False)
