"""What the auditor's templates are given. What is None or empty was not asked for, or could not be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.paginator import Page
from django.urls import reverse
from django.utils.translation import gettext

from certification.credentials.models import Certificate
from certification.ledger.models import Checkpoint, Entry
from courses.completions.models import Completion
from lms.people.masked_names import Name
from lms.people.models import Person
from lms.reports.audit.coverage import Coverage, CoverageRow
from lms.reports.audit.exact_text import RuleAsItWas
from lms.reports.audit.examined_entry import Examined
from lms.reports.audit.forms import CoverageForm, SearchForm
from lms.reports.audit.ledger_state import LedgerState, Rehash
from lms.reports.audit.operators_check import OperatorsCheck
from lms.reports.audit.searching import EntryRow, Found
from lms.reports.training_record import Award, Duty

Trail = list[dict[str, str]]


def trail_to(here: str) -> Trail:
    """The way back up from a page of the workspace."""
    return [{"label": gettext("Audit"), "url": reverse("audit:search")}, {"label": here, "url": ""}]


@dataclass(frozen=True, slots=True)
class SearchPage:
    """`at`: when the page was made. `certificates`: (certificate, its training, its holder). `left`: the newest
    checkpoint that is in other hands."""

    form: SearchForm
    status: LedgerState
    at: datetime
    own: OperatorsCheck
    rehash: Rehash | None = None
    left: Checkpoint | None = None
    found: Found | None = None
    page: Page[Any] | None = None
    rows: Sequence[EntryRow] = ()
    people: Sequence[tuple[Person, Name]] = ()
    certificates: Sequence[tuple[Certificate, str, Name]] = ()


@dataclass(frozen=True, slots=True)
class CheckpointsPage:
    """`left`: the newest checkpoint that is in other hands; `page`: checkpoints, the newest first."""

    page: Page[Checkpoint]
    left: Checkpoint | None
    at: datetime
    trail: Trail


@dataclass(frozen=True, slots=True)
class CoveragePage:
    """`not_compared`: what the ledger cannot answer for; `shared`: why required, where the same for every row."""

    form: CoverageForm
    status: LedgerState
    trail: Trail
    not_compared: str
    found: Coverage | None = None
    page: Page[Any] | None = None
    rows: Sequence[CoverageRow] = ()
    training: str = ""
    known_at: datetime | None = None
    shared: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class EntryPage:
    """`text_url`: where the text can be read that the entry names; `rules`: those it gives as its reason; `sentences`:
    what it says, in plain words."""

    entry: Entry
    shown: Examined
    at: datetime
    trail: Trail
    text_url: str
    rules: list[RuleAsItWas]
    sentences: list[str]


@dataclass(frozen=True, slots=True)
class AuditPersonPage:
    """`day`: the day everything is shown as of; `page`, `rows`: the ledger entries about the person."""

    person: Person
    name: Name
    day: date
    trail: Trail
    page: Page[Any]
    rows: Sequence[EntryRow]
    duties: list[tuple[Duty, int | None]]
    completions: list[tuple[Completion, int | None]]
    awards: list[tuple[Award, int | None]]
