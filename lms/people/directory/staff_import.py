"""One import: read and judged as a whole, then tried or written in batches. With a fault nothing is written, unless the
faulty lines are to be left out: then whom they name stays as believed, and everything else is written."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from lms.people.batches import in_batches
from lms.people.changes import caused_by
from lms.people.directory.csv_table import Problem
from lms.people.directory.recorded_staff import UnitsAndRoles, employed_by_feed, load_recorded_staff
from lms.people.directory.staff_checks import AT_ONCE, FileJudgement
from lms.people.directory.staff_doubts import StaffQuestion
from lms.people.directory.staff_plan import StaffPlanner, StaffStep
from lms.people.directory.staff_rows import ReadRow, StaffFile, StaffRow, open_staff_file
from lms.people.directory.staff_writing import StaffWriter
from lms.people.models import ExternalId, ImportRun, Person
from lms.people.spelling import number_key
from lms.people.staffing import DIRECTORY

FEWEST_LEAVERS = 25
LEAVING_SHARE = 0.05


@dataclass
class StaffReport:
    """What was found. `written` says whether changes were kept; `stopped` where it ended before its end, and why."""

    people: int = 0
    absent: int = 0
    problems: list[Problem] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    refusal: str = ""
    stopped: str = ""
    left_out: int = 0
    changes: Counter[str] = field(default_factory=Counter)
    steps: list[StaffStep] = field(default_factory=list)
    written: bool = False
    cause: str = ""

    @property
    def questions(self) -> list[StaffQuestion]:
        """Those of the problems that wait for an answer."""
        return [each for each in self.problems if isinstance(each, StaffQuestion)]


@dataclass(frozen=True)
class ImportOptions:
    """`complete`: whoever is missing from the file has left. `allow_leavers`: more leavers than the larger of 25 people
    and 5 % are refused unless this names at least their number. `leave_out`: write the lines without a fault.
    `encoding`, `dates`: what the file does not tell by itself. `sure`: staff numbers about which nothing is asked any
    more. `same`: a new number, and the known one of the same person (`feed:number` where it is another feed's)."""

    complete: bool = False
    allow_leavers: int = 0
    leave_out: bool = False
    encoding: str = ""
    dates: str = ""
    sure: Collection[str] = ()
    same: Mapping[str, str] = field(default_factory=dict)
    details: bool = False
    batch: int = AT_ONCE


class _Undo(Exception):
    """Rolls the tried import back."""


def import_people(
    data: bytes,
    *,
    at: datetime,
    day: date | None = None,
    commit: bool = False,
    feed: str = DIRECTORY,
    options: ImportOptions | None = None,
    **chosen: object,
) -> StaffReport:
    """The CSV file `data` as of `day` (today in UTC). Without `commit` it is only tried, in one transaction that is
    undone. `chosen`: members of ImportOptions, for whoever needs one of them."""
    options = options or ImportOptions(**chosen)  # type: ignore[arg-type]
    one = _Import(
        open_staff_file(data, encoding=options.encoding, dates=options.dates), feed, day or at.date(), at, options
    )
    if commit:
        return one.write(hashlib.sha256(data).hexdigest())
    try:
        with transaction.atomic():
            result = one.write("")
            raise _Undo
    except _Undo:
        result.written, result.cause = False, ""
    return result


@dataclass(frozen=True)
class _Import:
    file: StaffFile
    feed: str
    day: date
    at: datetime
    options: ImportOptions

    def write(self, sha256: str) -> StaffReport:
        result = StaffReport()
        tied, problems = self._tie()
        if self.file.problems or problems:
            result.problems = sorted([*self.file.problems, *problems])
            _untie(tied)
            return result
        judged = self._judge()
        missing = self._missing(judged) if self.options.complete else []
        result.people, result.problems = judged.rows, sorted(set(judged.problems))
        result.remarks = self.file.remarks()
        result.absent = sum(1 for _one in self._absent(judged))
        result.left_out = len(judged.faulty)
        if not result.problems or (self.options.leave_out and judged.rows > len(judged.faulty)):
            result.refusal = self._too_many_leavers(judged.leaving + len(missing))
            if not result.refusal:
                self._write(result, judged, missing, sha256)
        if not result.written:
            _untie(tied)
        return result

    def _judge(self) -> FileJudgement:
        planner = StaffPlanner(
            load_recorded_staff(self.feed, ()),
            UnitsAndRoles.load(),
            self.feed,
            self.day,
            self.at,
            interrupted=self._interrupted(),
        )
        judged = FileJudgement(self.feed, self.day, planner, {number_key(each) for each in self.options.sure})
        for batch in in_batches(self.file.rows(), self.options.batch):
            judged.meet(batch)
        judged.finish()
        return judged

    def _write(
        self, result: StaffReport, judged: FileJudgement, missing: list[tuple[str, Person]], sha256: str
    ) -> None:
        run = ImportRun.objects.create(feed=self.feed, file_sha256=sha256, started_at=self.at)
        writer = StaffWriter(judged.planner, self.options.batch, self.options.details)
        with caused_by(run.cause):
            writer.write(_usable(self.file.rows(), judged.faulty), missing)
        result.changes, result.steps, result.stopped = writer.changes, writer.steps, writer.stopped
        result.problems = sorted({*result.problems, *writer.problems})
        result.remarks += writer.remarks
        result.written, result.cause = True, run.cause
        run.state = ImportRun.State.STOPPED if writer.stopped else ImportRun.State.WRITTEN
        run.finished_at, run.rows, run.written_to = self.at, judged.rows, writer.written_to
        run.left_out, run.changes = len({each.line for each in result.problems}), dict(writer.changes)
        run.save()

    def _interrupted(self) -> datetime | None:
        """When the first of the imports began of which none came to its end since the last that did."""
        last = ImportRun.objects.filter(feed=self.feed, state=ImportRun.State.WRITTEN).order_by("-pk").first()
        open_ones = ImportRun.objects.filter(feed=self.feed, pk__gt=last.pk if last else 0).order_by("pk")
        first = open_ones.first()
        return first.started_at if first else None

    # Whom the file does not name

    def _absent(self, judged: FileJudgement) -> Iterator[UUID]:
        rows = employed_by_feed(self.feed, self.day).order_by("person_id").values_list("person_id", "normal")
        for person, keys in groupby(rows.iterator(chunk_size=AT_ONCE), key=lambda row: row[0]):
            if not any(key in judged.index for _person, key in list(keys)):
                yield person

    def _missing(self, judged: FileJudgement) -> list[tuple[str, Person]]:
        found = []
        for people in in_batches(self._absent(judged), AT_ONCE):
            rows = ExternalId.objects.filter(feed=self.feed, person__in=people).select_related("person").order_by("pk")
            found += list({row.person_id: (row.normal, row.person) for row in rows}.values())
        return found

    def _too_many_leavers(self, leaving: int) -> str:
        employed = employed_by_feed(self.feed, self.day).values("person").distinct().count()
        most = max(FEWEST_LEAVERS, int(employed * LEAVING_SHARE), self.options.allow_leavers)
        if leaving <= most:
            return ""
        return _(
            "%(leaving)d of %(employed)d people would leave; without a second look at most %(most)d may. "
            "Is the file whole? If so, add --allow-leavers %(leaving)d."
        ) % {"leaving": leaving, "employed": employed, "most": most}

    # Numbers of the same person

    def _tie(self) -> tuple[list[ExternalId], list[Problem]]:
        made, problems = [], []
        for number, known in self.options.same.items():
            feed, colon, key = known.rpartition(":")
            owner = ExternalId.objects.filter(feed=feed if colon else self.feed, normal=number_key(key)).first()
            taken = ExternalId.objects.filter(feed=self.feed, normal=number_key(number)).first()
            if owner is None:
                text = _("--same: nobody has the staff number “%(number)s”.") % {"number": known}
                problems.append(Problem(1, "staff_number", text))
            elif taken and taken.person_id != owner.person_id:
                text = _("--same: “%(number)s” is the number of another person already.") % {"number": number}
                problems.append(Problem(1, "staff_number", text))
            elif not taken:
                one = ExternalId.naming(owner.person, self.feed, number)
                one.save()
                made.append(one)
        return made, problems


def _untie(tied: Iterable[ExternalId]) -> None:
    for one in tied:
        one.delete()


def _usable(rows: Iterable[ReadRow], faulty: Collection[int]) -> Iterator[StaffRow]:
    return (read.row for read in rows if read.row is not None and read.line not in faulty)
