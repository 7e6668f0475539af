"""The answer a solution names earns the whole mark, whatever the kind."""

from __future__ import annotations

import pytest

from quizzes import freezing, grading, solutions
from tests.quizzes.questions import BLOCKS, make_question

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", [kind for kind in BLOCKS if kind not in grading.UNSCORED])
def test_the_right_answer_earns_the_whole_mark(kind: str) -> None:
    question = freezing.neutral_question(make_question(kind))
    assert grading.grade(question, solutions.right_answer(question)).credit == 1
