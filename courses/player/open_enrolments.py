"""All the modules a person has begun and not finished, with how far they are: four queries for any number, and two
more where somebody failed last.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from content import texts
from courses.learning import pausing
from courses.learning.enrolments import subject
from courses.learning.models import Enrolment, SectionDone
from courses.learning.progress import Progress, measure
from lms.people.models import Person
from quizzes.models import Attempt


@dataclass(frozen=True, slots=True)
class OpenEnrolments:
    """`begun_last_first`: the open enrolments, the most recently active first. `paused_until`: of those that wait for a
    pause to end, the questions being what is next in them.
    """

    begun_last_first: list[Enrolment]
    measured: dict[uuid.UUID, Progress]
    paused_until: dict[uuid.UUID, datetime]

    @classmethod
    def of(cls, person: Person, language: str, at: datetime) -> OpenEnrolments:
        rows = Enrolment.objects.of(person).filter(completed_at=None).select_related("module", "edition")
        begun = list(rows.order_by("-active_at"))
        done: dict[uuid.UUID, set[str]] = defaultdict(set)
        for enrolment, section in SectionDone.objects.filter(enrolment__in=begun).values_list("enrolment", "section"):
            done[enrolment].add(section)
        attempts = Attempt.objects.of(person).filter(subject__in=[subject(way) for way in begun]).order_by("-number")
        tries: dict[str, list[Attempt]] = defaultdict(list)
        for attempt in attempts.only("subject", "edition", "number", "passed", "submitted_at"):
            tries[attempt.subject].append(attempt)
        passed = {(each.subject, each.edition_id) for found in tries.values() for each in found if each.passed}
        seconds = texts.seconds_of_editions([way.edition_id for way in begun], language)
        measured = {
            way.pk: measure(
                way.edition.structure, done[way.pk], (subject(way), way.edition.quiz_edition_id) in passed
            ).timed(seconds.get(way.edition_id, {}))
            for way in begun
        }
        nexts = {way: measured[way.pk].next for way in begun}
        at_the_questions = [way for way, section in nexts.items() if section and section.quiz]
        paused = pausing.until_by_enrolment({way: tries[subject(way)] for way in at_the_questions}, at)
        return cls(begun, measured, paused)

    def begun(self, module: uuid.UUID) -> Enrolment | None:
        return next((way for way in self.begun_last_first if way.module_id == module), None)

    def latest(self, modules: Collection[uuid.UUID] | None, *, paused: bool) -> Enrolment | None:
        """The one active last, of these modules or (None) of all, among those that wait or those that do not."""
        rows = (way for way in self.begun_last_first if modules is None or way.module_id in modules)
        return next((way for way in rows if (way.pk in self.paused_until) == paused), None)

    def progress(self, way: Enrolment) -> Progress:
        return self.measured[way.pk]

    def resume_url(self, way: Enrolment) -> str:
        here = self.progress(way).next
        if here is None:
            return reverse("learn:module", args=[way.module.code])
        return reverse("learn:section", args=[way.pk, here.key])
