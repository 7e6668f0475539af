"""Slow visitors: the demonstration goes on answering, and a real site without a proxy is warned."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lms.demo.management.commands.demo import web_command
from lms.slow_clients import check_slow_clients, warn_at_start

HALF = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-a: "
BODY = b"POST /accounts/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 900\r\n\r\nlog"


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    """The demonstration's own web process, on a database without tables: it answers, and says that it is not well."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free: int = probe.getsockname()[1]
    around = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    web = subprocess.Popen(web_command(free), env=around | {"VAR_DIR": str(tmp_path), "HTTPS": "0"})
    while health(free) is None:
        with pytest.raises(subprocess.TimeoutExpired):  # it runs, and is not ready yet
            web.wait(0.2)
    yield free
    web.terminate()
    web.wait()


def health(port: int) -> int | None:
    """The status of /healthz, or None while nobody listens."""
    asked = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        asked.request("GET", "/healthz")
        return asked.getresponse().status
    except ConnectionRefusedError:
        return None
    finally:
        asked.close()


@pytest.mark.parametrize("half", [HALF, BODY, b""])
def test_eight_half_sent_requests_do_not_stop_the_demonstration(port: int, half: bytes) -> None:
    slow = [socket.create_connection(("127.0.0.1", port)) for _visitor in range(8)]
    for each in slow:
        each.sendall(half)
    try:
        assert [health(port) for _try in range(4)] == [503] * 4
        for each in slow:
            each.sendall(b"x")
        assert health(port) == 503
    finally:
        for each in slow:
            each.close()


@pytest.mark.parametrize(("https", "proxies", "warned"), [(True, 0, True), (True, 1, False), (False, 0, False)])
def test_a_site_without_a_proxy_is_warned(
    settings: Any, caplog: pytest.LogCaptureFixture, https: bool, proxies: int, warned: bool
) -> None:
    settings.HTTPS, settings.ALLAUTH_TRUSTED_PROXY_COUNT = https, proxies
    assert bool(check_slow_clients(None)) is warned
    warn_at_start()
    assert ("BEHIND_PROXY=1" in caplog.text) is warned
