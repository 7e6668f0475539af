"""What an address or a button sends and no form of its own asks for: the page of a list, which of two buttons it was.

It goes through Django's form fields like everything else that people send, so that what no field takes (NUL, half a
number) is never seen by a view. `tests/test_requests_read.py` holds that nothing reads a request otherwise.
"""

from __future__ import annotations

from datetime import date, datetime

from django import forms
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.translation import gettext

from lms.day_range import FIRST_DAY, LAST_DAY, is_reckoned

LONGEST = 200
LARGEST_PAGE = 1_000_000


def require_reckoned(day: date) -> None:
    """For the validators of fields that ask for a day, or for a moment of one."""
    if not is_reckoned(day.date() if isinstance(day, datetime) else day):
        between = {"first": date_format(FIRST_DAY), "last": date_format(LAST_DAY)}
        raise forms.ValidationError(gettext("Give a day from %(first)s to %(last)s.") % between)


class ParameterForm(forms.Form):
    """`longest`: for texts that may be longer than a name, how many characters of them count."""

    def __init__(self, data: QueryDict, *names: str, **longest: int) -> None:
        super().__init__(data)
        self.longest = dict.fromkeys(names, LONGEST) | longest
        self.fields = {name: forms.CharField(required=False, strip=False) for name in self.longest}

    def text(self, name: str) -> str:
        """What was sent, cut at its longest; empty where nothing was, or nothing that a text may be."""
        return "" if name in self.errors else str(self.cleaned_data[name])[: self.longest[name]]

    def texts(self, name: str) -> list[str]:
        """All that were sent under the one name."""
        field = self.fields[name]
        return [str(field.clean(value))[: self.longest[name]] for value in self.data.getlist(name)]  # type: ignore[attr-defined]

    def has(self, name: str) -> bool:
        """Whether it was sent at all, even empty."""
        return name in self.data


class PageForm(forms.Form):
    """Which page of a list is asked for: `number` is 1 where that is none."""

    def __init__(self, data: QueryDict, parameter: str = "page") -> None:
        super().__init__({"page": data.get(parameter)})

    page = forms.IntegerField(min_value=1, max_value=LARGEST_PAGE, required=False)

    @property
    def number(self) -> int:
        return (self.cleaned_data.get("page") if self.is_valid() else None) or 1
