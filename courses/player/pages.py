"""What the pages with questions hold: a form to answer, a result to read. Their templates get these objects."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import DateTimeField
from django.http import QueryDict
from django.utils.translation import gettext, ngettext

from certification.credentials.models import Certificate
from courses.learning import enrolments, pausing
from courses.learning.flow import LearnerPlace
from courses.learning.models import Enrolment
from courses.learning.place import language_now, resume_url, section_url
from courses.player import pretest, quiz_page, reader_clock
from courses.player.pretest import TestsCompared
from lms.people.prepared import Prepared, slot
from quizzes import asking, attempts, explaining
from quizzes.appeals import answering
from quizzes.attempts import AnswerSheet
from quizzes.explaining import PassMark
from quizzes.grading import UnknownAnswer
from quizzes.models import Attempt

BROUGHT = Prepared(lambda: Certificate.objects.held_by(slot("person")).filter(awarded_at=slot("at", DateTimeField())))


@dataclass(frozen=True, slots=True)
class QuizPage:
    """The questions as they are to be answered, or that they have been passed (`passed`).

    `questions`: see asking.questions_on_page. `last` = the newest attempt that was handed in. `attempt_number` is sent
    with the form, so that a replay is known for what it is; `page` names this page among others that save the same
    attempt. `paused_until`, `ends_at` in words, empty = none; `timed` in minutes. `tries` = how often one may try, with
    the pause that comes. `errors` = (sentence, control).
    """

    passed: Attempt | None
    last: Attempt | None
    questions: list[dict[str, Any]]
    pass_mark: PassMark
    attempt_number: int
    page: str
    paused_until: str
    tries: str
    timed: int | None
    ends_at: str
    over: bool
    waits_for_start: bool
    spaced: bool
    pretest: bool

    @property
    def errors(self) -> list[tuple[str, str]]:
        return asking.error_links(self.questions)


def quiz_page_at(
    here: LearnerPlace, at: datetime, unanswered: Sequence[str] = (), sent: AnswerSheet | None = None, typed: Any = None
) -> QuizPage | None:
    """None where the edition asks nothing. `sent` and `typed` = the form that came back with `unanswered` questions."""
    edition, rows = here.text.edition.quiz_edition, here.attempts
    if edition is None:
        return None
    current = rows[0] if rows and not rows[0].submitted_at else None
    sitting = current or attempts.coming(
        here.enrolment.person, enrolments.subject(here.enrolment), edition, attempts.next_number(rows)
    )
    given = attempts.responses(current) if current else {}
    words = quiz_page.words_for(edition, here.text)
    return QuizPage(
        passed=enrolments.passed_attempt(here.enrolment, rows),
        last=next((each for each in rows if each.submitted_at), None),
        questions=asking.questions_on_page(sitting, words, given, unanswered, sent.errors if sent else {}, typed),
        pass_mark=explaining.pass_mark(attempts.questions(sitting), edition.keys["pass_percent"]),
        attempt_number=sitting.number,
        page=secrets.token_hex(8),
        paused_until="" if current else paused_until(here, at),
        tries=tries_in_words(here),
        timed=edition.keys.get("minutes"),
        ends_at=reader_clock.moment_in_words(sitting.ends_at, here.enrolment.person) if sitting.ends_at else "",
        over=attempts.over(sitting, at),
        waits_for_start=bool(edition.keys.get("minutes")) and current is None,
        spaced=quiz_page.wants_spacing(here.enrolment.person),
        pretest=pretest.is_pretest_offered(here.enrolment, edition, rows),
    )


def quiz_page_again(here: LearnerPlace, at: datetime, kept: QueryDict | None) -> QuizPage | None:
    """The questions by GET: if they were sent back from here unfinished (`kept`), with what they still lack."""
    current = here.attempts[0] if here.attempts and not here.attempts[0].submitted_at else None
    if kept is None or current is None or kept.get("attempt") != str(current.number):
        return quiz_page_at(here, at)
    try:
        sent = quiz_page.posted(kept, current)
    except UnknownAnswer:
        return quiz_page_at(here, at)
    handed_in = "later" not in kept and "autosave" not in kept
    lacking = attempts.unanswered(current, attempts.responses(current)) if handed_in else []
    return quiz_page_at(here, at, lacking, sent, kept)


def paused_until(here: LearnerPlace, at: datetime) -> str:
    """When the next try opens, in words; empty = it is open."""
    until = pausing.until(here.enrolment, here.attempts, at)
    return reader_clock.moment_in_words(until, here.enrolment.person) if until else ""


def tries_in_words(here: LearnerPlace) -> str:
    """How often one may try. A pause is announced before the failure that brings it, not only once it is there."""
    ahead = pausing.pause_ahead(here.enrolment, here.attempts)
    if ahead is None:
        return gettext("You may try as often as you like.")
    if ahead.left == 1:
        before = gettext("If the next try that you hand in fails, there is a pause before the one after it.")
    elif ahead.failed:
        before = ngettext(
            "After %(count)s more failed try there is a pause.",
            "After %(count)s more failed tries there is a pause.",
            ahead.left,
        )
    else:
        before = ngettext(
            "You may try more than once. After %(count)s failed try there is a pause.",
            "You may try more than once. After %(count)s failed tries in a row there is a pause.",
            ahead.left,
        )
    length = ngettext(
        "It lasts %(hours)s hour, but never into the day on which this is due.",
        "It lasts %(hours)s hours, but never into the day on which this is due.",
        ahead.hours,
    )
    return f"{before % {'count': ahead.left}} {length % {'hours': ahead.hours}}"


@dataclass(frozen=True, slots=True)
class ResultPage:
    """One handed-in attempt, explained. `questions`: see explaining.explained_questions; each has its `appeal` or None.

    `words_locale` = the questions' language, `words_wanted` = the one that is missing, or empty. `again_url` = where to
    try again, empty once passed; `paused_until` = from when, in words, empty = now; `tries` = how often. `before` = the
    pre-test beside it.
    """

    attempt: Attempt
    questions: list[dict[str, Any]]
    points: int | Decimal | None
    pass_mark: PassMark
    words_locale: str
    words_wanted: str
    again_url: str
    paused_until: str
    tries: str
    before: TestsCompared | None
    resume_url: str

    @property
    def missed_keys(self) -> list[dict[str, Any]]:
        """The key questions that were not wholly right."""
        return [each for each in self.questions if each["compulsory"] and not each["right"]]

    @property
    def not_right(self) -> list[dict[str, Any]]:
        """What to read first; nothing where all or nothing of it would be named."""
        found = [each for each in self.questions if each["right"] is False]
        return found if len(found) < len(self.questions) else []


def result_page(here: LearnerPlace, attempt: Attempt, at: datetime) -> ResultPage:
    edition = here.text.edition.quiz_edition
    if edition is None or edition.pk != attempt.edition_id:
        edition = attempt.edition
    attempt.edition = edition
    words, quiz = quiz_page.words_for(edition, here.text), here.progress.quiz
    doubted = answering.appeals_by_question(attempt)
    explained = explaining.explained_questions(attempt, words, attempts.responses(attempt))
    return ResultPage(
        attempt=attempt,
        questions=[each | {"appeal": doubted.get(each["key"])} for each in explained],
        points=attempt.right if attempt.credit is None else explaining.rounded_points(attempt.credit),
        pass_mark=explaining.pass_mark(attempts.questions(attempt), edition.keys["pass_percent"]),
        words_locale=words.locale,
        words_wanted=language_now() if words.locale != language_now() else "",
        again_url=section_url(here.enrolment, quiz.key) if quiz and not quiz.done else "",
        paused_until=paused_until(here, at) if attempt.passed is False else "",
        tries=tries_in_words(here),
        before=pretest.compare_tests(here.enrolment, attempt) if attempt.passed else None,
        resume_url=resume_url(here),
    )


def certificates_of(enrolment: Enrolment) -> list[Certificate]:
    """What completing the module brought: certificates carry the same instant."""
    if not enrolment.completed_at:
        return []
    return BROUGHT(person=enrolment.person_id, at=enrolment.completed_at)
