"""What the bank calls an imported question: its code, and the objective and requirement it may keep."""

from __future__ import annotations

from dataclasses import dataclass

from anyascii import anyascii
from django.utils.text import slugify
from django.utils.translation import gettext_noop

from quizzes.interchange.questions import PlatformQuestion
from quizzes.interchange.sentences import Sentence, say
from quizzes.models import Question

LONGEST_CODE = 70


class NewCodes:
    """Codes that nobody has, made from the questions' own codes or names. One query."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        taken = Question.objects.filter(code__startswith=prefix).values_list("code", flat=True)
        # Codes that are taken, each with the number to try next behind it.
        self.used = dict.fromkeys(taken, 2)

    def code_for(self, question: PlatformQuestion) -> str:
        name = latin_name(question.code) or latin_name(question.name) or "question"
        base = (name if name.startswith(f"{self.prefix}-") else f"{self.prefix}-{name}")[:LONGEST_CODE].rstrip("-")
        code = base
        while code in self.used:
            code, self.used[base] = f"{base}-{self.used[base]}", self.used[base] + 1
        self.used[code] = 2
        return code


def latin_name(name: str) -> str:
    """The name in letters a code may have, whatever script it is in; empty where it has neither letters nor digits."""
    return slugify(name) or slugify(anyascii(name).replace(":", " "))


@dataclass(frozen=True, slots=True)
class BankLabels:
    """The objectives and requirements that questions of the bank have: what a file calls so too is taken over."""

    objectives: frozenset[str]
    requirements: frozenset[str]

    @classmethod
    def known(cls) -> BankLabels:
        rows = list(Question.objects.order_by().values_list("objective", "requirement").distinct())
        objectives, requirements = ({row[place] for row in rows} - {""} for place in (0, 1))
        return cls(frozenset(objectives), frozenset(requirements))

    def give(self, question: Question, neutral: PlatformQuestion, notes: list[Sentence]) -> None:
        """Its category becomes its objective and a tag its requirement; what the bank does not know is said."""
        known = [tag for tag in neutral.tags if tag in self.requirements][:1]
        strange = [tag for tag in neutral.tags if tag not in known]
        question.requirement = "".join(known)
        if neutral.category in self.objectives:
            question.objective = neutral.category
        elif neutral.category:
            strange.insert(0, neutral.category)
        if strange:
            notes.append(
                say(
                    gettext_noop(
                        "Its category and tags (%(labels)s) are left out. Give it an objective and a requirement in "
                        "the editor."
                    ),
                    labels=", ".join(strange),
                )
            )
