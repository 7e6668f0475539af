"""Celery only calls the drains: what is to be done stands in the database, so a lost message costs seconds."""

from __future__ import annotations

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings")

app = Celery("litmus")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["lms"])
