"""A browser that really starts: found, installed where that can be done, or missed in one sentence.

`python -m tests.browser` (tests/run.sh) installs what is missing and prints why no page can be opened, if none can.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import Error, sync_playwright

ARGUMENTS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update"]
PACKAGES = ("chromium", "libatomic1")  # the second for Playwright's driver, which a bare Debian cannot start without it
PATIENCE = 240  # seconds
# How wide a page is with everything on it unfolded: what is folded away is as wide as its summary.
WIDTH_UNFOLDED = """() => {
  const folded = [...document.querySelectorAll("main details:not([open])")];
  folded.forEach(each => { each.open = true; });
  const width = document.documentElement.scrollWidth;
  folded.forEach(each => { each.open = false; });
  return width;
}"""


def chromium() -> str | None:
    """Debian's Chromium, else Playwright's own download, else nothing; nothing too if it was seen not to start."""
    if os.environ.get("NO_BROWSER"):
        return None
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found:
        return found
    downloads = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH", Path.home() / ".cache" / "ms-playwright"))
    return next((str(path) for path in sorted(downloads.glob("chromium-*/chrome-linux*/chrome"))), None)


def launch() -> dict[str, Any]:
    """What Playwright must know to start it."""
    return {"executable_path": chromium(), "args": ARGUMENTS, "timeout": PATIENCE * 1000}


def fault() -> str:
    """Why no page can be opened, as a sentence; empty if one was."""
    driver = subprocess.run([sys.executable, "-m", "playwright", "--version"], capture_output=True, text=True)
    if driver.returncode:
        return f"Playwright's driver does not start ({reason(driver.stderr)})."
    if not chromium():
        return "Chromium is missing."
    try:
        with sync_playwright() as playwright, playwright.chromium.launch(**launch()) as browser:
            browser.new_page()
    except Error as error:
        return f"Chromium does not start ({reason(str(error))})."
    return ""


def reason(output: str) -> str:
    """The line of a failed start that says most."""
    library = re.search(r"error while loading shared libraries: (\S+):", output)
    if library:
        return f"{library[1]} is missing"
    return next((line.strip() for line in output.splitlines() if line.strip()), "it says nothing")


def install() -> None:
    """With the means of this machine; what goes wrong shows afterwards, when the browser is started again."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"Installing {' and '.join(PACKAGES)} for the browser tests …", file=sys.stderr)
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *PACKAGES]):
            subprocess.run(["apt-get", *command], env=quiet, capture_output=True)
    if fault() == "Chromium is missing.":
        print("Downloading Chromium for the browser tests …", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], capture_output=True)


def main() -> None:
    wrong = fault()
    if wrong:
        install()
        wrong = fault()
    if wrong:
        print(f"{wrong} The browser tests were not run. On Debian, as root: apt-get install {' '.join(PACKAGES)}")


if __name__ == "__main__":
    main()
