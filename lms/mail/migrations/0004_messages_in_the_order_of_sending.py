from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mail", "0003_message_lanes")]

    operations = [
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                fields=["lane", "next_try_at", "queued_at", "id"],
                condition=models.Q(lane__isnull=False),
                name="message_waits",
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                fields=["queued_at"], condition=models.Q(sent_at__isnull=True), name="message_unsent"
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(("sent_at__isnull", True), ("lane__isnull", True), _connector="OR"),
                name="message_sent_waits_no_more",
            ),
        ),
    ]
