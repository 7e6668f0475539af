"""The schedule of the editors: pages go live and go offline at the time that was set."""

from __future__ import annotations

import logging
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from wagtail.models import Page, Revision

from certification.ledger import clock
from lms.refusals import Refused

logger = logging.getLogger("litmus.content")


def publish_due(at: datetime) -> int:
    """Publishes what is scheduled up to `at` and takes down what expired; returns how many pages changed.

    Each for itself: one that cannot go live loses its schedule, stays a draft and is logged; the others go on.
    """
    done = 0
    for page in Page.objects.filter(live=True, expire_at__lt=at).order_by("expire_at"):
        done += _go_offline(page)
    for revision in Revision.objects.filter(approved_go_live_at__lte=at).order_by("approved_go_live_at"):
        done += _go_live(revision)
    return done


def _go_offline(page: Page) -> bool:
    """What a path asks for stays, whatever its schedule says; the page keeps its date, so that it is seen."""
    try:
        page.specific.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")
    except Refused as refusal:
        logger.warning("A page stays published", extra={"page": page.pk, "reasons": refusal.sentence})
        return False
    return True


def _go_live(revision: Revision) -> bool:
    try:
        with transaction.atomic():
            _catch_up(revision)
            revision.publish(log_action="wagtail.publish.scheduled")
    except ValidationError as error:
        Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=None)
        reasons = " ".join(error.messages)
        logger.warning("A scheduled page stays a draft", extra={"revision": revision.pk, "reasons": reasons})
        return False
    except Exception:
        logger.exception("A scheduled page could not be published", extra={"revision": revision.pk})
        return False
    return True


def _catch_up(revision: Revision) -> None:
    """Wagtail asks the machine's clock; a demo site's may be ahead of it, and then the schedule is past already."""
    wanted = revision.as_object().go_live_at
    if wanted and wanted > clock.machine_now():
        revision.content = {**revision.content, "go_live_at": None}
        revision.save(update_fields=["content"])
