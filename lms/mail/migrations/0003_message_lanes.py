from typing import Any

from django.db import migrations, models
from django.db.models import Q

MOST_ATTEMPTS = 10


def empty_the_lane_of_what_no_longer_waits(apps: Any, schema_editor: Any) -> None:
    messages = apps.get_model("mail", "Message").objects
    messages.filter(Q(sent_at__isnull=False) | Q(attempts__gte=MOST_ATTEMPTS)).update(lane=None)


class Migration(migrations.Migration):
    dependencies = [("mail", "0002_initial")]

    operations = [
        migrations.RemoveIndex(model_name="message", name="message_due"),
        migrations.AddField(
            model_name="message",
            name="lane",
            field=models.PositiveSmallIntegerField(
                choices=[(0, "urgent"), (1, "ordinary")],
                default=1,
                help_text="Empty once there is nothing more to try: it was sent or given up.",
                null=True,
                verbose_name="lane",
            ),
        ),
        migrations.RunPython(empty_the_lane_of_what_no_longer_waits, migrations.RunPython.noop),
    ]
