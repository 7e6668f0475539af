"""What is wrong with a date, and the answer to that."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.assignments.doubt_models import LONGEST_ANSWER, LONGEST_WORDS, BasisDoubt


class BasisDoubtForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("What is wrong?"),
        choices=BasisDoubt.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what is wrong.")},
    )
    words = forms.CharField(
        label=_("In a few words"),
        help_text=_("Human resources reads this, and nobody else. No reason for a leave is needed."),
        required=False,
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": LONGEST_WORDS}),
    )


class BasisAnswerForm(forms.Form):
    answer = forms.CharField(
        label=_("Answer"),
        help_text=_("The person reads it. Correct what is wrong first: the date follows by itself."),
        max_length=LONGEST_ANSWER,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Write an answer: the person reads it.")},
    )
