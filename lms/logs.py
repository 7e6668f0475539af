"""One JSON object a line. Messages carry ids and counts, never names, addresses or answers.

An exception's own words may carry all of them: PostgreSQL repeats the row that it refused. So of an exception stand
its class, the places it came through, and of a database's what it says of itself (state, constraint, table, column).
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from types import TracebackType

from django.db import DataError, Error

STANDARD = set(vars(logging.makeLogRecord({}))) | {
    "message",
    "asctime",
    "request",
    "server_time",
    "status_code",
}


class JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": plain_message(record),
        }
        line.update({key: str(_spoken(value)) for key, value in vars(record).items() if key not in STANDARD})
        if status := getattr(record, "status_code", 0):
            line |= {"status": status, "route": _route(record)}
        # What a visitor sent wrongly is no fault of ours: one line is enough, whoever repeats it how often.
        if record.exc_info and record.exc_info[1] and not 400 <= status < 500:
            line["exception"] = bare_traceback(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


def plain_message(record: logging.LogRecord) -> str:
    """The message; of a request's only its first words, for what follows is what somebody sent."""
    if getattr(record, "status_code", 0):
        words = str(record.msg).partition(":")[0]
        error = record.exc_info and record.exc_info[1]
        return words if "%" not in words else described_error(error) if error else "refused"
    if isinstance(record.args, Mapping) and record.exc_info:  # Celery tells of a task that failed, in the task's words
        return f"{record.args.get('name', 'a task')} {record.args.get('description', 'failed')}"
    if isinstance(record.args, tuple):
        return str(record.msg) % tuple(map(_spoken, record.args)) if record.args else str(_spoken(record.msg))
    return record.getMessage()


def bare_traceback(error: BaseException) -> str:
    """As Python prints it, causes first, without what the exceptions say in words of their own."""
    return "\nwhich led to\n".join(
        "".join(traceback.format_tb(each.__traceback__)) + described_error(each) for each in reversed([*_chain(error)])
    )


def described_error(error: BaseException) -> str:
    """Its class and what is safe to say of it: a database's state and names, the system's word for a failure."""
    name = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
    words = _database_words(error) or (error.strerror if isinstance(error, OSError) else "")
    return f"{name}: {words}" if words else name


def tell_uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """In the place of `sys.excepthook`: a command's last words on a screen are as public as a log."""
    if isinstance(error, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    sys.stderr.write(bare_traceback(error.with_traceback(trace)) + "\n")


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    found: BaseException | None = error
    while found is not None and id(found) not in seen:
        seen.add(id(found))
        yield found
        found = found.__cause__ or (None if found.__suppress_context__ else found.__context__)


def _database_words(error: BaseException) -> str:
    diagnosis = getattr(error if hasattr(error, "diag") else error.__cause__, "diag", None)
    if diagnosis is not None and diagnosis.sqlstate:
        parts = ("sqlstate", "constraint_name", "table_name", "column_name")
        return " ".join(str(value) for part in parts if (value := getattr(diagnosis, part, None)))
    if isinstance(error, Error) and not isinstance(error, DataError):  # SQLite names columns; a lost server has no rows
        return str(error).partition("\n")[0]
    return ""


def _spoken(value: object) -> object:
    return described_error(value) if isinstance(value, BaseException) else value


def _route(record: logging.LogRecord) -> str:
    match = getattr(getattr(record, "request", None), "resolver_match", None)
    return match.route if match else ""
