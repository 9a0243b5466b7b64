"""What every page is made from: the watchlist, the ledger at one moment, and the address of this installation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from urllib.parse import urlsplit

from sqlmodel import Session

from regwatch.clock import Clock
from regwatch.dates import local_day
from regwatch.ledger import background, notes, queries
from regwatch.ledger.entries import Standpoint
from regwatch.model import Indication, Topic, Treatment
from regwatch.monitoring import source_health
from regwatch.monitoring.source_health import SourceHealth
from regwatch.settings import Settings
from regwatch.store.read_only import ReadOnlyDatabase
from regwatch.vocabulary import AUTHORITIES
from regwatch.watchlist import Watchlist


def slugs() -> dict[str, str]:
    """Codes of authorities by the name they have in addresses."""
    return {code.lower(): code for code in AUTHORITIES}


class Site:
    """One board. `base` is its public address without a slash at the end; a request's Host header is never used.

    `watchlist` is asked for at every read, so that a changed `source_health.yaml` shows without a restart.
    """

    def __init__(
        self,
        settings: Settings,
        watchlist: Callable[[], Watchlist],
        clock: Clock,
        base: str,
        *,
        frozen: bool = False,
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.base = base.rstrip("/")
        self.prefix = urlsplit(self.base).path.rstrip("/")
        self.frozen = frozen
        """Whether the pages are written to files: then nothing on them may need a server."""
        self.signs_up = False
        """Whether people can sign up for mails here."""
        self._watchlist = watchlist
        self._reader = ReadOnlyDatabase(settings.database)

    @contextmanager
    def view(self) -> Iterator[View]:
        """One consistent look at everything. Raises `StoreError` where the database cannot be read."""
        with self._reader.session() as session:
            yield View(session, self._watchlist(), self.clock.now(), self.settings.zone)

    def moment(self) -> Moment | None:
        """What any page can depend on, found in microseconds; None where that cannot be told."""
        stamp = self._reader.stamp()
        now = self.clock.now().replace(second=0, microsecond=0)
        return None if stamp is None else Moment(stamp, now, self._watchlist())

    def url(self, path: str) -> str:
        """The absolute address of a path."""
        return self.base + path

    def close(self) -> None:
        """Release the database."""
        self._reader.close()


@dataclass(frozen=True)
class Moment:
    """The state of the database, the minute (UTC) and the watchlist: while they are the same, so is every page."""

    stamp: int
    minute: datetime
    watchlist: Watchlist

    def same(self, other: Moment) -> bool:
        """Whether nothing can have changed from the one to the other."""
        return (self.stamp, self.minute) == (other.stamp, other.minute) and self.watchlist is other.watchlist


@dataclass(frozen=True)
class View:
    """The ledger at one moment. `now` is UTC, `zone` the time zone in which times are shown."""

    session: Session
    watchlist: Watchlist
    now: datetime
    zone: str

    @property
    def topics(self) -> tuple[Topic, ...]:
        """Every topic that is watched."""
        return self.watchlist.topics

    def topic(self, name: str) -> Topic | None:
        """The topic of that id."""
        return self.watchlist.topic(name)

    def topic_or_past(self, name: str) -> Topic:
        """The topic of that id, or a stand-in for one that is no longer watched: its addresses stay good."""
        return self.topic(name) or Topic(name, name, Treatment(name), Indication(name))

    def board(self, topics: Sequence[Topic]) -> tuple[Standpoint, ...]:
        """Where these topics stand."""
        ids = {one.id for one in topics}
        watched = {place for place in self.watchlist.official if place[0] in ids}
        return tuple(queries.board(self.session, topics, watched, self.watchlist.publisher))

    @cached_property
    def health(self) -> tuple[SourceHealth, ...]:
        """How every source is."""
        return source_health.health(self.session, self.watchlist.sources)

    def health_at(self, places: Iterable[tuple[str, str]]) -> dict[tuple[str, str], tuple[SourceHealth, ...]]:
        """By topic id and authority code, how the sources are that are the authority's own word on the topic."""
        official = {place: self.watchlist.official.get(place, ()) for place in places}
        sources = {one.id: one for found in official.values() for one in found}
        known = {one.source.id: one for one in source_health.health(self.session, list(sources.values()))}
        return {place: tuple(known[one.id] for one in found) for place, found in official.items()}

    @cached_property
    def ledger_version(self) -> str:
        """What changes with the log, with days that pass or become known without a line of it, notes and background."""
        quiet = f"{queries.passed(self.session)} {queries.days(self.session)} {notes.version(self.session)}"
        return f"{queries.last_seq(self.session)} {quiet} {background.last(self.session)}"

    @cached_property
    def page_version(self) -> str:
        """What changes with the log, the state of any source, or the day in any authority's country."""
        zones = {one.zone for one in AUTHORITIES.values()}
        days = {local_day(self.now, zone).isoformat() for zone in zones}
        stale = source_health.stale(self.session, self.watchlist.sources, self.now)
        return repr((self.ledger_version, source_health.pulse(self.session), stale, sorted(days)))
