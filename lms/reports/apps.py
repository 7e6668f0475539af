from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from lms import rooms


class ReportsConfig(rooms.Room):
    name = "lms.reports"
    label = "reports"
    addresses = (("", "lms.reports.urls"),)
    places = (
        (30, "team:people", _("Team"), "lms.reports.policies.TEAM"),
        (40, "audit:search", _("Audit"), "lms.reports.policies.AUDIT"),
        (60, "effect", _("Effect"), "lms.reports.policies.EFFECT"),
    )
    drains = (
        (65, "team weeks", 900, "lms.reports.team.weekly.queue_team_weeks"),
        (70, "effect", 3600, "lms.reports.indicators.snapshots.publish_snapshots_due"),
        (80, "remarks", 3600, "lms.reports.survey.published.forget_remarks_due"),
        (125, "checkpoint mail", 300, "lms.reports.audit.leaving_checkpoints.mail_checkpoints_due"),
    )
    letters = {"reminder": "lms.reports.team.reminders.compose_reminders"}
    health_looks = ("lms.reports.audit.leaving_checkpoints.look_at_leaving",)
    chapters = {
        rooms.OPENING: ("lms.reports.demo.set_targets",),
        rooms.EVENING: ("lms.reports.demo.look_at_team", "lms.reports.demo.publish_figures"),
        rooms.COMPLETED: ("lms.reports.demo.answer_survey",),
    }
    access_words = {
        "team.list": _("your status in the list of the team"),
        "team.export": _("your status in a downloaded list of the team"),
        "team.person": _("your training record"),
        "team.remind": _("your training, to remind you of it"),
        "audit.search": _("the evidence about you, searched for by your name, number or address"),
        "audit.list": _("your name in a list of evidence"),
        "audit.entry": _("a ledger entry about you"),
        "audit.person": _("the evidence of your training"),
        "audit.delay": _("that entries about you appear later, because fraud was suspected"),
        "audit.reveal": _("your name, which was masked before"),
        "audit.coverage": _("your name in a list of who was covered"),
        "audit.export": _("ledger entries about you, downloaded"),
        "audit.coverage.export": _("whether you were covered, downloaded"),
    }
