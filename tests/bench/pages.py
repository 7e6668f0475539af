"""Server CPU milliseconds for a learner's pages, the database included: `make bench`.

On SQLite the database runs in this process, so its CPU is counted; on PostgreSQL only the client's side is. Every page
is asked for through the whole stack of middleware by Django's test client. The last line is one JSON object.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings")
import tests.environment  # noqa: F401  isort: skip

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.cache import cache  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.client import ClientHandler  # noqa: E402

from certification.ledger import clock  # noqa: E402
from content.editions import Module  # noqa: E402
from courses.learning import enrolments, flow  # noqa: E402
from courses.learning.models import Enrolment, SectionDone  # noqa: E402
from lms.people.models import User  # noqa: E402
from quizzes import attempts  # noqa: E402
from tests import databases  # noqa: E402
from tests.factories import make_user, sign_in  # noqa: E402
from tests.journeys.organisation import night, open_for_business  # noqa: E402
from tests.quizzes import posting  # noqa: E402

REQUESTS = 500
LEARNERS = 168  # each takes the quiz once: open, submit, result = 504 requests
WARM = 20
FORM = "application/x-www-form-urlencoded"
AIMS = {"module_page": 5.0, "dashboard": None, "quiz": 50.0}


def main() -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    copy = databases.copy()
    copy.set_up()
    with tempfile.TemporaryDirectory() as folder:
        settings.LEDGER_KEY_FILE = Path(folder) / "ledger" / "signing-key"
        settings.EMAIL_FILE_PATH = Path(folder) / "mail"
        try:
            report(measure())
        finally:
            copy.tear_down()


def measure() -> dict[str, list[float]]:
    people = open_for_business(["en"])
    learners = [make_user(staff_number=f"bench-{number}") for number in range(LEARNERS + WARM)]
    night()
    cache.clear()
    module = Module.objects.get(code="m01")
    reader = sign_in(Client(), people["en"])
    enrolment = enrolments.start(people["en"].person, module, clock.now())
    section = enrolment.edition.structure["sections"][1]["key"]
    page = f"/learn/{enrolment.pk}/{section}/"
    return {
        "module_page": timed(lambda: get(reader, page), REQUESTS),
        "dashboard": timed(lambda: get(reader, "/learn/"), REQUESTS),
        "quiz": quizzes(module, learners),
    }


def timed(call: Callable[[], Any], times: int) -> list[float]:
    """CPU milliseconds of each call, after warming."""
    for _ in range(WARM):
        call()
    return [cpu(call) for _ in range(times)]


def cpu(call: Callable[[], Any]) -> float:
    begun = time.process_time()
    call()
    return (time.process_time() - begun) * 1000


def get(client: Client, path: str) -> None:
    response = client.get(path)
    if response.status_code != 200:
        sys.exit(f"{path} answered {response.status_code}: the benchmark measures pages that work.")


def quizzes(module: Module, learners: list[User]) -> list[float]:
    """Opening the questions, one submission that passes and completes the module, and its result."""
    handler = ClientHandler(enforce_csrf_checks=False)
    handler.load_middleware()  # a server does this once, when it starts; every test client would do it again
    sittings = [sitting(module, user, handler) for user in learners]
    return [cpu(one) for one in sittings][WARM:]


def sitting(module: Module, user: User, handler: ClientHandler) -> Callable[[], None]:
    enrolment = ready_for_quiz(module, user)
    quiz = next(each["key"] for each in enrolment.edition.structure["sections"] if each["quiz"])
    assert enrolment.edition.quiz_edition is not None
    asked = {
        posting.name(enrolment, each["key"]) for each in attempts.questions(flow.sitting(enrolment, 1, clock.now()))
    }
    right = posting.right_fields(enrolment).items()
    data = {"attempt": "1", **{name: value for name, value in right if name.partition(".")[0] in asked}}
    client, form = sign_in(Client(), user), urlencode(data, doseq=True)
    client.handler = handler

    def take() -> None:
        get(client, f"/learn/{enrolment.pk}/{quiz}/")
        answer = client.post(f"/learn/{enrolment.pk}/quiz/submit/", form, content_type=FORM)
        get(client, answer["Location"])

    return take


def ready_for_quiz(module: Module, user: User) -> Enrolment:
    at = clock.now()
    enrolment = enrolments.start(user.person, module, at)
    SectionDone.objects.bulk_create(
        SectionDone(enrolment=enrolment, section=section["key"], at=at)
        for section in enrolment.edition.structure["sections"]
        if not section["quiz"]
    )
    return enrolment


def report(found: dict[str, list[float]]) -> None:
    figures: dict[str, Any] = {"database": connection.vendor, "requests": REQUESTS}
    print(f"{'page':<14} {'median':>8} {'p95':>8}   CPU ms, {connection.vendor}")
    for name, values in found.items():
        median, p95 = statistics.median(values), statistics.quantiles(values, n=20)[18]
        aim = AIMS[name]
        against = f"   {median / aim:.2f} of the aim of {aim:.0f} ms" if aim else ""
        print(f"{name:<14} {median:8.2f} {p95:8.2f}{against}")
        figures[f"{name}_cpu_ms"] = round(median, 2)
        figures[f"{name}_cpu_ms_p95"] = round(p95, 2)
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
