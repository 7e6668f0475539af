"""A back-up of the ledger's tables, and what an administrator does with it: put it back over what came after."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.apps import apps

from certification.ledger import triggers

TABLES = ("Entry", "Pending", "Opening", "Member", "Node", "Checkpoint", "Certificate")


def back_up() -> Callable[[], None]:
    """Copies the ledger's tables; what is returned restores them."""
    models: list[Any] = [apps.get_model("certification", name) for name in TABLES]
    rows = {model: list(model.objects.order_by("pk").values()) for model in models}

    def restore() -> None:
        with triggers.triggers_suspended():
            for model in models:
                model.objects.all().delete()
                model.objects.bulk_create([model(**row) for row in rows[model]])

    return restore
