"""What the checks say: faults stop, hints are answered, by an author in `answers.yaml` beside the module."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from lms.yaml_lines import Fault, read_yaml_file

ANSWERS = "answers.yaml"


@dataclass(frozen=True, slots=True, order=True)
class CheckRemark:
    """One remark. `check` names the rule, `place` the block or section it is about; `stops` = a fault, else a hint."""

    file: str
    line: int
    check: str
    place: str
    sentence: str
    stops: bool = True

    @property
    def hint(self) -> str:
        """What an answer has to name: language, rule and place, such as “fr long-sentence words”."""
        return f"{Path(self.file).stem} {self.check} {self.place}"

    def __str__(self) -> str:
        if self.stops:
            return f"{self.file}:{self.line}: {self.sentence} ({self.check})"
        return f"{self.file}:{self.line}: hint: {self.sentence} (answer as “{self.hint}”)"


@dataclass(frozen=True, slots=True)
class HintAnswer:
    hint: str
    line: int


def read_answers(path: Path, called: str) -> list[HintAnswer]:
    """The answers in that file; none where there is no file. Raises FaultyFile."""
    if not path.exists():
        return []
    whole = read_yaml_file(path, called)
    found = []
    for entry in whole.mappings("answers"):
        found.append(HintAnswer(entry.text("hint").value, entry.line))
        entry.text("why")
        entry.finish()
    whole.finish()
    whole.faults.check()
    return found


def without_answered(
    findings: Iterable[CheckRemark], answers: Sequence[HintAnswer], called: str
) -> tuple[list[CheckRemark], list[Fault]]:
    """What still stands, in the order of the lines; and the answers to which there is no hint any more."""
    found = sorted(set(findings))
    given = {finding.hint for finding in found if not finding.stops}
    answered = {answer.hint for answer in answers}
    stale = [
        Fault(called, answer.line, f"There is no hint “{answer.hint}”. Take this answer out.")
        for answer in answers
        if answer.hint not in given
    ]
    return [finding for finding in found if finding.stops or finding.hint not in answered], stale
