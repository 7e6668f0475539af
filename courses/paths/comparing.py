"""What `ledger verify` compares published paths and rules with: every word of them, against their entries."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.utils.translation import gettext

from certification.ledger.models import Pending
from certification.ledger.verification.business import Claim
from courses.paths.models import AssignmentRule, PathVersion

PATH, RULE = "path.publish", "rule.publish"


def logged(kind: str, using: str) -> dict[str, UUID]:
    return dict(Pending.objects.using(using).filter(kind=kind).values_list("key", "uuid"))


class Paths:
    kinds = frozenset({PATH})

    def claims(self, using: str) -> Iterator[Claim]:
        entries = logged(PATH, using)
        rows = PathVersion.objects.using(using).select_related("path").prefetch_related("leaves__module")
        for row in rows.order_by("pk"):
            yield Claim(
                gettext("Version %(number)s of the path %(key)s") % {"number": row.number, "key": row.path.key},
                entries.get(f"{PATH}:{row.path.key}:{row.number}"),
                PATH,
                payload={
                    "path": row.path.key,
                    "number": row.number,
                    "sha256": row.sha256,
                    "titles": row.titles,
                    "summaries": row.summaries,
                    "leaves": [
                        {
                            "module": str(leaf.module_id),
                            "code": leaf.module.code,
                            "compulsory": leaf.compulsory,
                            "months": leaf.validity_months or 0,
                        }
                        for leaf in row.leaves.all()
                    ],
                },
            )


class Rules:
    kinds = frozenset({RULE})

    def claims(self, using: str) -> Iterator[Claim]:
        entries = logged(RULE, using)
        for row in AssignmentRule.objects.using(using).select_related("path").order_by("pk"):
            yield Claim(
                gettext("Version %(number)s of the rule %(key)s") % {"number": row.number, "key": row.key},
                entries.get(f"{RULE}:{row.key}:{row.number}"),
                RULE,
                payload={
                    "rule": row.key,
                    "number": row.number,
                    "sha256": row.sha256,
                    "path": row.path.key,
                    "population": row.population,
                    "due_days": row.due_days,
                    "basis": row.basis,
                    "basis_texts": row.basis_texts,
                    "reasons": row.reasons,
                    "owner": row.owner,
                    "active_from": row.active_from.isoformat(),
                },
            )


paths = Paths()
rules = Rules()
