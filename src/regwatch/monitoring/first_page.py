"""What a new operator wants to know in the first minutes: what is watched, what was read, when the next look is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from regwatch import wording
from regwatch.monitoring.source_health import SourceHealth
from regwatch.watchlist import Watchlist

MOST_TROUBLES = 5


def first_page(watchlist: Watchlist, sources: Sequence[SourceHealth], now: datetime, zone: str) -> tuple[str, ...]:
    """A few sentences, times in the operator's zone. Without a source that was ever asked the second says so."""
    topics = wording.join([topic.title for topic in watchlist.topics])
    told = [f"Watched: {topics}, at {wording.count(len(sources), 'source')}."]
    read = [one for one in sources if one.read_at]
    waiting = [one for one in sources if not one.checked_at]
    ahead = f", {len(waiting)} {'is' if len(waiting) == 1 else 'are'} still to come" if waiting else ""
    told.append(
        f"{len(read)} of them {'has' if len(read) == 1 else 'have'} been read{ahead}. "
        "The first look at a source records where things stand and mails nobody."
    )
    troubled = [one for one in sources if one.trouble]
    for one in troubled[:MOST_TROUBLES]:
        told.append(f"{one.source.id} could not be read: {one.trouble_text or one.trouble}")
    if len(troubled) > MOST_TROUBLES:
        told.append(f"{len(troubled) - MOST_TROUBLES} more could not be read: `regwatch status --sources` names them.")
    if due := [one for one in sources if one.next_due_at]:
        soonest = min(due, key=lambda one: one.next_due_at or now)
        assert soonest.next_due_at is not None
        local = max(soonest.next_due_at, now).astimezone(ZoneInfo(zone))
        told.append(f"Next look: {soonest.source.id}, {wording.plain_day(local.date())}, {wording.clock_time(local)}.")
    return tuple(told)
