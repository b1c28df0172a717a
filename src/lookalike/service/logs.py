"""What the service writes to its log: a line for each request and event, as text or as JSON.

A line names path, status and time. It never holds a query string, so no words, no photo's address and no key.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from lookalike.service.config import LogFormat

access = logging.getLogger("lookalike.access")


def log_access(facts: Mapping[str, Any]) -> None:
    """One answered request, as the formatters below write it."""
    if access.isEnabledFor(logging.INFO):
        record = access.makeRecord(access.name, logging.INFO, __file__, 0, "request", (), None)
        record.facts = facts
        access.handle(record)  # `info` would look up the stack who logs


def _when(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


class TextLines(logging.Formatter):
    """Lines for people: time, level, what happened."""

    def format(self, record: logging.LogRecord) -> str:
        """One record as a line, and a traceback below it where there is one."""
        facts: Mapping[str, Any] | None = getattr(record, "facts", None)
        if facts is None:
            line = f"{_when(record)} {record.levelname.lower()} {record.getMessage()}"
            return line + ("\n" + self.formatException(record.exc_info) if record.exc_info else "")
        return (
            f"{_when(record)} {facts['client']} {facts['method']} {facts['path']} {facts['status']} "
            f"{facts['bytes']} bytes {facts['ms']} ms {facts['request_id']}"
        )


class JsonLines(logging.Formatter):
    """Lines for machines: one JSON object each."""

    def format(self, record: logging.LogRecord) -> str:
        """One record as a JSON object."""
        document = {
            "time": _when(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
            **getattr(record, "facts", {}),
        }
        if record.exc_info:
            document["traceback"] = self.formatException(record.exc_info)
        return json.dumps(document, ensure_ascii=True)


def log_config(log_format: LogFormat) -> dict[str, Any]:
    """The setting of Python's logging for a served process: everything to standard error."""
    formatter = {"text": TextLines, "json": JsonLines}[log_format]
    quiet = {"handlers": ["stderr"], "level": "INFO", "propagate": False}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": formatter}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "loggers": {"lookalike": quiet, "uvicorn": {**quiet, "level": "WARNING"}},
    }
