"""What the editing area takes from the site itself; Wagtail imports this when it starts."""

from __future__ import annotations

from lms.spreadsheets.wagtail_exports import defuse_wagtail_exports

defuse_wagtail_exports()
