"""Three engines that look for barriers in a page as it stands in the browser, and say in one shape what they found."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import Page

VENDOR = Path(__file__).parent / "vendor"
AXE_FILE = Path(str(axe_playwright_python.__file__)).with_name("axe.min.js")
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
UNFOLD = "document.querySelectorAll('details').forEach(each => { each.open = !each.matches('.menu') })"

RUN_AXE = """async tags => (await axe.run(document, {
    runOnly: {type: "tag", values: tags}, resultTypes: ["violations"]
  })).violations.flatMap(rule => rule.nodes.map(node => [rule.id, node.html]))"""
RUN_IBM = """async () => (await new ace.Checker().check(document, ["WCAG_2_2"])).results
  .filter(each => each.value[0] === "VIOLATION" && each.value[1] === "FAIL").map(each => [each.ruleId, each.snippet])"""
RUN_HTMLCS = """() => new Promise((resolve, reject) => {
  const told = () => resolve(HTMLCS.getMessages().filter(each => each.type === HTMLCS.ERROR)
    .map(each => [each.code, each.element.outerHTML || each.element.nodeName]));
  HTMLCS.process("WCAG2AA", document, told, reject, "en");
})"""


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule of an engine, and the beginning of the element it points to."""

    engine: str
    rule: str
    html: str

    @property
    def excuse(self) -> str:
        """Why it is no fault of ours; empty where it is one."""
        for engine, rule, pattern, reason in NOT_OURS:
            if engine == self.engine and rule in self.rule and re.search(pattern, self.html):
                return reason
        return ""


@dataclass(frozen=True, slots=True)
class Engine:
    name: str
    version: str
    file: Path
    present: str  # an expression that is true where its script has run
    script: str
    argument: Any = None

    def look(self, page: Page) -> list[Finding]:
        """What it finds in a page whose context bypasses the content security policy: an engine is an inline script."""
        if not page.evaluate(self.present):
            page.evaluate(source(self.file))
        found: Iterable[tuple[str, str]] = page.evaluate(self.script, self.argument)
        return [Finding(self.name, rule, " ".join(html.split())[:200]) for rule, html in found]


@cache
def source(file: Path) -> str:
    """In the page's own scope, and with nothing given back: Playwright would carry a whole engine over."""
    return f"{file.read_text(encoding='utf-8')}\n;void 0"


AXE = Engine("axe", "4.12.1", AXE_FILE, "typeof axe === 'object'", RUN_AXE, WCAG)
IBM = Engine("IBM Equal Access", "4.0.34", VENDOR / "ace.js", "typeof ace === 'object'", RUN_IBM)
HTMLCS = Engine("HTML_CodeSniffer", "2.5.1", VENDOR / "HTMLCS.js", "typeof HTMLCS === 'object'", RUN_HTMLCS)
ENGINES = (AXE, IBM, HTMLCS)

NOT_OURS: list[tuple[str, str, str, str]] = [
    (
        IBM.name,
        "aria_form_label_unique",
        "<form",
        "A form without a name is no landmark, so that there is nothing to tell apart.",
    ),
]
"""(engine, part of the rule's name, pattern of the element, why it is no fault)."""
