"""`make accessibility`: three engines, every page and state, languages, widths and colour schemes (outside the gate).

Prints a table and writes lms/accessibility.json, which the site's accessibility statement reads. QUICK=1 looks
at each state twice instead of twelve times: in English, narrow and light, and in Arabic, wide and dark.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from certification.ledger import clock
from lms import accessibility
from lms.demo.demo_organisation import ORIGIN
from tests.accessibility.engines import ENGINES, NOT_OURS, Finding
from tests.accessibility.states import furnish
from tests.accessibility.visiting import Look, visiting
from tests.test_permissions import world as world  # the fixture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

QUICK = bool(os.environ.get("QUICK"))
FULL = [
    Look(language, width, scheme)
    for language in ("en", "fr", "ar")
    for width in (320, 1280)
    for scheme in ("light", "dark")
]
LOOKS = [Look("en", 320, "light"), Look("ar", 1280, "dark")] if QUICK else FULL
Seen = dict[tuple[str, str], Counter[Finding]]
"""{(state, engine): findings of all looks together}."""


def test_three_engines(
    browser: Browser, live_server: Any, world: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "ledger_origin", lambda: ORIGIN)
    visitors = furnish(world)
    seen: Seen = {(state.name, engine.name): Counter() for state in visitors.states for engine in ENGINES}
    for done, look in enumerate(LOOKS, 1):
        with visiting(browser, live_server.url, visitors, look) as visit:
            for state in visitors.states:
                page = visit.go(state)
                for engine in ENGINES:
                    seen[state.name, engine.name].update(engine.look(page))
        print(f"{look}: {len(visitors.states)} pages and states", flush=True)
        write_results(seen, len(visitors.states), LOOKS[:done])
    print("\n".join(table(seen)))
    assert sum(ours(found) for found in seen.values()) == 0


def ours(found: Counter[Finding]) -> int:
    return sum(times for finding, times in found.items() if not finding.excuse)


def table(seen: Seen) -> Iterator[str]:
    yield f"{'page or state':<44} {'engine':<18} {'ours':>5} {'not ours':>9}"
    for (state, engine), found in seen.items():
        mine = ours(found)
        yield f"{state:<44} {engine:<18} {mine:>5} {found.total() - mine:>9}"
    kinds = Counter[tuple[str, str, str, str]]()
    for (state, _engine), found in seen.items():
        for finding, times in found.items():
            kinds[finding.engine, finding.rule, finding.excuse or f"OURS: {finding.html}", state] += times
    yield ""
    for (engine, rule, why, state), times in sorted(kinds.items()):
        yield f"{engine} {rule} x{times} on {state}: {why}"


def write_results(seen: Seen, pages: int, looks: list[Look]) -> None:
    """What the statement reads: of these looks, so that it says no more than was done."""
    total = Counter[str]()
    excused = Counter[tuple[str, str]]()
    for (_state, engine), found in seen.items():
        total[engine] += ours(found)
        for finding, times in found.items():
            if finding.excuse:
                excused[finding.engine, finding.excuse] += times
    rules = {(engine, reason): rule for engine, rule, _pattern, reason in NOT_OURS}
    results = {
        "on": clock.machine_now().date().isoformat(),
        "pages": pages,
        "languages": sorted({look.language for look in looks}),
        "widths": sorted({look.width for look in looks}),
        "schemes": sorted({look.scheme for look in looks}),
        "engines": [
            {
                "engine": each.name,
                "version": each.version,
                "visits": pages * len(looks),
                "ours": total[each.name],
                "not_ours": sum(times for (engine, _reason), times in excused.items() if engine == each.name),
            }
            for each in ENGINES
        ],
        "not_ours": [[*key[:1], rules[key], times, key[1]] for key, times in sorted(excused.items())],
    }
    accessibility.RESULTS.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
