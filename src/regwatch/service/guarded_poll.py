"""One poll that nothing ends: what nobody foresaw becomes trouble of the source, and is counted."""

from __future__ import annotations

import asyncio

from regwatch.errors import Crashed, RegwatchError
from regwatch.model import Source
from regwatch.polling.outcome import Outcome, Polled
from regwatch.service.assembly import Assembly
from regwatch.service.logs import logger
from regwatch.store import marks


async def poll_guarded(assembly: Assembly, source: Source) -> Polled:
    """Look once at one source. Raises a `RegwatchError` only where the look could not be recorded."""
    try:
        polled = await assembly.poller.poll(source)
    except RegwatchError:
        raise
    except Exception as error:
        polled = await assembly.poller.record_crash(source, error)
    troubles = [*([polled.trouble] if polled.trouble else []), *(trouble for _, trouble in polled.parts)]
    for crash in [trouble for trouble in troubles if isinstance(trouble, Crashed)]:
        logger().error("poll_crashed", source=source.id, reason=crash.message, exc_info=crash.__cause__)
        await asyncio.to_thread(_count, assembly, source.id)
    return polled


def _count(assembly: Assembly, what: str) -> None:
    with assembly.database.session() as session:
        marks.count(session, marks.Name.CRASHES, what)


def log_polled(polled: Polled) -> None:
    """One line of the log for what became of a look, and one more where the second reader was not heard."""
    log = logger()
    if polled.trouble is not None:
        log.warning("source_trouble", source=polled.source, kind=polled.trouble.kind, reason=polled.trouble.message)
    elif polled.outcome is Outcome.UNCHANGED:
        log.debug("source_unchanged", source=polled.source)
    else:
        log.info(
            "source_read",
            source=polled.source,
            outcome=polled.outcome.value,
            changes=len(polled.changes),
            events=polled.events,
        )
    if polled.unheard:
        log.warning("second_reader_unheard", source=polled.source, reason=polled.unheard)
