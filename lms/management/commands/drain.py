"""Run the drains in a loop: all the background work of a site without Celery. Ends when its parent does."""

from __future__ import annotations

import os
import signal
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections

from lms import drains, rooms


class Command(BaseCommand):
    help = "Do what is due: freeze, assign, sequence, seal, deliver, send. Without --once, again and again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="run every drain once and stop")

    def handle(self, *args: Any, once: bool, **options: Any) -> None:
        if once:
            failed = drains.run_all()
            raise SystemExit(f"These drains failed, see the log: {', '.join(failed)}" if failed else 0)
        parent = os.getppid()
        stopped: list[int] = []
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda received, _frame: stopped.append(received))
        next_run = dict.fromkeys(rooms.drains(), 0.0)
        while not stopped and os.getppid() == parent:
            for drain in rooms.drains():
                if not stopped and time.monotonic() >= next_run[drain]:
                    drains.run_drain(drain)
                    next_run[drain] = time.monotonic() + drain.seconds
            close_old_connections()
            time.sleep(0.5)
