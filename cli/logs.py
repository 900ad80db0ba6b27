"""What the processes write down: one JSON line each to standard error, without what is private."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

QUERY = re.compile(r"(?<=[^\s?])\?[^\s\"'<>]+")
"""What follows the path of an address: searches, tokens, names."""
WHERE_A_CHILD_WENT = frozenset({"host", "hosts", "url", "path", "sni", "title", "page", "site"})
TALKATIVE = {
    "alembic": logging.WARNING,
    # It names every host at info, and some at warning.
    "mitmproxy": logging.ERROR,
    "httpx": logging.WARNING,
    "httpcore": logging.WARNING,
    "uvicorn.access": logging.CRITICAL,
    "apscheduler": logging.WARNING,
    "asyncio": logging.WARNING,
}


def set_up(level: str, process: str) -> None:
    """Send every log line of this process to standard error as JSON."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        withhold,
    ]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(default=str, ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    if level != "debug":
        # A filter, because libraries (and rooms) set the levels of loggers again.
        handler.addFilter(is_discreet)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(process=process)


def is_discreet(record: logging.LogRecord) -> bool:
    """Tell whether a line of a talkative library is grave enough to be kept."""
    name = record.name
    least = (level for prefix, level in TALKATIVE.items() if f"{name}.".startswith(f"{prefix}."))
    return record.levelno >= max(least, default=logging.NOTSET)


def withhold(_: object, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Leave out where a child went, unless somebody looks for a fault; query strings always."""
    if method != "debug":
        for name in WHERE_A_CHILD_WENT & event.keys():
            del event[name]
    for name, value in event.items():
        if isinstance(value, str) and "?" in value:
            event[name] = QUERY.sub("?…", value)
    return event
