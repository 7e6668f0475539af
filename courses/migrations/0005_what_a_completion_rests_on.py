"""Columns from which the whole payload of a completion's ledger entry can be made anew."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("courses", "0004_appeals")]

    operations = [
        migrations.AddField(
            model_name="completion",
            name="evidence_sha256",
            field=models.CharField(default="", max_length=64, verbose_name="digest of the evidence"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="completion",
            name="required_by",
            field=models.JSONField(default=list, verbose_name="required by"),
        ),
    ]
