"""Keys of the feeds in the form in which they are compared."""

from django.db import migrations

from lms.people import spelling

AT_ONCE = 500


def fill(apps, schema_editor):
    model = apps.get_model("people", "ExternalId")
    batch = []
    for row in model.objects.only("key").iterator(chunk_size=AT_ONCE):
        row.normal, row.loose = spelling.number_key(row.key), spelling.loose_key(row.key)
        batch.append(row)
        if len(batch) == AT_ONCE:
            model.objects.bulk_update(batch, ["normal", "loose"])
            batch = []
    model.objects.bulk_update(batch, ["normal", "loose"])


class Migration(migrations.Migration):
    dependencies = [("people", "0008_feeds_and_what_they_claim")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
