"""Append-only tables refuse changes in the database itself. A migration of its own: no squash may swallow it."""

from django.db import migrations

from certification.ledger import triggers


def ensure(apps, schema_editor):
    triggers.ensure_triggers(schema_editor.connection.alias)


def drop(apps, schema_editor):
    triggers.drop_triggers(schema_editor.connection.alias)


class Migration(migrations.Migration):
    dependencies = [("certification", "0002_first")]

    operations = [migrations.RunPython(ensure, drop, elidable=False)]
