"""What readers are told of the pages themselves: those that cannot be read, that are gone, and that can be read again.

A page that cannot be read is named in every digest while that lasts: silence must not be taken for no news. That one
is gone, and that one can be read again, is told once: in the first digest after it became so. None of it makes a
digest of its own, because a page that is not at its address may as well have been moved.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from regwatch import wording
from regwatch.digest.when import instant
from regwatch.ledger.entries import Standpoint
from regwatch.model import Topic
from regwatch.safe_text import host_of, one_line, web_link

_MOST = 3


class OutageKind(StrEnum):
    """How it is with a page, or was until it could be read again."""

    UNREAD = "unread"
    GONE = "gone"
    MOVED = "moved"


PATIENCE = {
    OutageKind.UNREAD: timedelta(days=3),
    OutageKind.GONE: timedelta(days=1),
    OutageKind.MOVED: timedelta(days=1),
}
"""How long it must last before readers are told."""


@dataclass(frozen=True)
class Silence:
    """An official page that could not be read for long.

    `since` is when the trouble began and `until` when it ended, None while it goes on (UTC). `topics` and `authorities`
    are those whose news it carries. `leads_to` is where a page that moved sends its visitors, "" if that is not known.
    """

    publisher: str
    url: str
    since: datetime
    topics: tuple[str, ...]
    authorities: tuple[str, ...] = ()
    state: OutageKind = OutageKind.UNREAD
    until: datetime | None = None
    leads_to: str = ""

    def is_news(self, told: datetime | None) -> bool:
        """Whether a reader whose last digest was made at `told` (UTC; None for never) is to be told of it now."""
        shown = self.since + PATIENCE[self.state]
        if self.until is not None:
            return told is not None and shown <= told < self.until
        return self.state is OutageKind.UNREAD or told is None or told < shown


@dataclass(frozen=True)
class Notice:
    """A silence in words, with the page to look at oneself."""

    text: str
    url: str
    host: str


def notices(
    silences: Sequence[Silence], followed: Mapping[str, Topic], board: Sequence[Standpoint], zone: str,
    now: datetime, told: datetime | None,
) -> tuple[Notice, ...]:  # fmt: skip
    """What a reader of these topics is to be told of the pages; `told` is the time of their last digest (UTC)."""
    new = (one for one in silences if set(one.topics) & followed.keys() and one.is_news(told))
    return tuple(_notice(one, _last_known(one, followed, board), zone, now) for one in new)


def _notice(silence: Silence, last_known: str, zone: str, now: datetime) -> Notice:
    parts = [*_what(silence, zone, now), f"Last known status: {last_known}." if last_known else ""]
    url = web_link(silence.url)
    return Notice(" ".join(part for part in parts if part), url, host_of(url))


def _what(silence: Silence, zone: str, now: datetime) -> tuple[str, ...]:
    page = f"{one_line(silence.publisher, 60)}'s page"
    since = f"{instant(silence.since, zone).words} ({wording.count(max(0, (now - silence.since).days), 'day')})"
    if silence.until is not None:
        begun, ended = instant(silence.since, zone).words, instant(silence.until, zone).words
        return f"We can read {page} again.", f"We could not from {begun} to {ended}."
    match silence.state:
        case OutageKind.GONE:
            return f"{page} is gone: it has not been at its address since {since}.", _NO_DECISION
        case OutageKind.MOVED:
            host = host_of(web_link(silence.leads_to))
            to = f": its address leads to {host}" if host else ""
            return f"{page} has moved{to}. We have not found the page there since {since}.", _NO_DECISION
    return f"We have not been able to read {page} since {since}.", _SILENCE


_NO_DECISION = "Pages are often renamed or tidied away. This does not mean that a decision has changed."
_SILENCE = "Silence from us is not a sign that nothing has happened there."


def _last_known(silence: Silence, followed: Mapping[str, Topic], board: Sequence[Standpoint]) -> str:
    """The status that the page last showed of what the reader follows: the topic is named where there are several."""
    if silence.until is not None:
        return ""
    cells = [
        cell
        for cell in board
        if cell.topic in followed and cell.topic in silence.topics and cell.authority in silence.authorities
    ]
    known = [(cell, wording.status(cell.transition.milestone)) for cell in cells if cell.transition]
    if len(known) == 1:
        return known[0][1]
    named = [
        f"{status} ({one_line(followed[cell.topic].treatment.inn, 60)}, {wording.short_name(cell.authority)})"
        for cell, status in known
    ]
    return "; ".join(named[:_MOST])


def caveat(silences: Sequence[Silence], topic: str, authority: str, zone: str) -> str:
    """What to keep in mind about a status: since when a page that would show it has not been read; "" for nothing."""
    begun = [
        one.since for one in silences if one.until is None and topic in one.topics and authority in one.authorities
    ]
    return f"A page of theirs has not been read since {instant(min(begun), zone).words}." if begun else ""
