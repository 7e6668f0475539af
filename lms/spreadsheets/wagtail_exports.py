"""The editing area's own reports (site history, workflows, redirects …) as CSV: their cells are defused as ours are.

Wagtail writes them as they are. Titles and comments come from editors, names from a directory. In its workbooks
Wagtail already turns formulas into texts.
"""

from __future__ import annotations

from typing import Any

from wagtail.admin.views.mixins import SpreadsheetExportMixin

from lms.spreadsheets.cells import cell_text


def defuse_wagtail_exports() -> None:
    """Called once, at the start."""
    SpreadsheetExportMixin.write_csv_row = _write_csv_row


def _write_csv_row(view: Any, writer: Any, row_dict: dict[str, Any]) -> Any:
    cells = {name: view.preprocess_field_value(name, value, view.FORMAT_CSV) for name, value in row_dict.items()}
    return writer.writerow(
        {name: value if _is_number(value) else cell_text(str(value)) for name, value in cells.items()}
    )


def _is_number(value: object) -> bool:
    return value is None or isinstance(value, (int, float))
