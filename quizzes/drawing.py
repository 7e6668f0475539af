"""Which questions a sitting asks, and behind which names. Pure: everything follows from the sitting's secret seed.

Questions of one pool stand for each other. A pool is shuffled once for a person, and every sitting takes the next ones:
the pre-test (number 0), the first try, the second … ask different questions as far as the pool reaches, and each is
asked equally often. A seed of "" (attempts from before there were pools) asks everything as it was written.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from quizzes.grading import FrozenQuestion, UnknownAnswer

TOKEN = 12
SHUFFLED = ("single", "multiple", "ordering", "matching", "sorting")
"""Kinds whose options stand in an order of their own for everybody; a scale, a text and true/false keep theirs."""


def drawn_questions(keys: Mapping[str, Any], seed: str, number: int) -> list[FrozenQuestion]:
    """The questions of sitting `number`, in the authored order; a pool's stand where its first member stands."""
    questions: list[FrozenQuestion] = list(keys["questions"])
    if not seed:
        return questions
    pools: dict[str, list[FrozenQuestion]] = {}
    for question in questions:
        pools.setdefault(question.get("pool", ""), []).append(question)
    takes: Mapping[str, int] = keys.get("pools", {})
    taken = {
        question["key"]
        for pool, members in pools.items()
        for question in (pool_turn(members, seed, pool, number, takes.get(pool, 1)) if pool else members)
    }
    return stories_together([question for question in questions if question["key"] in taken])


def pool_turn(members: Sequence[FrozenQuestion], seed: str, pool: str, number: int, take: int) -> list[FrozenQuestion]:
    """The `take` questions of a pool whose turn it is."""
    shuffled = sorted(members, key=lambda question: mac(seed, "pool", pool, question["key"]))
    count = min(take, len(shuffled))
    return [shuffled[(number * count + place) % len(shuffled)] for place in range(count)]


def stories_together(questions: Sequence[FrozenQuestion]) -> list[FrozenQuestion]:
    """Questions about one case stand together, where the first of them stands."""
    found: dict[str, list[FrozenQuestion]] = {}
    for question in questions:
        found.setdefault(question.get("story") or f"\0{question['key']}", []).append(question)
    return [question for group in found.values() for question in group]


def mac(seed: str, *parts: str) -> str:
    return hmac.digest(seed.encode(), "\0".join(parts).encode(), "sha256").hex()


def tokens(seed: str, question: FrozenQuestion) -> dict[str, str]:
    """{option key: what the browser sees instead}. Nobody without the seed can tell one from the other."""
    return {option["key"]: token(seed, question, "option", option["key"]) for option in question["options"]}


def targets(seed: str, question: FrozenQuestion) -> dict[str, str]:
    """The same for what pairs and cards are put to: the other halves of pairs, the groups of cards."""
    known = question.get("categories") or [option["key"] for option in question["options"]]
    return {key: token(seed, question, "target", key) for key in known}


def question_token(seed: str, question: FrozenQuestion) -> str:
    """What the browser knows a question by."""
    return token(seed, question, "question", "")


def token(seed: str, question: FrozenQuestion, side: str, key: str) -> str:
    return mac(seed, side, question["key"], key)[:TOKEN] if seed else key or question["key"]


def option_order(seed: str, question: FrozenQuestion) -> list[str]:
    """The option keys in the order in which this sitting shows them."""
    known = [option["key"] for option in question["options"]]
    if not seed or question["kind"] not in SHUFFLED:
        return known
    said = tokens(seed, question)
    return sorted(known, key=lambda key: said[key])


def target_order(seed: str, question: FrozenQuestion) -> list[str]:
    """The halves or groups in the order shown; groups keep theirs."""
    said = targets(seed, question)
    if not seed or question.get("categories"):
        return list(said)
    return sorted(said, key=lambda key: said[key])


def untoken(seed: str, question: FrozenQuestion, posted: Iterable[str]) -> list[str]:
    """What a form sent, with the authored keys again. Raises UnknownAnswer for a name nobody gave out."""
    kind, given = question["kind"], list(posted)
    if kind == "numeric":
        return given
    options = {said: key for key, said in tokens(seed, question).items()}
    if kind == "dilemma":
        return [*(_known(options, each) if each else "" for each in given[:1]), *given[1:]]
    if kind not in ("matching", "sorting"):
        return [_known(options, each) for each in given]
    sides = {said: key for key, said in targets(seed, question).items()}
    pairs = (each.partition("=") for each in given)
    return [f"{_known(options, left)}={_known(sides, right)}" for left, _, right in pairs]


def _known(names: Mapping[str, str], said: str) -> str:
    if said not in names:
        raise UnknownAnswer(f"This question has no answer {said[:40]!r}.")
    return names[said]
