"""What a request may hold, looked at before any view: how much, no files where none are asked for, no characters that
a database refuses. Every refusal is a page with its status, never an error of ours.

The limits of single files stand where they are read: `content/uploads/kinds.py`, `quizzes/exchange/views.py`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.template import loader

from lms.day_range import FIRST_DAY, LAST_DAY

MEGABYTE = 1024 * 1024
# Address, most bytes of one request to it; the first that fits. Beside its files a form has its own fields.
LARGEST = (
    ("/admin/documents/", settings.WAGTAILDOCS_MAX_UPLOAD_SIZE + MEGABYTE),
    ("/admin/images/", 11 * MEGABYTE),
    ("/admin/", 5 * MEGABYTE),
    ("/", settings.DATA_UPLOAD_MAX_MEMORY_SIZE),
)
EDITING = "/admin/"
DEEPEST = 60
DAY = re.compile(r"(\d{4})-\d{1,2}-\d{1,2}", re.ASCII)
STRUCTURE = re.compile(r'\\.|["\[\]{}]', re.DOTALL)


class RequestBounds:
    """`__call__` runs before anything reads the body, `process_view` after the check of the form's token."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if sent_bytes(request) > next(most for prefix, most in LARGEST if request.path.startswith(prefix)):
            return HttpResponse(loader.render_to_string("413.html"), status=413)
        if not request.path.startswith(EDITING):
            request.upload_handlers = [NoFiles(request)]
        if "\0" in request.path or any("\0" in each for each in _words(request.GET)):
            raise BadRequest("NUL in the address")
        if request.path.startswith(EDITING) and any(
            _beyond_days(each) for name, values in request.GET.lists() if name != "q" for each in values
        ):
            raise BadRequest("a day beyond the calendar")
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        read_as_json = request.path.startswith(EDITING) or request.content_type == "application/json"
        for value in sent_values(request):
            if "\0" in value:
                raise BadRequest("NUL in a field")
            if read_as_json and value.lstrip()[:1] in ("{", "["):
                require_plain_json(value)


class NoFiles(FileUploadHandler):
    """For addresses that ask for no file: the first one ends the reading."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        raise BadRequest("a file where none is asked for")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


def sent_bytes(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def sent_values(request: HttpRequest) -> Iterator[str]:
    if request.method == "POST":
        yield from _words(request.POST)
    if request.method in ("PUT", "PATCH", "DELETE") or request.content_type == "application/json":
        body = request.body.decode("utf-8", "replace")
        yield body
        if request.content_type == "application/x-www-form-urlencoded":
            yield from _words(QueryDict(body))


def require_plain_json(text: str) -> None:
    """Raises BadRequest for what a reader of JSON, or whoever stores what it says, would break at."""
    depth, quoted = 0, False
    for mark in STRUCTURE.finditer(text):
        sign = mark.group()
        if sign == '"':
            quoted = not quoted
        elif not quoted and sign in ("{", "["):
            depth += 1
            if depth > DEEPEST:
                raise BadRequest("JSON that is nested too deep")
        elif not quoted and sign in ("}", "]"):
            depth -= 1
    if "\\u" not in text:
        return
    try:
        said = json.dumps(json.loads(text), ensure_ascii=False)
        said.encode()
    except UnicodeEncodeError as error:
        raise BadRequest("half a character in JSON") from error
    except ValueError:
        return
    if "\\u0000" in said:
        raise BadRequest("NUL in JSON")


def _beyond_days(value: str) -> bool:
    """Whether it is a day, as Wagtail's filters send them, that no clock here reaches: they add days and zones."""
    found = DAY.match(value)
    return bool(found) and not FIRST_DAY.year <= int(found[1]) <= LAST_DAY.year  # type: ignore[index]


def _words(data: QueryDict) -> Iterator[str]:
    for name, values in data.lists():
        yield name
        yield from (value for value in values if isinstance(value, str))
