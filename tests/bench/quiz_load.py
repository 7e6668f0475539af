"""The load of `make bench-quiz`, a process of its own that knows HTTP and HTML only: `python -m tests.bench.quiz_load`.

Reads what to do from the file named first and writes what happened to the file named second, both JSON. Times are those
of the system's monotonic clock, which the process that measures the server shares. Every request opens a connection:
between two answers a person thinks longer than a server keeps one open.
"""

from __future__ import annotations

import asyncio
import http.client
import io
import json
import random
import sys
import time
from dataclasses import asdict, dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

from tests.bench.quiz_form import Chosen, QuizForm, autosave_body, bare_body, choose, read

PATIENCE = 60  # seconds; whoever waits longer got no answer
EXPECTED = {"open": 200, "answer": 204, "submit": 302, "result": 200}


@dataclass(frozen=True)
class Pace:
    """Seconds. `burst` = how many press in the same second, `settle` after the last of them has answered."""

    learners: int
    burst: int
    arrivals: float
    think: tuple[float, float]
    settle: float = 3.0
    change: float = 0.1
    twice: float = 0.1
    know: float = 0.8
    seed: int = 20261121


@dataclass(frozen=True)
class Sitting:
    """One person's plan: when they come, how long they think, where they change their mind, how they hand in."""

    arrive: float
    pauses: list[float]
    changes: list[bool]
    knows: bool
    twice: bool
    burst: bool
    last_look: float


@dataclass
class Seen:
    """One request as its sender saw it: `sent` in seconds, `ms` until the last byte; `status` 0 = no answer."""

    learner: int
    kind: str
    sent: float
    ms: float
    status: int


@dataclass
class Log:
    requests: list[Seen] = field(default_factory=list)
    acknowledged: dict[str, str] = field(default_factory=dict)
    handed_in: list[str] = field(default_factory=list)
    seated: list[tuple[float, float]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    lag_ms: list[float] = field(default_factory=list)


def plan(pace: Pace, questions: int) -> list[Sitting]:
    """The sittings, the same for the same seed. Who hands in in the burst comes first."""
    return [sitting(pace, questions, number) for number in range(pace.learners)]


def sitting(pace: Pace, questions: int, number: int) -> Sitting:
    chance = random.Random(f"{pace.seed}:{number}")
    burst = number < pace.burst
    return Sitting(
        arrive=chance.uniform(0, pace.arrivals / 10 if burst else pace.arrivals),
        pauses=[chance.uniform(*pace.think) for _ in range(questions)],
        changes=[chance.random() < pace.change for _ in range(questions)],
        knows=chance.random() < pace.know,
        twice=chance.random() < pace.twice,
        burst=burst,
        last_look=chance.uniform(0, 1) if burst else chance.uniform(*pace.think),
    )


def burst_at(sittings: list[Sitting], settle: float) -> float:
    """When the burst begins: everybody in it has answered everything."""
    return max(one.arrive + sum(one.pauses) + 3 * sum(one.changes) for one in sittings if one.burst) + settle


class Site:
    """Speaks HTTP with the server, and notes every request."""

    def __init__(self, base: str, log: Log) -> None:
        self.host = urlsplit(base).netloc
        self.log = log

    async def ask(self, who: Visitor, kind: str, path: str, body: str | None = None) -> tuple[int, str, str]:
        """(status, where it leads, page)."""
        sent = time.monotonic()
        try:
            raw = await asyncio.wait_for(self.exchange(who.request(self.host, path, body)), PATIENCE)
        except (OSError, TimeoutError):
            raw = b""
        took = (time.monotonic() - sent) * 1000
        status, headers, page = parsed(raw)
        if status == 200 and kind != "answer":
            who.remember(headers)
        self.log.requests.append(Seen(who.number, kind, sent, took, status))
        if status != EXPECTED[kind]:
            self.log.wrong.append(f"{kind} of learner {who.number}: {status or 'no answer'}")
        return status, headers.get("Location", "") if headers else "", page

    async def exchange(self, request: bytes) -> bytes:
        host, port = self.host.split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        try:
            writer.write(request)
            return await reader.read()
        finally:
            writer.close()


class Visitor:
    """A learner's browser: cookies, the requests it writes, and what its owner knows."""

    def __init__(self, number: int, key: str, page: str, cookies: dict[str, str], right: Chosen) -> None:
        self.number, self.key, self.page, self.cookies, self.right = number, key, page, dict(cookies), right
        self.turn = 0

    def request(self, host: str, path: str, body: str | None) -> bytes:
        lines = [
            f"{'GET' if body is None else 'POST'} {path} HTTP/1.1",
            f"Host: {host}",
            "Accept-Language: en",
            "Connection: close",
            "Cookie: " + "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
        ]
        if body is not None:
            lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
        return ("\r\n".join(lines) + "\r\n\r\n" + (body or "")).encode()

    def remember(self, headers: http.client.HTTPMessage | None) -> None:
        for line in (headers.get_all("Set-Cookie") or []) if headers else []:
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}


class Socket:
    """What http.client wants to read from."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw

    def makefile(self, mode: str) -> io.BytesIO:
        return io.BytesIO(self.raw)


def parsed(raw: bytes) -> tuple[int, Any, str]:
    """(status, headers, page); status 0 where there is no whole answer."""
    answer = http.client.HTTPResponse(cast(Any, Socket(raw)))
    try:
        answer.begin()
        return answer.status, answer.headers, answer.read().decode()
    except (http.client.HTTPException, OSError, ValueError):
        return 0, {}, ""


async def sit(site: Site, who: Visitor, mine: Sitting, begun: float, burst: float) -> None:
    """One person from opening the questions to the result."""
    await until(begun + mine.arrive)
    came = time.monotonic()
    _status, _to, page = await site.ask(who, "open", who.page)
    form = read(page)
    chance = random.Random(f"{who.number}:answers")
    given: Chosen = {}
    for question, pause, changes in zip(form.questions, mine.pauses, mine.changes, strict=True):
        await asyncio.sleep(pause)
        if changes:
            await save(site, who, form, given | choose(question, chance, {}))
            await asyncio.sleep(min(3, pause / 10))
        given |= choose(question, chance, who.right if mine.knows else {})
        await save(site, who, form, given)
    if mine.burst:
        await until(begun + burst + mine.last_look)
    else:
        await asyncio.sleep(mine.last_look)
    await hand_in(site, who, form, mine.twice)
    site.log.seated.append((came, time.monotonic()))


async def save(site: Site, who: Visitor, form: QuizForm, given: Chosen) -> None:
    who.turn += 1
    body = autosave_body(form, given, who.turn)
    status, _to, _page = await site.ask(who, "answer", form.autosave, body)
    if status == EXPECTED["answer"]:
        site.log.acknowledged[who.key] = body


async def hand_in(site: Site, who: Visitor, form: QuizForm, twice: bool) -> None:
    """Press the button, some twice at once, and read the result."""
    presses = [site.ask(who, "submit", form.submit, bare_body(form)) for _ in range(2 if twice else 1)]
    for status, to, _page in await asyncio.gather(*presses):
        if status == EXPECTED["submit"]:
            await site.ask(who, "result", to.partition("#")[0])  # a browser keeps the fragment to itself
            site.log.handed_in.append(who.key)
            return


async def until(moment: float) -> None:
    await asyncio.sleep(max(0.0, moment - time.monotonic()))


async def watch_lag(log: Log) -> None:
    """How late this process wakes: what its own slowness adds to the times it measures."""
    while True:
        wanted = time.monotonic() + 0.05
        await asyncio.sleep(0.05)
        log.lag_ms.append((time.monotonic() - wanted) * 1000)


async def run(todo: dict[str, Any]) -> dict[str, Any]:
    pace, log = Pace(**todo["pace"] | {"think": tuple(todo["pace"]["think"])}), Log()
    people = [Visitor(number, **one) for number, one in enumerate(todo["visitors"])]
    await warm(todo, people[pace.learners :])
    sittings = plan(pace, todo["questions"])
    site, burst, begun = Site(todo["base"], log), burst_at(sittings, pace.settle), time.monotonic() + 1
    watching, cpu = asyncio.create_task(watch_lag(log)), time.process_time()
    each = [sit(site, who, mine, begun, burst) for who, mine in zip(people[: pace.learners], sittings, strict=True)]
    ends = await asyncio.gather(*each, return_exceptions=True)
    watching.cancel()
    log.wrong += [repr(end) for end in ends if isinstance(end, BaseException)]
    times = {"begun": begun, "burst": begun + burst, "ended": time.monotonic(), "cpu": time.process_time() - cpu}
    return asdict(log) | times


async def warm(todo: dict[str, Any], people: list[Visitor]) -> None:
    """People who are not counted, without thinking: a server has imported and prepared everything once."""
    pace = Pace(learners=len(people), burst=0, arrivals=2, think=(0, 0.1))
    site, begun = Site(todo["base"], Log()), time.monotonic()
    each = [sit(site, who, mine, begun, 0) for who, mine in zip(people, plan(pace, todo["questions"]), strict=True)]
    await asyncio.gather(*each)
    if site.log.wrong:
        sys.exit(f"The server does not answer as it should before the load begins: {site.log.wrong[0]}.")


def main() -> None:
    todo, done = map(Path, sys.argv[1:])
    done.write_text(json.dumps(asyncio.run(run(json.loads(todo.read_text())))))


if __name__ == "__main__":
    main()
