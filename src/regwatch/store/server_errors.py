"""What PostgreSQL says of an error, without the row or the value that it is about: both can hold a reader's address."""

from __future__ import annotations

from sqlalchemy import Engine, event
from sqlalchemy.engine import ExceptionContext


def keep_values_out(engine: Engine) -> None:
    """Let errors of this engine say no more than their first line.

    "DETAIL: Failing row contains (...)" and the like follow it
    (https://www.postgresql.org/docs/current/error-message-reporting.html).
    """
    event.listen(engine, "handle_error", _shorten)


def _shorten(context: ExceptionContext) -> None:
    error = context.original_exception
    said = (str(error).splitlines() or [""])[0]
    error.args = (said,)
    if context.sqlalchemy_exception is not None:
        context.sqlalchemy_exception.args = (f"({type(error).__name__}) {said}",)
