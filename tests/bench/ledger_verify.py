"""One verification of the ledger in DATABASE_URL, or the bare fetching and hashing, and what memory it took.

The argument: `bare`, or how many processes verify. Prints one line of JSON.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

import django

from tests import environment  # noqa: F401 - what the settings need, before Django reads them

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings")
django.setup()

from django.db import connection  # noqa: E402

from certification.ledger.verification import verify_ledger  # noqa: E402
from tests.bench.ledger_bare import fetch_and_hash  # noqa: E402


def rss_mb() -> float:
    """The most this process has held. Not `ru_maxrss`, which begins with what the process that started it held."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return round(int(status.split("VmHWM:")[1].split()[0]) / 1024, 1)


def main() -> None:
    what = sys.argv[1]
    connection.ensure_connection()
    before, start, cpu = rss_mb(), time.perf_counter(), time.process_time()
    if what == "bare":
        fetch_and_hash(connection.settings_dict["NAME"])
    else:
        report = verify_ledger(processes=int(what))
        if report.findings:
            sys.exit(f"The ledger of the benchmark is not valid: {report.findings[0].sentence}")
    spent = time.perf_counter() - start
    figures = {"seconds": spent, "cpu": time.process_time() - cpu, "rss_mb": rss_mb()}
    print(json.dumps(figures | {"grown_mb": round(rss_mb() - before, 1)}))


if __name__ == "__main__":
    main()
