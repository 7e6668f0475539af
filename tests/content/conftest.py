"""The pages around the modules, as every load finds or makes them."""

from __future__ import annotations

import pytest

from content.curriculum.site import ensure_locales, ensure_site
from tests.databases import ModuleRows


@pytest.fixture(scope="module")
def site_pages(module_rows: ModuleRows) -> None:
    """Home and courses in every language, for modules all of whose tests load something (`usefixtures`)."""
    module_rows(lambda: ensure_site(ensure_locales()))
