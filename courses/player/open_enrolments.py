"""All the modules a person has begun and not finished, with how far they are: three queries for any number."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from django.urls import reverse

from courses.learning.enrolments import subject
from courses.learning.models import Enrolment, SectionDone
from courses.learning.progress import Progress, measure
from lms.people.models import Person
from quizzes.models import Attempt


@dataclass(frozen=True, slots=True)
class OpenEnrolments:
    """`begun_last_first`: the open enrolments, the most recently active first."""

    begun_last_first: list[Enrolment]
    measured: dict[uuid.UUID, Progress]

    @classmethod
    def of(cls, person: Person) -> OpenEnrolments:
        rows = Enrolment.objects.of(person).filter(completed_at=None).select_related("module", "edition")
        begun = list(rows.order_by("-active_at"))
        done: dict[uuid.UUID, set[str]] = defaultdict(set)
        for enrolment, section in SectionDone.objects.filter(enrolment__in=begun).values_list("enrolment", "section"):
            done[enrolment].add(section)
        passes = Attempt.objects.of(person).filter(subject__in=[subject(way) for way in begun], passed=True)
        passed = set(passes.values_list("subject", "edition"))
        return cls(
            begun,
            {
                way.pk: measure(
                    way.edition.structure, done[way.pk], (subject(way), way.edition.quiz_edition_id) in passed
                )
                for way in begun
            },
        )

    def begun(self, module: uuid.UUID) -> Enrolment | None:
        return next((way for way in self.begun_last_first if way.module_id == module), None)

    def latest(self, modules: Collection[uuid.UUID] | None) -> Enrolment | None:
        """The one active last, of these modules or (None) of all."""
        return next((way for way in self.begun_last_first if modules is None or way.module_id in modules), None)

    def progress(self, way: Enrolment) -> Progress:
        return self.measured[way.pk]

    def resume_url(self, way: Enrolment) -> str:
        here = self.progress(way).next
        if here is None:
            return reverse("learn:module", args=[way.module.code])
        return reverse("learn:section", args=[way.pk, here.key])
