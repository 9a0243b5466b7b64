"""What a new operator wants to know in the first minutes: what is watched and read, where it stands, what is next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from regwatch import wording
from regwatch.digest.transition_view import transition_view
from regwatch.ledger.entries import Standpoint
from regwatch.model import Topic
from regwatch.monitoring.source_health import SourceHealth
from regwatch.watchlist import Watchlist

MOST_TROUBLES, MOST_TOPICS, REASON_LIMIT = 5, 20, 200
"""Sources and topics that are told one by one, and characters of a reason."""


def first_page(
    watchlist: Watchlist, sources: Sequence[SourceHealth], board: Sequence[Standpoint], now: datetime, zone: str
) -> tuple[str, ...]:
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
    told += [*_stands(watchlist, board), *_troubles(sources)]
    if due := [one for one in sources if one.next_due_at]:
        soonest = min(due, key=lambda one: one.next_due_at or now)
        assert soonest.next_due_at is not None
        local = max(soonest.next_due_at, now).astimezone(ZoneInfo(zone))
        told.append(f"Next look: {soonest.source.id}, {wording.plain_day(local.date())}, {wording.clock_time(local)}.")
    return tuple(told)


def _stands(watchlist: Watchlist, board: Sequence[Standpoint]) -> Iterator[str]:
    for topic in watchlist.topics[:MOST_TOPICS]:
        cells = [cell for cell in board if cell.topic == topic.id]
        parts = [_stand(cell, topic) for cell in cells if cell.transition]
        if unknown := [wording.short_name(cell.authority) for cell in cells if not cell.transition]:
            parts.append(f"nothing known yet of {wording.join(unknown)}")
        if parts:
            yield f"{topic.title}: {'; '.join(parts)}."
    if len(watchlist.topics) > MOST_TOPICS:
        yield f"{len(watchlist.topics) - MOST_TOPICS} more topics: `regwatch status` shows them."


def _stand(cell: Standpoint, topic: Topic) -> str:
    assert cell.transition is not None
    now = transition_view(cell.transition, topic, "UTC")
    when = f", {now.when.told}" if now.when.told else ""
    return f"{wording.short_name(cell.authority)}: {now.status.lower()}{when}, {now.standing.value}"


def _troubles(sources: Sequence[SourceHealth]) -> Iterator[str]:
    troubled = [one for one in sources if one.trouble]
    if len(troubled) == len(sources) > 1 and all(one.trouble == "unreachable" for one in troubled):
        yield "None of them can be reached: see to the network and the name service of this machine."
        return
    for one in troubled[:MOST_TROUBLES]:
        yield f"{one.source.id} could not be read: {(one.trouble_text or one.trouble)[:REASON_LIMIT]}"
    if len(troubled) > MOST_TROUBLES:
        yield f"{len(troubled) - MOST_TROUBLES} more could not be read: `regwatch status --sources` names them."
