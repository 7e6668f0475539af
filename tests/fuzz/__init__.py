"""Files as nobody thought of them: no crash, and no loss without a word.

In the gate the same few examples each time; `make fuzz` tries new ones for as long as it is let.
"""

from __future__ import annotations

import os

from hypothesis import settings

EXAMPLES = int(os.environ.get("FUZZ") or 0)
"""Examples a test in a long run; 0 in the gate."""


def fuzzed(in_gate: int) -> settings:
    return settings(max_examples=EXAMPLES or in_gate, derandomize=not EXAMPLES)
