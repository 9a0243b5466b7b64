"""Structured logs: readable lines in a terminal, JSON elsewhere, severities that journald understands."""

from __future__ import annotations

import logging
import os
import sys
from typing import Any, TextIO

import structlog
from structlog.typing import Processor, WrappedLogger

_SYSLOG = {"debug": 7, "info": 6, "warning": 4, "error": 3, "critical": 2}


def configure(*, shape: str, level: str, stream: TextIO = sys.stderr) -> None:
    """Set up logging for this process. `shape` is auto, json or console; under journald no time stamps of our own."""
    console = shape == "console" or (shape == "auto" and stream.isatty())
    journal = "JOURNAL_STREAM" in os.environ
    steps: list[Processor] = [structlog.contextvars.merge_contextvars, structlog.processors.add_log_level]
    if not journal:
        steps.append(structlog.processors.TimeStamper(fmt="iso", utc=True))
    if console:
        steps.append(structlog.dev.ConsoleRenderer(colors=stream.isatty()))
    else:
        steps += [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    if journal:
        steps.append(_with_severity)
    structlog.configure(
        processors=steps,
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(file=stream),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=logging.WARNING, stream=stream, force=True)


def _with_severity(_logger: WrappedLogger, method: str, line: Any) -> Any:
    """Put the syslog severity before a finished line, as sd-daemon(3) describes."""
    return f"<{_SYSLOG.get(method, 6)}>{line}"


def logger() -> Any:
    """The logger of the service."""
    return structlog.get_logger("regwatch")
