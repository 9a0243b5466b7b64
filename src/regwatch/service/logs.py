"""Structured logs: readable lines in a terminal, JSON elsewhere, severities that journald understands."""

from __future__ import annotations

import logging
import os
import sys
from typing import Any, TextIO

# For tracebacks that show the values of variables, which we never write, structlog brings rich: 4 MB in the daemon.
sys.modules.setdefault("rich", None)  # type: ignore[arg-type]
import structlog  # noqa: E402
from structlog.typing import Processor, WrappedLogger  # noqa: E402

if sys.modules["rich"] is None:
    del sys.modules["rich"]

_SYSLOG = {"debug": 7, "info": 6, "warning": 4, "error": 3, "critical": 2}


def configure(*, shape: str, level: str, stream: TextIO | None = None) -> None:
    """Set up logging for this process. `shape` is auto, json or console; under journald no time stamps of our own.

    `stream` is standard error where none is given.
    """
    stream = stream or sys.stderr
    console = shape == "console" or (shape == "auto" and stream.isatty())
    journal = "JOURNAL_STREAM" in os.environ
    begin: list[Processor] = [structlog.contextvars.merge_contextvars, structlog.processors.add_log_level]
    if not journal:
        begin.append(structlog.processors.TimeStamper(fmt="iso", utc=True))
    end: list[Processor] = [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    if console:
        # Not the default: it would show the values of variables, and addresses among them.
        plain = structlog.dev.plain_traceback
        end = [structlog.dev.ConsoleRenderer(colors=stream.isatty(), exception_formatter=plain)]
    if journal:
        end.append(_with_severity)
    structlog.configure(
        processors=[*begin, *end],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(file=stream),
        cache_logger_on_first_use=False,
    )
    _adopt_libraries(begin, end, stream)


def _adopt_libraries(begin: list[Processor], end: list[Processor], stream: TextIO) -> None:
    """What libraries log from WARNING on becomes a line like ours."""
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[structlog.stdlib.add_logger_name, *begin],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *end],
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    # What is wrong with a PDF is told as trouble of its source; these lines would repeat the words of a stranger.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)


def _with_severity(_logger: WrappedLogger, method: str, line: Any) -> Any:
    """Put the syslog severity before a finished line, as sd-daemon(3) describes."""
    return f"<{_SYSLOG.get(method, 6)}>{line}"


def logger() -> Any:
    """The logger of the service."""
    return structlog.get_logger("regwatch")
