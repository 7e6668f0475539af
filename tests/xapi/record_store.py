"""A small learning record store that speaks xAPI's PUT and GET of one statement and POST of many over real HTTP, and
can misbehave: once (`misbehaviours`), always (`always`), or over single statements (`poison`)."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

KEY, SECRET = "clé", "пароль"
Misbehave = Callable[["Handler"], None]


class RecordStore(ThreadingHTTPServer):
    """`misbehaviours` are used up one a request, before the store behaves as it should."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.statements: dict[str, dict[str, Any]] = {}
        self.requests: list[str] = []
        self.connections: set[tuple[str, int]] = set()
        self.arrays: list[int] = []
        self.misbehaviours: list[Misbehave] = []
        self.always: Misbehave | None = None
        self.poison: dict[str, int] = {}
        self.takes_arrays: bool | int = True
        self.readable = True
        self.strict = False
        self.released = threading.Event()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/xapi"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hung up is what some of the tests are about."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: RecordStore

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self._admitted():
            self._store(json.loads(body))

    def do_GET(self) -> None:
        if self._admitted():
            self._show()

    def do_POST(self) -> None:
        """All of an array or nothing of it."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if not self._admitted():
            return None
        array = json.loads(body)
        self.server.arrays.append(len(array))
        if self.server.takes_arrays is not True:
            return self.answer(self.server.takes_arrays or 405)
        verdict = max((self._judge(statement) for statement in array), default=400)
        if verdict != 204:
            return self.answer(verdict, b"Something in it is wrong.")
        for statement in array:
            self._keep(statement)
        return self.answer(200, json.dumps([statement["id"] for statement in array]).encode())

    def _store(self, statement: dict[str, Any]) -> None:
        if self.headers["Content-Type"] != "application/json" or statement.get("id") != self._wanted():
            return self.answer(400, b"The statement id does not match.")
        verdict = self._judge(statement)
        if verdict == 204:
            self._keep(statement)
        return self.answer(verdict)

    def _judge(self, statement: dict[str, Any]) -> int:
        known = self.server.statements.get(statement["id"])
        if known is not None:
            same = not self.server.strict and all(known.get(k) == v for k, v in statement.items())
            return 204 if same else 409
        return self.server.poison.get(statement["id"], 204)

    def _keep(self, statement: dict[str, Any]) -> None:
        added = {"stored": "2026-11-20T09:00:01.000Z", "version": "1.0.0"}
        self.server.statements.setdefault(statement["id"], statement | added)

    def _show(self) -> None:
        statement = self.server.statements.get(self._wanted())
        if not self.server.readable:
            return self.answer(403)
        if statement is None:
            return self.answer(404)
        return self.answer(200, json.dumps(statement).encode())

    def _admitted(self) -> bool:
        self.server.requests.append(self.command)
        self.server.connections.add(self.client_address)
        wrong = self.server.misbehaviours.pop(0) if self.server.misbehaviours else self.server.always
        if wrong:
            wrong(self)
            return False
        wanted = "Basic " + base64.b64encode(f"{KEY}:{SECRET}".encode()).decode()
        if self.headers["Authorization"] != wanted or self.headers["X-Experience-API-Version"] != "1.0.3":
            self.answer(401, b"Who are you?")
            return False
        return True

    def _wanted(self) -> str:
        address = urlsplit(self.path)
        return parse_qs(address.query).get("statementId", [""])[0] if address.path == "/xapi/statements" else ""

    def answer(self, status: int, body: bytes = b"") -> None:
        self.send_response(status)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if status != 204:
            self.wfile.write(body)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Quiet."""


def status(code: int, body: bytes = b"") -> Misbehave:
    return lambda handler: handler.answer(code, body)


def hang(handler: Handler) -> None:
    """Says nothing until the test is over."""
    handler.server.released.wait(10)


def hang_up(handler: Handler) -> None:
    handler.close_connection = True
    handler.connection.close()
