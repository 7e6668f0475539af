from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from lms import rooms


class CoursesConfig(rooms.Room):
    name = "courses"
    addresses = (
        ("learn/", "courses.urls"),
        ("appeals/", "courses.urls_appeals"),
        ("manager-mail/", "courses.urls_notices"),
        ("dates/", "courses.urls_doubts"),
    )
    access_words = {
        "appeals.doubt": _("a completion of yours that is in doubt, because a key was corrected"),
        "mail.overdue": _("a training of yours that is overdue, in the mail to your manager"),
        "basis.doubt": _("what you said about a date that is wrong"),
    }
    letters = {"digest": "courses.assignments.digest_letters.compose_digests"}
    places = (
        (10, "learn:dashboard", _("My training"), ""),
        (50, "appeals:awaiting", _("Appeals"), "courses.appeals.policies.APPEALS"),
        (55, "doubts:awaiting", _("Dates said to be wrong"), "courses.doubts.policies.BASIS_DOUBTS"),
        (72, "notices:copies", _("Mail to managers"), "courses.notices.policies.COPY_RULES"),
    )
    drains = (
        (40, "assignments", 5, "courses.assignments.sync.sync_due"),
        (50, "nightly", 900, "courses.assignments.sync.sync_nightly"),
        (60, "digests", 300, "courses.assignments.digest.queue_digests"),
    )
    fulfilments = ("courses.assignments.satisfaction.first_fulfilled_on",)
    ledger_claims = (
        "courses.paths.ledger_claims.paths",
        "courses.paths.ledger_claims.rules",
        "courses.paths.ledger_claims.withdrawals",
        "courses.completions.ledger_claims.completions",
        "courses.assignments.row_claims.assignments",
        "courses.assignments.ledger_claims.outages",
        "courses.assignments.ledger_claims.outage_withdrawals",
    )
    chapters = {
        rooms.OPENING: ("courses.demo.publish_rules",),
        rooms.MORNING: ("courses.demo.amend_rules",),
    }
    health_looks = (
        "courses.assignments.health.look_at_assignments",
        "courses.assignments.health.look_at_sources",
        "courses.assignments.health.look_at_derivations",
        "courses.assignments.health.look_at_doubts",
    )

    def ready(self) -> None:
        # Models may be imported only now: this is the one place where the seam learns who asks.
        from content.hooks import paths_asking as paths_asking_for
        from courses.assignments.satisfaction import assignments_asking
        from courses.completions.demand import demand_for, stored_evidence
        from courses.learning import completion_evidence
        from courses.paths.module_uses import paths_asking

        demand_for.register(assignments_asking)
        stored_evidence.register(completion_evidence.stored_evidence)
        paths_asking_for.register(paths_asking)
