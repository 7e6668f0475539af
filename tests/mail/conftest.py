"""A real SMTP server beside the test, and processes that really die."""

from __future__ import annotations

import asyncio
import os
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.message import Message as Letter
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import connection


class Post:
    """Keeps what it accepts; refuses whom it is told to; stops at a letter until somebody lets it go on."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []
        self.refused: set[str] = set()
        self.gone_after: int | None = None
        self.stop_at = 0
        self.stopped = threading.Event()
        self.go_on = threading.Event()

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refused:
            return "550 no such person here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.gone_after is not None and len(self.letters) >= self.gone_after:
            server.transport.abort()
            return "421 going away"
        self.letters.append(message_from_bytes(envelope.content or b""))
        if len(self.letters) == self.stop_at:
            self.stopped.set()
            await asyncio.to_thread(self.go_on.wait, 120)
        return "250 OK"

    def arrived(self) -> Counter[str]:
        """How often a letter came to each address."""
        return Counter(letter["To"] for letter in self.letters)


class OnAnyPort(Controller):
    """The system chooses the port; aiosmtpd must read it from the socket before it knocks there."""

    def _trigger_server(self) -> None:
        assert self.server
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture
def post(settings: Any) -> Iterator[Post]:
    handler = Post()
    controller = OnAnyPort(handler, hostname="127.0.0.1", port=0, ready_timeout=120)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = controller.port
    settings.EMAIL_TIMEOUT = 120
    yield handler
    handler.go_on.set()
    controller.stop()


def in_a_process(work: Callable[[], object]) -> int:
    """Runs `work` in a child that shares nothing but the database; its process id."""
    connection.close()
    child = os.fork()
    if child:
        return child
    try:
        connection.connection = None
        work()
    finally:
        os._exit(0)
