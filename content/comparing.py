"""What `ledger verify` compares frozen texts with: words, questions and right answers, hashed again, against what was
logged as published."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.utils.translation import gettext

from certification.ledger import canonical
from certification.ledger.models import Pending
from certification.ledger.verification.business import Claim
from content.closure import manifest
from content.editions import ModuleText
from content.freezing import KIND, log_key


class Texts:
    kinds = frozenset({KIND})

    def claims(self, using: str) -> Iterator[Claim]:
        logged: dict[str, UUID] = dict(Pending.objects.using(using).filter(kind=KIND).values_list("key", "uuid"))
        rows = ModuleText.objects.using(using).select_related("edition__module", "edition__quiz_edition", "quiz_text")
        for row in rows.order_by("pk").iterator(chunk_size=50):
            edition = row.edition
            quiz = canonical.digest(row.quiz_text.body) if row.quiz_text else ""
            yield Claim(
                gettext("The text of %(module)s, edition %(number)s, %(language)s")
                % {"module": edition.module.code, "number": edition.number, "language": row.locale},
                logged.get(log_key(row)),
                KIND,
                payload={
                    "module": str(edition.module_id),
                    "code": edition.module.code,
                    "edition": edition.number,
                    "structure": canonical.digest(edition.structure),
                    "text": canonical.digest(manifest(edition.module_id, row.locale, edition.sha256, row.body, quiz)),
                    "locale": row.locale,
                    "revision": row.revision,
                    "provenance": row.provenance,
                    "quiz": canonical.digest(edition.quiz_edition.keys) if edition.quiz_edition else "",
                },
            )


texts = Texts()
