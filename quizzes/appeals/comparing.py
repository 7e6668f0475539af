"""What `ledger verify` compares corrected keys with: a correction that was slipped in would change who passes."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext

from certification.ledger import canonical
from certification.ledger.verification.business import Claim
from quizzes.appeals.correcting import KIND
from quizzes.appeals.models import KeyCorrection


class Corrections:
    kinds = frozenset({KIND})

    def claims(self, using: str) -> Iterator[Claim]:
        rows = KeyCorrection.objects.using(using).select_related("edition__quiz").order_by("pk")
        for row in rows.iterator(chunk_size=500):
            yield Claim(
                gettext("The corrected key of %(question)s") % {"question": row.question},
                row.entry,
                KIND,
                payload={
                    "quiz": row.edition.quiz.code,
                    "edition": row.edition.number,
                    "question": row.question,
                    "after_sha256": canonical.digest(row.corrected),
                },
            )


corrections = Corrections()
