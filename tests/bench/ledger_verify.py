"""One verification of the ledger in DATABASE_URL, or the bare fetching and hashing, and what memory it took.

The argument: `bare`, or how many processes verify. Prints one line of JSON.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time

import django

from tests import environment  # noqa: F401 - what the settings need, before Django reads them

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings")
django.setup()

from django.db import connection  # noqa: E402

from certification.ledger.verification import verify_ledger  # noqa: E402
from tests.bench.ledger_bare import fetch_and_hash  # noqa: E402


def rss_mb() -> float:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)


def main() -> None:
    what = sys.argv[1]
    connection.ensure_connection()
    before, start = rss_mb(), time.perf_counter()
    if what == "bare":
        fetch_and_hash(connection.settings_dict["NAME"])
    else:
        report = verify_ledger(processes=int(what))
        if report.findings:
            sys.exit(f"The ledger of the benchmark is not valid: {report.findings[0].sentence}")
    spent = time.perf_counter() - start
    print(json.dumps({"seconds": spent, "rss_mb": rss_mb(), "grown_mb": round(rss_mb() - before, 1)}))


if __name__ == "__main__":
    main()
