"""The background of a topic as it is shown: apart, under words that say that it changes no status."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from regwatch.dates import PartialDate
from regwatch.digest.sentences import PUBLISHER_LIMIT
from regwatch.ledger.background import WORDS, BackgroundItem
from regwatch.safe_text import host_of, one_line, web_link

HEADING = "Background: none of this changes a status"
NO_STATUS = (
    "Trials, congresses, guidelines and other uses of the medicine, in the publishers' words. "
    "Nothing here is approved or paid for because of it."
)
TITLE_LIMIT, QUOTE_LIMIT, MOST = 240, 300, 8
"""Characters, and items of one topic in a mail; how many more there are is said."""


@dataclass(frozen=True)
class BackgroundLine:
    """One item in safe words. `told` says by whom and when; `url` is "" if it cannot be linked safely."""

    id: int
    label: str
    title: str
    quote: str
    told: str
    url: str
    host: str

    @property
    def words(self) -> str:
        """Title, and what else the page says of it."""
        return f"{self.title} ({self.quote})" if self.quote and self.quote not in self.title else self.title


@dataclass(frozen=True)
class BackgroundLines:
    """The newest items of a topic for one mail, and how many more there are."""

    lines: tuple[BackgroundLine, ...] = ()
    more: int = 0

    @property
    def left_out(self) -> BackgroundLines:
        """The same without any of them, for a mail that has no room."""
        return BackgroundLines((), self.more + len(self.lines))


NO_BACKGROUND = BackgroundLines()


def background_lines(items: Sequence[BackgroundItem], zone: str) -> BackgroundLines:
    """Items of one topic, the newest first, for a mail."""
    return BackgroundLines(tuple(shown(items[:MOST], zone)), max(0, len(items) - MOST))


def shown(items: Iterable[BackgroundItem], zone: str) -> list[BackgroundLine]:
    """Items as they are shown; one that its publisher does not date is dated by when we saw it."""
    return [_line(one, zone) for one in items]


def _line(one: BackgroundItem, zone: str) -> BackgroundLine:
    seen = f"seen {PartialDate.of_day(one.at.astimezone(ZoneInfo(zone)).date()).plain}"
    url = web_link(one.url)
    return BackgroundLine(
        id=one.id,
        label=WORDS[one.kind],
        title=one_line(one.title, TITLE_LIMIT),
        quote=one_line(one.quote, QUOTE_LIMIT),
        told=f"{one_line(one.publisher, PUBLISHER_LIMIT)}, {one.published.plain if one.published else seen}",
        url=url,
        host=host_of(url),
    )
