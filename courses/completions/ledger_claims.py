"""What `ledger verify` compares completions with: who, what, on which text, why and when, against their entries.

What they rest on is computed again of what is stored now: the facts, the attempt, the sections. The text and its
questions have an entry of their own, which is held to their words (`content.ledger_claims`).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from django.db.models import Prefetch
from django.utils.translation import gettext

from certification.ledger.verification.business import LedgerClaim
from content.editions import ModuleText
from content.facts import resolving
from courses.completions.demand import stored_evidence
from courses.completions.models import Completion
from courses.completions.seam import KIND, digest, payload, resolved

AT_ONCE = 1000


class CompletionClaims:
    kinds = frozenset({KIND})
    payload = staticmethod(payload)

    def claims(self, using: str) -> Iterator[LedgerClaim]:
        # Many completions stand on few texts: these are read once a thousand rows, not joined to each of them.
        texts = ModuleText.objects.using(using).select_related("edition__quiz_edition").defer("body")
        rows = Completion.objects.using(using).prefetch_related("module", Prefetch("text", texts)).order_by("pk")
        found = rows.iterator(chunk_size=AT_ONCE)
        while part := list(islice(found, AT_ONCE)):
            evidence = stored_evidence([row.evidence for row in part], using)
            facts = resolving.stored_digests({row.facts_sha256 for row in part if row.facts_sha256}, using)
            for row in part:
                taught = facts.get(row.facts_sha256, "")
                again = {
                    # A module is done by what its learner did here; other things by what their evidence is called.
                    "evidence_sha256": evidence.get(row.evidence, "" if row.module else digest(row.evidence)),
                    "facts_sha256": taught,
                }
                if row.text:
                    again["resolved_sha256"] = resolved(row.text.sha256, taught)
                yield LedgerClaim(
                    gettext("The completion %(id)s") % {"id": row.pk},
                    row.entry,
                    KIND,
                    payload=self.payload(row),
                    recomputed=again,
                    subject={"person": str(row.person_id)},
                    key=f"{KIND}:{row.evidence}",
                    at=row.recorded_at,
                )


completions = CompletionClaims()
