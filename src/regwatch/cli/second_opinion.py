"""The second reader for `regwatch classify`: the one of the settings, on its budget and with its memory."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from regwatch.clock import SystemClock
from regwatch.errors import UsageError
from regwatch.model import Finding, Treatment
from regwatch.reading.names import names_any
from regwatch.second_reader.agreement import Placed, weigh
from regwatch.second_reader.asking import SecondReader
from regwatch.settings import load_settings
from regwatch.store.database import Database

Weigh = Callable[[str, list[Finding]], tuple[list[Finding], str]]
"""From a text and what the rules found in it to what stands, and why the second reader was not heard, if it was not."""


def rules_alone(text: str, found: list[Finding]) -> tuple[list[Finding], str]:
    """What the rules found, as it is."""
    return found, ""


@contextmanager
def second_opinions(treatments: Sequence[Treatment]) -> Iterator[Weigh]:
    """A way to hold what the rules found against the second reader. Raises `UsageError` where none is set."""
    settings = load_settings()
    database = Database(settings.database)
    reader = SecondReader.of(settings, database, SystemClock())
    if reader is None:
        database.close()
        raise UsageError("no second reader is set: see REGWATCH_SECOND_READER_URL in docs/reference/settings.md")
    names = [name for one in treatments for name in one.names]
    with asyncio.Runner() as runner:

        def weighed(text: str, found: list[Finding]) -> tuple[list[Finding], str]:
            if not names_any(text, names):
                return found, ""
            asked = runner.run(reader.read([text], treatments))
            opinion = asked.opinions.get(text)
            if opinion is None:
                return found, asked.trouble
            return weigh(found, [Placed(one, "") for one in opinion.readings], opinion), ""

        try:
            yield weighed
        finally:
            runner.run(reader.aclose())
            database.close()
