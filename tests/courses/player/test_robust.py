"""Whatever a browser sends, and in whatever order it arrives: the same result as one clean sitting."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from content.editions import Module
from courses.learning import enrolments
from courses.learning.models import Enrolment
from courses.player import pretest
from quizzes.models import Attempt
from tests.courses.learning import every_kind
from tests.courses.learning.every_kind import answers, code, right
from tests.factories import AT, make_user, sign_in
from tests.quizzes import posting

pytestmark = pytest.mark.django_db

Known = dict[str, list[str]]
MINE = right() | answers({"multiple": ["a"], "numeric": ["12,9"], "ordering": ["ask", "change", "check", "use"]})
"""What the person means to hand in: not all of it right."""
EARLIER = every_kind.wrong()


class Sitting:
    """A browser at the quiz of one person. `save` and `submit` send what a page with this turn would send."""

    def __init__(self) -> None:
        user = make_user(given_name="Amina")
        self.browser = sign_in(Client(), user)
        code = f"m9{Module.objects.count()}"
        edition = every_kind.taught(found=every_kind.keys(pretest=True), code=code)
        self.way = enrolments.start(user.person, edition.module, AT)

    def fields(self, given: Known, attempt: int = 1, **more: Any) -> dict[str, Any]:
        return {"attempt": attempt, **posting.fields(self.way, given), **more}

    def save(self, given: Known, page: str = "page", turn: int = 0, **more: Any) -> int:
        counted = {"page": page, "turn": turn} if turn else {}
        address = reverse("learn:answers", args=[self.way.pk])
        return self.browser.post(address, self.fields(given, autosave=1, **counted, **more)).status_code

    def submit(self, given: Known, page: str = "page", turn: int = 0, attempt: int = 1) -> Any:
        counted = {"page": page, "turn": turn} if turn else {}
        address = reverse("learn:submit", args=[self.way.pk])
        return self.browser.post(address, self.fields(given, attempt, **counted))

    def result(self) -> dict[str, Any]:
        attempt = Attempt.objects.get(subject=enrolments.subject(self.way))
        rows = attempt.responses.order_by("question").values_list("question", "chosen", "right", "credit")
        return {"credit": attempt.credit, "right": attempt.right, "passed": attempt.passed, "rows": list(rows)}


def clean() -> dict[str, Any]:
    sitting = Sitting()
    assert sitting.submit(MINE).status_code == 302
    return sitting.result()


def some(given: Known, *kinds: str) -> Known:
    return {key: chosen for key, chosen in given.items() if key in map(code, kinds)}


def all_but(given: Known, *kinds: str) -> Known:
    return {key: chosen for key, chosen in given.items() if key not in map(code, kinds)}


def one_after_the_other(sitting: Sitting) -> None:
    for turn, key in enumerate(MINE, 1):
        assert sitting.save({key: MINE[key]}, turn=turn) == 204
    assert sitting.submit({}).status_code == 302


def two_tabs(sitting: Sitting) -> None:
    """Half in one, half in the other; the second shows nothing of what the first did since."""
    halves = (
        some(MINE, "single", "ordering", "dilemma", "faults", "likert"),
        all_but(MINE, "single", "ordering", "dilemma", "faults", "likert"),
    )
    sitting.save(halves[0], "first", 1)
    sitting.save(halves[1], "second", 1)
    sitting.submit(halves[0], "first", 2)


def an_old_autosave_after_a_newer(sitting: Sitting) -> None:
    sitting.save(MINE, turn=2)
    assert sitting.save(EARLIER, turn=1) == 204
    sitting.submit({})


def an_old_autosave_after_the_page_was_sent_with_a_gap(sitting: Sitting) -> None:
    """Pressed too early: what was still on its way when the button was pressed is older than what it sent."""
    assert sitting.submit(all_but(MINE, "truefalse"), turn=5).status_code == 422
    sitting.save(EARLIER | some(MINE, "truefalse"), turn=4)
    assert sitting.submit(some(MINE, "truefalse"), "page-after", 1).status_code == 302


def replayed(sitting: Sitting) -> None:
    for _ in range(2):
        sitting.save(all_but(MINE, "sorting"), turn=1)
    for _ in range(3):
        assert sitting.submit(MINE, turn=2).headers["Location"].endswith("/result/1/#heading")


def back_and_again(sitting: Sitting) -> None:
    """The back button, other answers, and handing in again: the result stands."""
    sitting.submit(MINE)
    assert sitting.submit(right()).headers["Location"].endswith("/result/1/#heading")
    assert sitting.save(EARLIER, turn=9) == 409


def the_connection_was_lost(sitting: Sitting) -> None:
    """No autosave after the first ever arrived: the button sends everything."""
    sitting.save(some(EARLIER, "single"), turn=1)
    sitting.submit(MINE, turn=7)


def changed_ones_mind(sitting: Sitting) -> None:
    sitting.save(EARLIER, turn=1)
    sitting.save({}, turn=2, touched=[posting.name(sitting.way, code(kind)) for kind in ("numeric", "faults")])
    assert Attempt.objects.get().responses.get(question=code("numeric")).chosen == []
    assert Attempt.objects.get().responses.get(question=code("faults")).chosen == []
    sitting.submit(MINE, turn=3)


def half_an_order_first(sitting: Sitting) -> None:
    """An order with a step left out, or a place given twice, is not saved, and the page is told so."""
    fields = sitting.fields(some(MINE, "ordering"))
    rows = [name for name in fields if "." in name]
    address = reverse("learn:answers", args=[sitting.way.pk])
    for broken in ({rows[0]: ""}, {rows[0]: fields[rows[1]]}, {rows[0]: "9"}):
        assert sitting.browser.post(address, fields | broken | {"autosave": 1}).status_code == 202
        assert not Attempt.objects.get().responses.exists()
    sitting.submit(MINE)


def tampered_with(sitting: Sitting) -> None:
    """Names nobody gave out, another attempt, a question that was not asked: refused whole. Other fields: ignored."""
    fields = sitting.fields(EARLIER)
    name = posting.name(sitting.way, code("single"))
    row = next(key for key in fields if key.startswith(posting.name(sitting.way, code("matching"))))
    for change in (
        {name: "zq-b"},
        {name: "0" * 12},
        {name: [*fields[posting.name(sitting.way, code("multiple"))]]},
        {row: "zq-en"},
        {f"answer-{code('single')}": "x"},
        {"answer-": "x"},
        {"attempt": 2},
        {"attempt": -1},
        {"attempt": ""},
        {posting.name(sitting.way, code("dilemma")): "x"},
        {posting.name(sitting.way, code("likert")): ["x", "y"]},
    ):
        answer = sitting.browser.post(
            reverse("learn:answers", args=[sitting.way.pk]), fields | change | {"autosave": 1}
        )
        assert (answer.status_code, change) == (409, change)
        answer = sitting.browser.post(reverse("learn:submit", args=[sitting.way.pk]), fields | change)
        assert answer.status_code == 302
        assert "/result/" not in answer.headers["Location"]
        assert not Attempt.objects.filter(responses__isnull=False).exists()
    unknown = {
        "right": "1",
        "passed": "on",
        "credit": "99",
        "seed": "",
        "purpose": "pre",
        "turn": "x",
        "page": "y" * 99,
    }
    sitting.browser.post(reverse("learn:submit", args=[sitting.way.pk]), sitting.fields(MINE) | unknown)


def the_pretest_came_late(sitting: Sitting) -> None:
    """Its page was open all the while: once the questions are begun it is over, and changes nothing."""
    sitting.save(MINE, turn=1)
    before = reverse("learn:pretest", args=[sitting.way.pk])
    assert sitting.browser.post(before, posting.fields(sitting.way, EARLIER)).status_code == 302
    assert pretest.pretest_of(sitting.way) is None
    sitting.submit({})


@pytest.mark.parametrize(
    "way_of_sitting",
    [
        one_after_the_other,
        two_tabs,
        an_old_autosave_after_a_newer,
        an_old_autosave_after_the_page_was_sent_with_a_gap,
        replayed,
        back_and_again,
        the_connection_was_lost,
        changed_ones_mind,
        half_an_order_first,
        tampered_with,
        the_pretest_came_late,
    ],
)
def test_it_ends_as_one_clean_sitting_ends(way_of_sitting: Callable[[Sitting], None]) -> None:
    sitting = Sitting()
    way_of_sitting(sitting)
    assert sitting.result() == clean()


def test_another_persons_form_is_refused() -> None:
    """Their names for the same options are theirs alone."""
    mine, theirs = Sitting(), Sitting()
    form = theirs.fields(MINE)
    answer = mine.browser.post(reverse("learn:submit", args=[mine.way.pk]), form)
    assert "/result/" not in answer.headers["Location"]
    assert not Attempt.objects.filter(responses__isnull=False).exists()


def test_what_was_typed_and_is_no_answer_is_explained_and_kept() -> None:
    sitting = Sitting()
    number = posting.name(sitting.way, code("numeric"))
    for address in ("answers", "submit"):
        fields = sitting.fields(MINE) | {number: "ten"}
        answer = sitting.browser.post(reverse(f"learn:{address}", args=[sitting.way.pk]), fields)
        page = answer.content.decode()
        assert answer.status_code == 422
        assert page.count("Question 7: Write a number, such as 12.5") == 2
        assert 'value="ten"' in page
        assert f'href="#{number}-number"' in page
    assert way_is_open(sitting.way)


def way_is_open(way: Enrolment) -> bool:
    return Attempt.objects.get(subject=enrolments.subject(way)).submitted_at is None
