"""Who saved revisions and translated strings before there were trails counts as their author until somebody signs."""

from collections.abc import Iterator
from typing import Any

from django.db import migrations

MODELS = (("content", "modulepage"), ("quizzes", "question"), ("quizzes", "story"))


def saved_revisions(apps: Any) -> Iterator[tuple[str, Any, Any]]:
    kinds = apps.get_model("contenttypes", "ContentType").objects
    languages = dict(apps.get_model("wagtailcore", "Locale").objects.values_list("pk", "language_code"))
    found = [kinds.filter(app_label=label, model=name).first() for label, name in MODELS]
    rows = apps.get_model("wagtailcore", "Revision").objects.filter(
        content_type__in=[kind for kind in found if kind], user__isnull=False
    )
    for row in rows.select_related("user").order_by("created_at", "pk").iterator(chunk_size=200):
        language = languages.get(row.content.get("locale"))
        if language:
            yield f"{row.content['translation_key']}:{language}", row.user.person_id, row.created_at


def translated_strings(apps: Any) -> Iterator[tuple[str, Any, Any]]:
    rows = apps.get_model("wagtail_localize", "StringTranslation").objects.filter(
        context__isnull=False, last_translated_by__isnull=False
    )
    for row in rows.select_related("context", "locale", "last_translated_by").iterator(chunk_size=200):
        subject = f"{row.context.object_id}:{row.locale.language_code}"
        yield subject, row.last_translated_by.person_id, row.updated_at


def note_authors(apps: Any, schema_editor: Any) -> None:
    authorship = apps.get_model("signatures", "Authorship")
    for rows in (saved_revisions(apps), translated_strings(apps)):
        authorship.objects.bulk_create(
            [authorship(subject=subject, person_id=person, at=at) for subject, person, at in rows], batch_size=200
        )


class Migration(migrations.Migration):
    dependencies = [
        ("signatures", "0001_authorships_and_signatures"),
        ("content", "0004_module_text_parts"),
        ("quizzes", "0002_quizzes_have_drafts"),
        ("wagtail_localize", "0016_rename_page_revision_translationlog_revision"),
    ]

    operations = [migrations.RunPython(note_authors, migrations.RunPython.noop)]
