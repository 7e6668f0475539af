"""`make demo`: set the demonstration up if need be, then run the site and its drains until it is stopped."""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DEFAULT_DB_ALIAS

from certification.ledger import keys
from certification.ledger.signer import Signer
from lms import catalogues, old_history
from lms.demo import building
from lms.demo.demo_organisation import PERSONAS
from lms.demo.history import PASSWORD


class Command(BaseCommand):
    help = "Build the demonstration organisation if it is not there, and run the demonstration site on loopback."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--reset", action="store_true", help="throw the demonstration's data away first")
        parser.add_argument("--build-only", action="store_true", help="set everything up, but do not run the site")

    def handle(self, *args: Any, reset: bool, build_only: bool, **options: Any) -> None:
        port = int(os.environ.get("PORT", "8000"))
        if not build_only:
            check_port(port)
        catalogues.compile_all()
        try:
            if not reset and (refusal := old_history.refusal(DEFAULT_DB_ALIAS)):
                raise CommandError(refusal)
            if reset:
                building.throw_away()
                self._build()
            elif not building.ready():
                building.make_way()
                self._build()
            if settings.LEDGER_KEY_FILE.exists():
                keys.publish_keys(Signer.from_file(settings.LEDGER_KEY_FILE))
        except (building.NotADemoSite, building.UnknownDemo) as error:
            raise CommandError(str(error)) from error
        collect_static()
        if not build_only:
            self._greet(port)
            sys.exit(serve(port))

    def _build(self) -> None:
        self.stdout.write("Setting up the demonstration. This happens once and takes a few minutes.")
        begun = time.monotonic()
        logging.getLogger("litmus").setLevel(logging.WARNING)  # two years of drains would fill the screen
        building.build(lambda line: self.stdout.write(f"  {line}"))
        self.stdout.write(f"Done in {time.monotonic() - begun:.0f} seconds.")

    def _greet(self, port: int) -> None:
        address = f"http://127.0.0.1:{port}"
        lines = [
            "",
            f"Litmus, demonstration site:  {address}/demo/",
            "Become anybody with one click there, or sign in with a staff number and the password",
            f"  {PASSWORD}",
            *(f"  {persona.number:<16} {persona.slug}" for persona in PERSONAS),
            f"The editors' admin: {address}/admin/ (demo-editor, demo-reviewer).  Stop with Ctrl+C.",
            "",
        ]
        self.stdout.write("\n".join(lines))
        self.stdout.flush()


def check_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise CommandError(
                f"Port {port} is in use. Stop what runs there, or choose another: make demo PORT={port + 1}"
            ) from error


def collect_static() -> None:
    """Only when something newer than the last collection lies in the themes."""
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    newest = max(path.stat().st_mtime for folder in settings.STATICFILES_DIRS for path in folder.rglob("*"))
    if not stamp.exists() or stamp.stat().st_mtime < newest:
        call_command("collectstatic", interactive=False, verbosity=0)
        stamp.touch()


def web_command(port: int) -> list[str]:
    """Many threads: no proxy reads slow visitors' requests whole, and each of them holds one."""
    options = {
        "--bind": f"127.0.0.1:{port}",
        "--workers": "2",
        "--threads": "32",
        "--log-level": "warning",
        "--worker-tmp-dir": str(settings.VAR_DIR),
    }
    return [sys.executable, "-m", "gunicorn", "lms.wsgi", *(part for pair in options.items() for part in pair)]


def serve(port: int) -> int:
    """The web process and the drain process, both ended together."""
    python = sys.executable
    web = subprocess.Popen(web_command(port))  # noqa: S603
    drain = subprocess.Popen([python, str(settings.BASE_DIR / "manage.py"), "drain"])  # noqa: S603
    signal.signal(signal.SIGTERM, lambda *_: web.terminate())
    try:
        return web.wait()
    except KeyboardInterrupt:
        web.terminate()
        return web.wait() and 0
    finally:
        drain.terminate()
        drain.wait()
