"""Nothing about people is stored without saying why, for whom, how long, and how it goes."""

from __future__ import annotations

from io import StringIO

from django.core.management import call_command
from django.db import models
from django.test.utils import isolate_apps

from lms.people import data_register
from lms.people.models import Person

ENTRY = {"purpose": "p", "seen_by": "w", "retention": "r", "erasure": "e"}


def test_every_field_about_people_is_declared() -> None:
    assert data_register.declaration_faults() == []


@isolate_apps("lms.people")
def test_a_record_about_a_person_declares_every_field() -> None:
    class Badge(models.Model):  # noqa: DJ008
        person = models.ForeignKey(Person, models.CASCADE)
        number = models.CharField(max_length=9)
        personal_data = {"person": ENTRY}

        class Meta:
            app_label = "people"

    class Loan(models.Model):  # noqa: DJ008
        badge = models.ForeignKey(Badge, models.CASCADE)
        lost = models.BooleanField()

        class Meta:
            app_label = "people"

    Badge.__module__ = Loan.__module__ = "lms.people.badges"
    assert data_register._needed(Badge) == {"person", "number"}
    assert data_register._needed(Loan) == {"badge", "lost"}


@isolate_apps("lms.people")
def test_a_row_that_only_mentions_people_declares_that() -> None:
    class Notice(models.Model):  # noqa: DJ008
        text = models.TextField()
        author = models.ForeignKey(Person, models.PROTECT)
        readers = models.ManyToManyField(Person, related_name="+")

        class Meta:
            app_label = "people"

    assert data_register._needed(Notice) == {"author", "readers"}


def test_the_register_prints() -> None:
    out = StringIO()
    call_command("personal_data", stdout=out)
    lines = out.getvalue().splitlines()
    assert lines[0] == "model,field,purpose,seen_by,retention,erasure"
    assert any(line.startswith("people.Leave,first_day,") for line in lines)
    assert any(line.startswith("account.EmailAddress,,") for line in lines)
