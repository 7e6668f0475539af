"""A completion is of any item, on anything that was shown: module and text become optional, a digest with its kind comes."""

from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def fill(apps, schema_editor):
    """Until now everything was a module's text."""
    completion, text = apps.get_model("courses", "Completion"), apps.get_model("content", "ModuleText")
    taught = text.objects.filter(pk=OuterRef("text"))
    completion.objects.update(
        shown_kind="text",
        shown_sha256=Subquery(taught.values("sha256")[:1]),
    )


class Migration(migrations.Migration):
    dependencies = [("courses", "0006_withdrawals_of_rules"), ("content", "0001_initial")]

    operations = [
        migrations.AddField("completion", "titles", models.JSONField("what it is called", blank=True, default=dict)),
        migrations.AddField(
            "completion", "shown_kind", models.CharField("what was shown", default="", max_length=20), preserve_default=False
        ),
        migrations.AddField(
            "completion",
            "shown_sha256",
            models.CharField("digest of what was shown", default="", max_length=64),
            preserve_default=False,
        ),
        migrations.AddField(
            "completion", "shown_locale", models.CharField("language", blank=True, default="", max_length=12), preserve_default=False
        ),
        migrations.AddField(
            "completion", "delivery", models.CharField("how it was delivered", default="online", max_length=20)
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
