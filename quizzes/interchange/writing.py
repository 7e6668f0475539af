"""What the writers share: what is left out is said, and questions without a category come first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from quizzes.interchange.questions import Omission, PlatformQuestion, QuestionsWritten, name_from_words
from quizzes.interchange.sentences import Refusal, Sentence
from quizzes.interchange.soundness import refuse_unsound

Writer = Callable[[PlatformQuestion, list[Sentence]], str]


@dataclass
class Writing:
    """One file in the making. `write` gives a question's text and notes what it leaves out, or raises Refusal."""

    write: Writer
    refused: list[Omission] = field(default_factory=list)
    reduced: list[Omission] = field(default_factory=list)

    def each(self, questions: Sequence[PlatformQuestion]) -> list[tuple[str, str]]:
        """[(category, the question as text)] of those that can be written.

        No format can go back from a category to none, so the questions without one come first.
        """
        numbered = sorted(enumerate(questions, start=1), key=lambda item: bool(item[1].category))
        found = []
        for number, question in numbered:
            notes: list[Sentence] = []
            try:
                refuse_unsound(question)
                found.append((question.category, self.write(question, notes)))
            except Refusal as refusal:
                self.refused.append(Omission(number, _called(question), refusal.sentence))
            else:
                self.reduced += [Omission(number, _called(question), note) for note in notes]
        return found

    def done(self, text: str) -> QuestionsWritten:
        return QuestionsWritten(text, tuple(self.refused), tuple(self.reduced))


def _called(question: PlatformQuestion) -> str:
    return name_from_words(question.name or question.text.words)
