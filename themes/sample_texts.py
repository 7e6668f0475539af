"""Invented texts for the pattern page. They are samples of scripts and lengths, not interface, so they stand in
`samples/<language>.json` and not in the translation catalogues; a language without a file shows the English ones."""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django import forms

FOLDER = Path(__file__).resolve().parent / "samples"


class SampleForm(forms.Form):
    """One field of each kind; `labels` come from the language's sample."""

    def __init__(self, labels: dict[str, str], data: dict[str, str] | None, prefix: str) -> None:
        super().__init__(data, prefix=prefix)
        self.fields["name"] = forms.CharField(label=labels["name"], help_text=labels["hint"])
        self.fields["unit"] = forms.CharField(label=labels["unit"], required=False)
        self.fields["kind"] = forms.ChoiceField(
            label=labels["kind"], choices=[("a", labels["kind_a"]), ("b", labels["kind_b"])]
        )
        self.fields["when"] = forms.ChoiceField(
            label=labels["when"],
            choices=[("now", labels["when_now"]), ("later", labels["when_later"])],
            widget=forms.RadioSelect,
        )
        self.fields["read"] = forms.BooleanField(label=labels["read"])


def for_language(language: str) -> dict[str, Any]:
    """The samples of a language, with an empty and a wrongly filled form."""
    sample = texts(language)
    labels = sample["labels"]
    return {
        "t": sample,
        "form_empty": SampleForm(labels, None, "empty"),
        "form_wrong": SampleForm(labels, {"wrong-name": "", "wrong-kind": "a"}, "wrong"),
        "true_on": date(2026, 10, 31),
        "known_on": date(2026, 11, 20),
    }


@cache
def texts(language: str) -> dict[str, Any]:
    file = FOLDER / f"{language}.json"
    sample: dict[str, Any] = json.loads((file if file.exists() else FOLDER / "en.json").read_text(encoding="utf-8"))
    for form in ("few", "movable"):  # the same rows again, as rows of another question
        sample[f"{form}_rows"] = [{**row, "name": f"{form}-{row['name']}"} for row in sample["order_rows"]]
    return sample
