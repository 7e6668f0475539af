"""A quiz as a browser sees it: the form is read from the page, so that the load survives whatever stands behind it."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode

PREFIX = "answer-"
Chosen = dict[str, list[str]]
"""{field name: values}"""


class NoQuiz(ValueError):
    """The page holds no form with questions that saves by itself."""


@dataclass
class Control:
    """One field name; `values` = what may be chosen, empty where one types."""

    name: str
    kind: str
    values: list[str] = field(default_factory=list)


@dataclass
class QuizForm:
    """`questions` = the fields of each question, in the page's order; `chosen` = what the page shows as answered."""

    submit: str
    autosave: str
    hidden: list[tuple[str, str]] = field(default_factory=list)
    questions: list[list[Control]] = field(default_factory=list)
    chosen: Chosen = field(default_factory=dict)

    @property
    def attempt(self) -> str:
        return dict(self.hidden).get("attempt", "")


def read(page: str) -> QuizForm:
    """Raises NoQuiz."""
    reader = Reader()
    reader.feed(page)
    if reader.form is None or not reader.form.questions:
        raise NoQuiz("The page has no form with questions that saves answers as they are given.")
    return reader.form


class Reader(HTMLParser):
    """A question is an outermost fieldset; a field outside any is a question of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.form: QuizForm | None = None
        self.inside = False
        self.depth = 0
        self.fresh = False
        self.select: Control | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag == "form" and "data-autosave" in has:
            self.form, self.inside = QuizForm(has.get("action", ""), has["data-autosave"]), True
        if not self.inside:
            return
        if tag == "fieldset":
            self.fresh = self.fresh or self.depth == 0
            self.depth += 1
        elif tag in ("input", "select", "textarea") and "disabled" not in has:
            self.meet(has.get("name", ""), has.get("type", "text") if tag == "input" else tag, has)
        elif tag == "option" and self.select is not None and has.get("value"):
            self.offer(self.select, has["value"], "selected" in has)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
        elif tag == "select":
            self.select = None
        elif tag == "fieldset" and self.inside:
            self.depth -= 1

    def meet(self, name: str, kind: str, has: dict[str, str]) -> None:
        assert self.form is not None
        if kind == "hidden":
            self.form.hidden.append((name, has.get("value", "")))
        if kind == "hidden" or not name.startswith(PREFIX):
            return
        control = self.control(name, kind)
        if kind in ("radio", "checkbox"):
            self.offer(control, has.get("value", "on"), "checked" in has)
        elif kind == "select":
            self.select = control
        elif has.get("value"):
            self.form.chosen[name] = [has["value"]]

    def control(self, name: str, kind: str) -> Control:
        assert self.form is not None
        for question in self.form.questions:
            for control in question:
                if control.name == name:
                    return control
        control = Control(name, kind)
        if self.fresh or self.depth == 0:
            self.form.questions.append([])
            self.fresh = False
        self.form.questions[-1].append(control)
        return control

    def offer(self, control: Control, value: str, chosen: bool) -> None:
        assert self.form is not None
        control.values.append(value)
        if chosen:
            self.form.chosen.setdefault(control.name, []).append(value)


def choose(question: list[Control], chance: random.Random, right: Chosen) -> Chosen:
    """An answer to one question: the right one where it is known, else any that the form allows."""
    known = {one.name: right[one.name] for one in question if fits(one, right.get(one.name, []))}
    if len(known) == len(question):
        return known
    return {name: values for control in spread(question, chance) for name, values in control.items()}


def fits(control: Control, values: list[str]) -> bool:
    return bool(values) and (not control.values or set(values) <= set(control.values))


def spread(question: list[Control], chance: random.Random) -> list[Chosen]:
    """Several menus with the same choices get different ones: places in an order, partners of a pair."""
    menus = [list(control.values) for control in question if control.kind == "select"]
    alike = len(menus) > 1 and len(menus[0]) >= len(menus) and all(menu == menus[0] for menu in menus)
    places = iter(chance.sample(menus[0], len(menus))) if alike else None
    return [
        {control.name: [next(places)]}
        if places and control.kind == "select"
        else {control.name: any_of(control, chance)}
        for control in question
    ]


def any_of(control: Control, chance: random.Random) -> list[str]:
    if not control.values:
        return [str(chance.randrange(100))]
    if control.kind == "checkbox":
        return chance.sample(control.values, chance.randint(1, len(control.values)))
    return [chance.choice(control.values)]


def autosave_body(form: QuizForm, given: Chosen, turn: int) -> str:
    """What the page's script sends after an answer: the whole form as it stands, which boxes were touched, and as the
    page's how-manieth request."""
    boxes = {control.name for question in form.questions for control in question if control.kind == "checkbox"}
    fields = [*form.hidden, *((name, value) for name, values in given.items() for value in values)]
    touched = [("touched", name) for name in given if name in boxes]
    return urlencode([*fields, *touched, ("autosave", "1"), ("turn", str(turn))])


def bare_body(form: QuizForm) -> str:
    """Handing in from a tab without a tick: what is marked is then only what autosave has kept."""
    return urlencode([pair for pair in form.hidden if pair[0] != "touched"])
