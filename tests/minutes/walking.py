"""A walk through a module in a real Chromium on a phone: the words on its pages and the decisions they ask for.

Counts what a reader sees, not what the program counted: everything that can be opened is opened, every practice and the
test are answered, and all comments are read. Interface words that stand on every page alike (kickers, buttons,
verdicts) and the list of sources below a section are left out.
"""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Page

from certification.ledger import clock
from courses.demo import answers
from courses.learning import flow
from courses.learning.models import Enrolment
from quizzes import attempts

PHONE = {"width": 360, "height": 740}
HIDDEN = (
    ".kicker, .sources, .hint, .muted, button, select, svg, sup, .row-choices, .row-moves, .feedback b, "
    ".field-error, .visually-hidden, .reveal summary, .case-lesson summary, .figure summary, .figure .details-body"
)
COUNT = """([selector, hidden]) => {
  for (const each of document.querySelectorAll('details')) each.open = true;
  if (!document.getElementById('walk')) {
    const style = document.createElement('style');
    style.id = 'walk';
    style.textContent = hidden + ' { display: none !important }';
    document.head.append(style);
  }
  const said = [];
  for (const root of document.querySelectorAll(selector)) {
    said.push(root.innerText);
    for (const text of root.querySelectorAll('.drawing text')) {
      const lines = text.querySelectorAll('tspan');
      said.push(lines.length ? [...lines].map(line => line.textContent).join(' ') : text.textContent);
    }
  }
  return said.join(' ').split(/\\s+/).filter(word => /[\\p{L}\\p{N}]/u.test(word)).length;
}"""
CHOICES = """selector => [...document.querySelectorAll(selector)].map(question => {
  const select = question.querySelector('select'), row = question.querySelector('.row-choices');
  const said = select ? [...select.options].filter(each => each.value).map(each => each.text)
    : row ? [...row.querySelectorAll('span')].map(each => each.textContent) : [];
  return said.every(each => /^\\d+$/.test(each)) ? '' : said.join(' ');
}).join(' ').split(/\\s+/).filter(word => /[\\p{L}\\p{N}]/u.test(word)).length"""
BODY = "h1, article.reading"
ASKED = ".case-lesson, .reveal, .check, .practice"


@dataclass(frozen=True, slots=True)
class Walked:
    words: int
    decisions: int

    @property
    def minutes(self) -> float:
        """By the measure that the words of a lab have had from the start: 130 a minute, ten seconds a decision."""
        return self.words / 130 + self.decisions / 6


def walk_module(page: Page, way: Enrolment, language: str) -> dict[str, Walked]:
    """{section key: what it took}, without parts of a lab."""
    found = {}
    for section in way.edition.structure["sections"]:
        if section["quiz"]:
            found[section["key"]] = _test(page, way, section["key"], language)
        elif not section.get("lab"):
            found[section["key"]] = _section(page, way, section["key"])
    return found


def _count(page: Page, selector: str) -> int:
    return int(page.evaluate(COUNT, [selector, HIDDEN]))


def _questions(page: Page, selector: str) -> int:
    """The words of questions while they are asked; what every line offers to choose from is read once."""
    return _count(page, f"{selector} fieldset.question") + int(page.evaluate(CHOICES, f"{selector} fieldset.question"))


def _section(page: Page, way: Enrolment, key: str) -> Walked:
    address = f"/learn/{way.pk}/{key}/"
    page.goto(address)
    practices = page.locator(".practice").evaluate_all("all => all.map(each => each.id)")
    decisions = page.locator(ASKED).count()
    words = _count(page, BODY) - _count(page, ".practice") + sum(_questions(page, f"#{each}") for each in practices)
    for practice in practices:
        page.goto(address)
        _answer(page, practice)
        words += _count(page, f"#{practice} .feedback")
    return Walked(words, decisions)


def _answer(page: Page, practice: str) -> None:
    """Anything, so that its comments are shown."""
    form = page.locator(f"#{practice} form")
    for field in form.locator("select").all():
        field.select_option(index=1)
    for group in form.locator("fieldset.row").all():
        group.locator("input[type=radio]").first.check()
    for box in form.locator("input[type=checkbox]").all()[:1]:
        box.check()
    form.locator("button[type=submit]").click()
    page.wait_for_load_state()


def _test(page: Page, way: Enrolment, key: str, language: str) -> Walked:
    page.goto(f"/learn/{way.pk}/{key}/")
    words = _count(page, BODY) + _questions(page, "form.quiz") + _count(page, "form.quiz section.story")
    at = clock.now()
    sitting = flow.sitting(way, 1, at)
    asked = attempts.questions(sitting)
    flow.submit(way, attempts.checked(sitting, answers(asked, right=True)), language, at)
    page.goto(f"/learn/{way.pk}/result/1/")
    return Walked(words + _count(page, ".feedback"), len(asked))
