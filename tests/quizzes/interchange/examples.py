"""The example files of this folder, and short ways to look at what was read."""

from __future__ import annotations

from pathlib import Path

from quizzes.interchange.questions import Omission, QuestionsRead, ReadRemark

FOLDER = Path(__file__).parent / "examples"


def example(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def refused(read: QuestionsRead) -> list[tuple[int, str, str]]:
    return [(remark.line, remark.question, str(remark.why)) for remark in read.refused]


def only(remarks: tuple[ReadRemark, ...] | tuple[Omission, ...]) -> str:
    """The sentence of the one remark there is."""
    assert len(remarks) == 1, [str(remark.why) for remark in remarks]
    return str(remarks[0].why)
