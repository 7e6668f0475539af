"""The certainty shown with advice: exactly calibrated, or the same figures dealt out blindly."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest

from quizzes.lab import confidence

WRONG = {place: place % 3 == 0 for place in range(1, 25)}  # 8 of 24


@pytest.mark.parametrize("seed", ["a", "b", "c"])
def test_each_figure_is_the_share_that_is_right_where_it_is_shown(seed: str) -> None:
    shown = confidence.certainty_shown(WRONG, seed, "true")
    groups: dict[int, list[bool]] = defaultdict(list)
    for place, percent in shown.items():
        groups[percent].append(not WRONG[place])
    assert {percent: (sum(right), len(right)) for percent, right in groups.items()} == {
        50: (4, 8),
        63: (5, 8),
        88: (7, 8),
    }


def test_decoupled_figures_are_the_same_dealt_otherwise() -> None:
    true, decoupled = (confidence.certainty_shown(WRONG, "s", mode) for mode in ("true", "decoupled"))
    assert Counter(true.values()) == Counter(decoupled.values())
    assert true != decoupled


def test_decoupled_figures_do_not_know_what_is_wrong() -> None:
    turned = {place: place % 3 == 1 for place in WRONG}
    assert confidence.certainty_shown(WRONG, "s", "decoupled") == confidence.certainty_shown(turned, "s", "decoupled")


def test_no_figures_where_none_are_wanted() -> None:
    assert confidence.certainty_shown(WRONG, "s", "none") == {}


@pytest.mark.parametrize("wrong", [{1: False, 2: True}, {1: True, 2: False, 3: True, 4: False}])
def test_small_blocks_get_a_figure_for_every_case(wrong: dict[int, bool]) -> None:
    assert confidence.certainty_shown(wrong, "s", "true").keys() == wrong.keys()
