"""Captions: WebVTT, with times and words and nothing else. Source: www.w3.org/TR/webvtt1."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import IO

from django.utils.translation import gettext as _

from content.uploads.kinds import UploadRefused

ARROW = "-->"
TIME = re.compile(r"(?:(\d{2,4}):)?([0-5]\d):([0-5]\d)\.(\d{3})", re.ASCII)
SETTING = re.compile(r"(vertical|line|position|size|align):[^\s:]{1,40}")
MARK = re.compile(r"<([^<>]*)>?")
SAID = re.compile(r"/?(c|i|b|u|v|lang|ruby|rt)?([. \t].*)?")
MOST_FAULTS = 5
Line = tuple[int, str]


def check_captions(file: IO[bytes]) -> None:
    """Raises UploadRefused with the first faults, each with its line."""
    file.seek(0)
    try:
        text = file.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UploadRefused(
            _("These captions are not text in UTF-8. Save them as UTF-8 and upload them again.")
        ) from error
    finally:
        file.seek(0)
    faults: list[str] = []
    for fault in _faults(text):
        faults.append(fault)
        if len(faults) == MOST_FAULTS:
            break
    if faults:
        raise UploadRefused(*faults)


def _faults(text: str) -> Iterator[str]:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for number, line in enumerate(lines, 1):
        if not line.replace("\t", " ").isprintable():
            yield _("Line %(line)d holds a character that cannot be shown.") % {"line": number}
    head, *cues = _paragraphs(lines)
    if head[0][1].split(maxsplit=1)[0:1] != ["WEBVTT"]:
        yield _("Line 1 must be the word WEBVTT.")
    spoken = 0
    for block in cues:
        number, first = block[0]
        if first.split(maxsplit=1)[0] == "NOTE":
            continue
        spoken += 1
        yield from _cue_faults(block)
    if not spoken:
        yield _("These captions say nothing: after WEBVTT and a blank line come times and words.")


def _paragraphs(lines: Sequence[str]) -> list[list[Line]]:
    found: list[list[Line]] = [[(1, lines[0])]]
    fresh = False
    for number, line in enumerate(lines[1:], 2):
        if not line.strip():
            fresh = True
        elif fresh:
            found.append([(number, line)])
            fresh = False
        else:
            found[-1].append((number, line))
    return found


def _cue_faults(block: Sequence[Line]) -> Iterator[str]:
    place = 0 if ARROW in block[0][1] else 1
    number, timing = block[place] if place < len(block) else block[0]
    if not _in_time(timing):
        yield _("Line %(line)d is no time such as 00:01.000 --> 00:04.500, where the second lies after the first.") % {
            "line": number
        }
    for number, line in block[place + 1 :]:
        if any(not match[0].endswith(">") or not _allowed(match[1]) for match in MARK.finditer(line)):
            yield _("Line %(line)d has a mark that captions cannot have. Write &lt; where a < is meant.") % {
                "line": number
            }


def _in_time(timing: str) -> bool:
    before, arrow, after = timing.partition(ARROW)
    end, *settings = after.split() or [""]
    start, finish = _moment(before.strip()), _moment(end)
    fine = all(SETTING.fullmatch(setting) for setting in settings)
    return bool(arrow) and fine and start is not None and finish is not None and start < finish


def _moment(words: str) -> int | None:
    """In milliseconds."""
    found = TIME.fullmatch(words)
    if not found:
        return None
    hours, minutes, seconds, rest = (int(part or 0) for part in found.groups())
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + rest


def _allowed(mark: str) -> bool:
    return bool(SAID.fullmatch(mark) or TIME.fullmatch(mark))
