"""A renewal by a newer version of the path than the one it renews."""

from __future__ import annotations

from certification.credentials.models import Certificate
from tests.courses.assignments.world import day, days_pass, done, make_path, make_rule, on
from tests.factories import make_person


def test_a_module_that_only_the_newer_version_asks_for_renews_at_once(db: None) -> None:
    make_path("p1", {"m": 12})
    make_rule("r-01", "p1")
    person = make_person(hired=day("2026-03-01"), at=on("2026-03-01", 6))
    days_pass("2026-03-01")
    done(person, "m", "2026-03-10")
    make_path("p1", {"c": 24}, at=on("2026-06-01"))
    done(person, "c", "2026-12-01")
    ends = Certificate.objects.filter(person=person).order_by("valid_until").values_list("valid_until", flat=True)
    assert [str(end) for end in ends] == ["2027-03-10", "2028-12-01"]
