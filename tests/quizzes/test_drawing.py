"""Which questions a sitting asks, and that nothing a browser sees tells the authored keys or their order."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes import drawing
from quizzes.grading import UnknownAnswer
from tests.quizzes import kinds

SEEDS = st.text("0123456789abcdef", min_size=32, max_size=32)
SEED = "5f" * 16


def question(key: str, **more: Any) -> dict[str, Any]:
    options = [{"key": "a", "right": True}, {"key": "b", "right": False}]
    return {"key": key, "kind": "single", "objective": "", "options": options, **more}


def pooled(size: int, take: int, before: int = 0, after: int = 0) -> dict[str, Any]:
    """Keys of an edition: `before` and `after` questions that are always asked around one pool."""
    members = [question(f"pool-{number}", pool="p") for number in range(size)]
    around = [[question(f"{side}-{number}") for number in range(count)] for side, count in enumerate((before, after))]
    return {"pass_percent": 80, "questions": [*around[0], *members, *around[1]], "pools": {"p": take}}


def asked(keys: dict[str, Any], seed: str, number: int) -> list[str]:
    return [found["key"] for found in drawing.drawn_questions(keys, seed, number)]


POOLS = st.integers(1, 9).flatmap(lambda size: st.tuples(st.just(size), st.integers(1, size)))


@given(SEEDS, POOLS, st.integers(0, 40))
def test_a_sitting_asks_what_is_drawn_and_all_that_is_in_no_pool(seed: str, pool: tuple[int, int], number: int) -> None:
    size, take = pool
    keys = pooled(size, take, before=2, after=1)
    found = asked(keys, seed, number)
    assert found == asked(keys, seed, number)
    assert found[:2] == ["0-0", "0-1"]
    assert found[-1] == "1-0"
    assert len(found) == len(set(found)) == take + 3


@given(SEEDS, POOLS, st.integers(0, 40))
def test_sittings_that_follow_each_other_differ_wholly_while_the_pool_reaches(
    seed: str, pool: tuple[int, int], number: int
) -> None:
    size, take = pool
    keys = pooled(size, take)
    shared = set(asked(keys, seed, number)) & set(asked(keys, seed, number + 1))
    assert len(shared) == max(0, 2 * take - size)


@given(SEEDS, POOLS)
def test_every_question_of_a_pool_is_asked_equally_often(seed: str, pool: tuple[int, int]) -> None:
    size, take = pool
    keys = pooled(size, take)
    times = Counter(key for number in range(size) for key in asked(keys, seed, number))
    assert set(times.values()) == {take}
    assert len(times) == size


def test_two_people_meet_the_questions_in_different_turns() -> None:
    keys = pooled(6, 1)
    assert {asked(keys, f"{person:032x}", 1)[0] for person in range(60)} == {f"pool-{number}" for number in range(6)}


def test_a_pool_that_does_not_say_how_many_gives_one() -> None:
    keys = pooled(3, 1)
    del keys["pools"]
    assert len(asked(keys, SEED, 0)) == 1


def test_a_sitting_from_before_there_were_pools_asks_everything_as_it_was_written() -> None:
    keys = pooled(4, 1, before=1)
    assert asked(keys, "", 3) == ["0-0", "pool-0", "pool-1", "pool-2", "pool-3"]


def test_questions_about_one_case_stand_together_where_the_first_of_them_stands() -> None:
    keys = {
        "pass_percent": 80,
        "questions": [question("a"), question("b", story="s"), question("c"), question("d", story="s")],
    }
    assert asked(keys, SEED, 1) == ["a", "b", "d", "c"]


@pytest.mark.parametrize("kind", sorted(kinds.QUESTIONS))
@given(seed=SEEDS)
def test_what_a_browser_sees_tells_no_authored_key(kind: str, seed: str) -> None:
    asked = kinds.QUESTIONS[kind]
    names = [*drawing.tokens(seed, asked).values(), *drawing.targets(seed, asked).values()]
    assert len(set(names)) == len(names), "the two sides of a pair must not have the same name"
    for name in names:
        assert len(name) == 12
        assert set(name) <= set("0123456789abcdef")


@given(SEEDS, SEEDS)
def test_names_of_one_person_say_nothing_to_another(one: str, other: str) -> None:
    for asked in kinds.QUESTIONS.values():
        both = set(drawing.tokens(one, asked).values()) & set(drawing.tokens(other, asked).values())
        assert not both or one == other


def test_the_same_option_key_has_another_name_in_another_question() -> None:
    assert drawing.tokens(SEED, question("one"))["a"] != drawing.tokens(SEED, question("two"))["a"]


@pytest.mark.parametrize("kind", ["single", "multiple", "ordering", "matching", "sorting"])
def test_where_the_order_could_tell_it_is_another_for_everybody(kind: str) -> None:
    asked = kinds.QUESTIONS[kind]
    orders = {tuple(drawing.option_order(f"{person:032x}", asked)) for person in range(200)}
    authored = [option["key"] for option in asked["options"]]
    assert all(sorted(order) == sorted(authored) for order in orders)
    assert len(orders) > 5


def test_the_two_sides_of_pairs_are_mixed_apart() -> None:
    asked = kinds.QUESTIONS["matching"]
    seeds = [f"{person:032x}" for person in range(50)]
    assert any(drawing.option_order(seed, asked) != drawing.target_order(seed, asked) for seed in seeds)


@pytest.mark.parametrize("kind", ["truefalse", "faults", "likert", "dilemma"])
def test_a_scale_a_text_and_true_or_false_keep_their_order(kind: str) -> None:
    asked = kinds.QUESTIONS[kind]
    assert drawing.option_order(SEED, asked) == [option["key"] for option in asked["options"]]


def test_groups_keep_their_order() -> None:
    assert drawing.target_order(SEED, kinds.QUESTIONS["sorting"]) == ["allowed", "forbidden"]


def test_old_sittings_keep_the_authored_keys_and_order() -> None:
    for asked in kinds.QUESTIONS.values():
        authored = [option["key"] for option in asked["options"]]
        assert drawing.tokens("", asked) == {key: key for key in authored}
        assert drawing.option_order("", asked) == authored


@pytest.mark.parametrize("kind", sorted(kinds.QUESTIONS))
@given(seed=st.one_of(st.just(""), SEEDS))
def test_what_was_named_for_the_browser_is_read_again(kind: str, seed: str) -> None:
    asked, answer = kinds.QUESTIONS[kind], kinds.RIGHT[kind]
    assert drawing.untoken(seed, asked, kinds.as_posted(seed, asked, answer)) == answer


@pytest.mark.parametrize(
    ("kind", "posted"),
    [
        ("single", ["b"]),
        ("ordering", ["ask", "check", "use"]),
        ("matching", ["en=en"]),
        ("sorting", ["memo=allowed"]),
        ("dilemma", ["tell", "Because."]),
        ("likert", ["agree"]),
    ],
)
def test_a_name_nobody_gave_out_is_refused(kind: str, posted: list[str]) -> None:
    with pytest.raises(UnknownAnswer, match="has no answer"):
        drawing.untoken(SEED, kinds.QUESTIONS[kind], posted)


def test_the_sides_of_a_pair_cannot_be_swapped() -> None:
    asked = kinds.QUESTIONS["matching"]
    left, right = drawing.tokens(SEED, asked), drawing.targets(SEED, asked)
    with pytest.raises(UnknownAnswer):
        drawing.untoken(SEED, asked, [f"{right['en']}={left['en']}"])


def test_a_question_has_no_name_of_another() -> None:
    one, other = kinds.QUESTIONS["single"], question("elsewhere")
    with pytest.raises(UnknownAnswer):
        drawing.untoken(SEED, one, drawing.tokens(SEED, other).values())
