"""What `ledger verify` compares paths and rules with: every word of them, and every withdrawal, against their
entries."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext

from certification.ledger import canonical, pending
from certification.ledger.verification.business import LedgerClaim
from courses.paths.models import AssignmentRule, PathVersion
from courses.paths.publishing import (
    PATH_PUBLISH,
    RULE_PUBLISH,
    RULE_WITHDRAW,
    log_key,
    path_content,
    path_payload,
    rule_content,
    rule_payload,
    withdrawal_payload,
)


class PathClaims:
    kinds = frozenset({PATH_PUBLISH})
    payload = staticmethod(path_payload)

    def claims(self, using: str) -> Iterator[LedgerClaim]:
        logged = pending.ids_by_key(PATH_PUBLISH, using)
        rows = PathVersion.objects.using(using).select_related("path")
        for row in rows.prefetch_related("items__module", "items__path", "leaves__module").order_by("pk"):
            yield LedgerClaim(
                gettext("Version %(number)s of the path %(key)s") % {"number": row.number, "key": row.path.key},
                logged.get(log_key(PATH_PUBLISH, row.path.key, row.number)),
                PATH_PUBLISH,
                payload=self.payload(row),
                recomputed={"sha256": canonical.digest(path_content(row, row.items.all(), row.leaves.all()))},
                at=row.published_at,
            )


class RuleClaims:
    kinds = frozenset({RULE_PUBLISH})
    payload = staticmethod(rule_payload)

    def claims(self, using: str) -> Iterator[LedgerClaim]:
        logged = pending.ids_by_key(RULE_PUBLISH, using)
        for row in AssignmentRule.objects.using(using).select_related("path").order_by("pk"):
            yield LedgerClaim(
                _version(row),
                logged.get(log_key(RULE_PUBLISH, row.key, row.number)),
                RULE_PUBLISH,
                payload=self.payload(row),
                recomputed={"sha256": canonical.digest(rule_content(row))},
                at=row.published_at,
            )


class WithdrawalClaims:
    """A version is out of force because the next one replaced it, whose entry says when; or because somebody withdrew
    it and said why."""

    kinds = frozenset({RULE_WITHDRAW})
    payload = staticmethod(withdrawal_payload)

    def claims(self, using: str) -> Iterator[LedgerClaim]:
        logged = pending.ids_by_key(RULE_WITHDRAW, using)
        rows = AssignmentRule.objects.using(using)
        replaced = set(rows.filter(replaces__gt=0).values_list("key", "replaces"))
        for row in rows.exclude(withdrawn_at__isnull=True, withdrawal_reason="").order_by("pk"):
            if (row.key, row.number) not in replaced or row.withdrawal_reason:
                yield LedgerClaim(
                    gettext("The withdrawal of version %(number)s of the rule %(key)s")
                    % {"number": row.number, "key": row.key},
                    logged.get(log_key(RULE_WITHDRAW, row.key, row.number)),
                    RULE_WITHDRAW,
                    payload=self.payload(row),
                    at=row.withdrawn_at,
                )


def _version(row: AssignmentRule) -> str:
    return gettext("Version %(number)s of the rule %(key)s") % {"number": row.number, "key": row.key}


paths = PathClaims()
rules = RuleClaims()
withdrawals = WithdrawalClaims()
