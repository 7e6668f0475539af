from __future__ import annotations

from lms import rooms


class MailConfig(rooms.Room):
    name = "lms.mail"
    label = "mail"
    drains = (
        (135, "resets", 2, "lms.mail.resets.write_resets_due"),
        (140, "mail", 10, "lms.mail.sending.send_due"),
    )
    health_looks = ("lms.mail.health.look_at_messages",)
