"""Whoever has finished a part of the lab was led to its debrief, which until now was made by the first rule."""

from django.db import migrations

BY_OUTCOME = 1


def note_first_rule(apps, schema_editor):
    blocks = apps.get_model("quizzes", "LabBlock").objects
    blocks.filter(part__in=["block-a", "block-b"], finished_on__isnull=False, verdict=None).update(verdict=BY_OUTCOME)


class Migration(migrations.Migration):
    dependencies = [
        ("quizzes", "0002_which_verdict_was_read"),
    ]

    operations = [
        migrations.RunPython(note_first_rule, migrations.RunPython.noop),
    ]
