"""A real process that hands in quizzes, to be killed by test_crash: `python -m tests.courses.learning.sitting NAME`.

Each line "go" on its input forks a child that finishes and submits every enrolment and sequences the ledger, saying
"begin ID" and "done ID" as it goes. Forking spares the tests Django's start for every kill.
"""

from __future__ import annotations

import os
import sys

import django


def main(database: str) -> None:
    django.setup()
    from tests import databases

    databases.use(database)
    say("ready")
    for _line in sys.stdin:
        child = os.fork()
        if not child:
            sit_all()
            os._exit(0)
        say(f"pid {child}")
        os.waitpid(child, 0)
        say("ended")


def sit_all() -> None:
    from certification.ledger import clock
    from certification.ledger.sequencer import sequence_pending
    from courses.learning import flow
    from courses.learning.models import Enrolment
    from tests.quizzes.factories import right_answers

    for way in Enrolment.objects.order_by("started_at", "pk").select_related("edition__quiz_edition"):
        assert way.edition.quiz_edition
        say(f"begin {way.pk}")
        flow.finish_section(way, "s1", "en", clock.now())
        flow.save_answers(
            way, flow.sheet_for(way, 1, right_answers(way.edition.quiz_edition), clock.now()), clock.now()
        )
        flow.submit(
            way, flow.sheet_for(way, 1, right_answers(way.edition.quiz_edition), clock.now()), "en", clock.now()
        )
        say(f"done {way.pk}")
        sequence_pending()


def say(words: str) -> None:
    os.write(1, f"{words}\n".encode())


if __name__ == "__main__":
    main(sys.argv[1])
