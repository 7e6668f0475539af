"""A page is scheduled for a day that can be reckoned with."""

from __future__ import annotations

import pytest
from django.test import Client

from content.models import ModulePage
from lms.people.groups import REVIEWER, ensure_groups
from tests.content.posting import DRAFT, edit
from tests.content.samples import load
from tests.factories import make_user, sign_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("field", ["go_live_at", "expire_at"])
def test_a_date_at_the_edge_of_the_calendar_gets_a_sentence(client: Client, field: str) -> None:
    ensure_groups()
    sign_in(client, make_user(REVIEWER))
    load(languages=("en",))
    page = ModulePage.objects.get()
    answer = edit(client, page, DRAFT, **{field: "9999-12-31 23:59"})
    assert (answer.status_code, "Give a day from" in answer.content.decode()) == (200, True)
    page.refresh_from_db()
    assert getattr(page, field) is None
