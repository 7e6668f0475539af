"""600 people in a ten-question quiz at once, on PostgreSQL and the real server: `make bench-quiz`.

Everyone opens the questions within a minute, thinks 20 to 40 seconds before each answer (some change their mind), and
every answer is saved as it is given, the whole form each time, as the page's script does. Then sixty press "Hand in"
within the same second, while the others go on; every tenth presses twice at once. What is handed in is the bare form,
so that only what was saved before counts. About nine minutes; QUICK=1: about one, with 60 people: not that load.

Needs DATABASE_URL with a PostgreSQL whose role may create databases; uses one of its own there and drops it. With
REDIS_URL, cache and sessions are in Redis. The last line is one JSON object; exit 1 if anything is lost or doubled.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import signal
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings")
import tests.environment  # noqa: F401  isort: skip

REFUSAL = (
    "make bench-quiz measures on PostgreSQL: set DATABASE_URL, such as postgres://role:password@127.0.0.1:5432/postgres,"
    " with a role that may create databases. On SQLite one writer at a time would be what is measured."
)
if not os.environ.get("DATABASE_URL", "").startswith(("postgres://", "postgresql://")):
    sys.exit(REFUSAL)

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.core.cache import cache  # noqa: E402
from django.db import OperationalError, connection  # noqa: E402
from django.http import QueryDict  # noqa: E402
from django.test import Client  # noqa: E402
from redis.exceptions import ConnectionError as RedisConnectionError  # noqa: E402

from certification.ledger import clock  # noqa: E402
from certification.ledger.models import Opening, Pending  # noqa: E402
from content.editions import Module  # noqa: E402
from courses.completions.models import Completion  # noqa: E402
from courses.learning import flow  # noqa: E402
from courses.learning.models import Enrolment  # noqa: E402
from courses.player import quiz_page  # noqa: E402
from lms.people.models import User  # noqa: E402
from quizzes import attempts  # noqa: E402
from quizzes.models import Attempt, Response  # noqa: E402
from tests import databases  # noqa: E402
from tests.bench import accounts  # noqa: E402
from tests.bench.pages import ready_for_quiz  # noqa: E402
from tests.bench.quiz_load import EXPECTED, Pace  # noqa: E402
from tests.bench.quiz_server import THREADS, WORKERS, Server, drive  # noqa: E402
from tests.factories import make_user, sign_in  # noqa: E402
from tests.journeys.organisation import night, open_for_business  # noqa: E402
from tests.quizzes import posting  # noqa: E402

STATED = Pace(learners=600, burst=60, arrivals=60, think=(20, 40))
QUICK = Pace(learners=60, burst=6, arrivals=6, think=(2, 4))
WARM = 16
MODULE = "m01"
AIM_MS = 300.0


def main() -> None:
    pace = QUICK if os.environ.get("QUICK") == "1" else STATED
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Stopped."))  # so that server and database go with it
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    copy = databases.copy()
    try:
        cache.get("anything")
        copy.set_up()
    except OperationalError as error:
        sys.exit(f"PostgreSQL cannot be used as DATABASE_URL says: {error}")
    except RedisConnectionError as error:
        sys.exit(f"Redis cannot be used as REDIS_URL says; start it, or unset REDIS_URL: {error}")
    with tempfile.TemporaryDirectory() as folder:
        try:
            good = bench(pace, Path(folder))
        finally:
            copy.tear_down()
    sys.exit(not good)


def bench(pace: Pace, folder: Path) -> bool:
    settings.LEDGER_KEY_FILE = folder / "ledger" / "signing-key"
    settings.EMAIL_FILE_PATH = folder / "mail"
    if pace is QUICK:
        print(f"QUICK: {pace.learners} people who think {pace.think[0]} to {pace.think[1]} s. NOT the stated load.")
    say(f"Building {pace.learners} learners in {MODULE}, with logins …")
    with contextlib.redirect_stdout(io.StringIO()):  # loading the curriculum tells what it loads
        open_for_business(["en"])
    users = [make_user(staff_number=f"bench-{number}") for number in range(pace.learners + WARM)]
    night()
    module = Module.objects.get(code=MODULE)
    enrolments = [ready_for_quiz(module, user) for user in users]
    visitors = [visitor(user, way) for user, way in zip(users, enrolments, strict=True)]
    asked = len(attempts.questions(flow.sitting(enrolments[0], 1, clock.now())))
    todo = {"pace": asdict(pace), "questions": asked, "visitors": visitors}
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # a database in use has statistics: autovacuum takes them within a minute
    connection.close()
    try:
        with Server(folder) as server:
            say(f"Driving the load from a process of its own, {asked} questions, {sum(pace.think) / 2:.0f} s each …")
            found = drive(server, todo, folder)
        return report(pace, found, verify(found), server)
    finally:
        sign_out(visitors)


def say(line: str) -> None:
    print(line, flush=True)


def visitor(user: User, way: Enrolment) -> dict[str, Any]:
    quiz = next(section["key"] for section in way.edition.structure["sections"] if section["quiz"])
    cookies = {name: morsel.value for name, morsel in sign_in(Client(), user).cookies.items()}
    return {
        "key": str(way.pk),
        "page": f"/learn/{way.pk}/{quiz}/",
        "cookies": cookies,
        "right": posting.right_fields(way),
    }


def sign_out(visitors: list[dict[str, Any]]) -> None:
    """The database is dropped, but sessions may also lie in a Redis that others use."""
    for one in visitors:
        client = Client()
        client.cookies.load(one["cookies"])
        client.session.flush()


def verify(found: dict[str, Any]) -> dict[str, Any]:
    """What the database says of every answer the server has acknowledged, and of every quiz it took."""
    taken = list(Attempt.objects.filter(subject__in=found["acknowledged"]).select_related("edition"))
    sitting = {attempt.subject: attempt for attempt in taken}
    sent = {
        key: quiz_page.posted(QueryDict(body), sitting[key]).answers if key in sitting else {"every question": [body]}
        for key, body in found["acknowledged"].items()
    }
    stored: dict[str, dict[str, list[str]]] = {}
    rows = Response.objects.filter(attempt__subject__in=sent).values_list("attempt__subject", "question", "chosen")
    for subject, question, chosen in rows:
        stored.setdefault(subject, {})[question] = chosen
    done = [
        str(evidence).removeprefix("attempt:") for evidence in Completion.objects.values_list("evidence", flat=True)
    ]
    marked = {attempt.subject for attempt in taken if attempt.submitted_at}
    missing = [key for key in found["handed_in"] if key not in marked]
    missing += [attempt.subject for attempt in taken if attempt.passed and str(attempt.pk) not in done]
    people = Opening.objects.filter(
        part="subject", entry__in=Pending.objects.filter(kind="completion").values("uuid")
    ).values_list("person", flat=True)
    return {
        "lost": accounts.lost(sent, stored),
        "missing": missing,
        "answers": sum(map(len, sent.values())),
        "completions": Completion.objects.count(),
        "doubled": {
            "attempts": accounts.surplus(attempt.subject for attempt in taken),
            "responses": accounts.surplus((subject, question) for subject, question, _ in rows),
            "completions": accounts.surplus(Completion.objects.values_list("person", "module")),
            "ledger entries": accounts.surplus(people),
        },
    }


def report(pace: Pace, found: dict[str, Any], checked: dict[str, Any], server: Server) -> bool:
    inside = {number for number in range(pace.burst)}
    burst = [one for one in found["requests"] if one["learner"] in inside and one["kind"] in ("submit", "result")]
    rest = [one for one in found["requests"] if one not in burst]
    sent = sum(one["kind"] == "answer" for one in found["requests"])
    lost = len(checked["lost"]) + len(checked["missing"])
    doubled = sum(checked["doubled"].values())
    figures = {
        "learners": pace.learners,
        "answers_sent": sent,
        "lost": lost,
        "doubled": doubled,
        "p50_ms": percent(rest, 0.5),
        "p95_ms": percent(rest, 0.95),
        "burst_p95_ms": percent(burst, 0.95),
        "cpu_ms_per_answer": round(accounts.between(server.cpu, found["begun"], found["ended"]) * 1000 / sent, 2),
    }
    surroundings(found, server)
    requests(rest, burst)
    evidence(checked, found, sent)
    against(pace, figures)
    print(json.dumps(figures))
    return not lost and not doubled and not found["wrong"]


def percent(requests: list[dict[str, Any]], share: float) -> float:
    return round(accounts.percentile([one["ms"] for one in requests], share), 1)


def surroundings(found: dict[str, Any], server: Server) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version'), current_setting('synchronous_commit')")
        version, commit = cursor.fetchone()
    begun, ended = found["begun"], found["ended"]
    wall = ended - begun
    print(f"{os.cpu_count()} cores, load average {' '.join(f'{one:.2f}' for one in server.load)} before, "
          f"{' '.join(f'{one:.2f}' for one in os.getloadavg())} after; {wall:.0f} s")  # fmt: skip
    print(f"PostgreSQL {version}, synchronous_commit {commit}; cache and sessions "
          f"{'in Redis' if settings.REDIS_URL else 'in memory and the database'}")  # fmt: skip
    print(f"gunicorn, {WORKERS} workers of {THREADS} threads, on loopback without a proxy; the drains run beside it")
    print(busy("Cores busy all the time", server, begun, ended) + f", the load itself {found['cpu'] / wall:.2f}")
    print(busy("Cores busy in the burst", server, found["burst"], found["burst"] + 2))
    print("The rest is PostgreSQL, Redis and whatever else runs here: measured beside others, it shows in the times")
    lag = found["lag_ms"]
    print(f"The load wakes late by {accounts.percentile(lag, 0.95):.1f} ms (p95), {max(lag):.0f} ms at most")
    steady = (
        begun + (found["pace"]["arrivals"]),
        min(one["sent"] for one in found["requests"] if one["kind"] == "submit"),
    )
    saves = sum(one["kind"] == "answer" and steady[0] < one["sent"] < steady[1] for one in found["requests"])
    if saves:
        cost = accounts.between(server.cpu, *steady) * 1000 / saves
        rate = saves / (steady[1] - steady[0])
        print(f"While all {accounts.at_once(found['seated'])} sit and answer: {rate:.1f} answers a second, "
              f"{cost:.2f} ms of the server's CPU each")  # fmt: skip


def busy(when: str, server: Server, begun: float, ended: float) -> str:
    machine, web, drains = (
        accounts.between(samples, begun, ended) / (ended - begun)
        for samples in (server.machine, server.cpu, server.drain_cpu)
    )
    return f"{when}: {machine:.2f}, of them gunicorn {web:.2f}, drains {drains:.2f}"


def requests(rest: list[dict[str, Any]], burst: list[dict[str, Any]]) -> None:
    print(
        f"{'request':<16}{'number':>8}{'p50':>8}{'p95':>8}{'p99':>8}{'most':>8}   ms at the client, until the last byte"
    )
    for name, group in (("", rest), (", burst", burst)):
        for kind in EXPECTED:
            some = [one for one in group if one["kind"] == kind]
            if some:
                print(
                    f"{kind + name:<16}{len(some):>8}"
                    + "".join(f"{percent(some, share):>8.1f}" for share in (0.5, 0.95, 0.99, 1))
                )


def evidence(checked: dict[str, Any], found: dict[str, Any], sent: int) -> None:
    print(f"{sent} answers sent, the last value of {checked['answers']} compared with the database; "
          f"{len(found['handed_in'])} handed in, {checked['completions']} completions (warming too)")  # fmt: skip
    for learner, question in checked["lost"][:10]:
        print(f"LOST: {question} of {learner}")
    for learner in checked["missing"][:10]:
        print(f"LOST: what {learner} handed in is not marked, or not completed")
    for what, number in checked["doubled"].items():
        if number:
            print(f"DOUBLED: {number} {what}")
    for line in found["wrong"][:10]:
        print(f"NOT AS EXPECTED: {line}")
    if found["wrong"]:
        print(f"{len(found['wrong'])} requests were not answered as expected: the times above are not to be trusted.")


def against(pace: Pace, figures: dict[str, Any]) -> None:
    for name in ("p95_ms", "burst_p95_ms"):
        print(f"{name} {figures[name]}: {figures[name] / AIM_MS:.2f} of the aim of {AIM_MS:.0f} ms")
    print("cpu_ms_per_answer is all of gunicorn's CPU, opening, handing in and results included, without PostgreSQL's")
    if pace is QUICK:
        print("QUICK: these figures are NOT those of the stated load.")


if __name__ == "__main__":
    main()
