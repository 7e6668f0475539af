"""Append-only tables refuse changes in the database itself."""

from django.db import migrations

from certification.ledger import triggers


def ensure(apps, schema_editor):
    triggers.ensure_triggers(schema_editor.connection.alias)


def drop(apps, schema_editor):
    triggers.drop_triggers(schema_editor.connection.alias)


class Migration(migrations.Migration):
    dependencies = [("certification", "0003_ledger")]

    operations = [migrations.RunPython(ensure, drop, elidable=False)]
