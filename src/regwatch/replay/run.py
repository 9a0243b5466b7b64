"""A whole archive played: which series, with what, into which database."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from regwatch.errors import NotThePage, UsageError
from regwatch.model import Source
from regwatch.replay.captures import Series, plain
from regwatch.replay.folder import read_archive
from regwatch.replay.playing import Played, play, unplayed
from regwatch.replay.subject import Subject, subject_of
from regwatch.store.database import Database
from regwatch.watchlist import Watchlist

NOBODY = Watchlist((), ())


@dataclass(frozen=True)
class ReplayWishes:
    """How an archive is to be played.

    `adapter` reads every series, "" lets the address or the look of each decide. `watch` names medicines to follow
    where a page is about none or many. `options` are the adapter's. `watchlist` holds what is configured. `database`
    is an SQLAlchemy URL to play everything into; None gives each series a database of its own, so that no series
    knows what another told.
    """

    adapter: str = ""
    watch: tuple[str, ...] = ()
    options: tuple[tuple[str, str], ...] = ()
    watchlist: Watchlist = NOBODY
    database: str | None = None


def replay(path: Path, wishes: ReplayWishes) -> Iterator[Played]:
    """Play every series of an archive. Raises `UsageError` where there is nothing to play, or nothing to read it."""
    archive = read_archive(path)
    chosen = [(series, _subject(series, wishes)) for series in archive.series]
    if not any(subject for _, subject in chosen):
        raise UsageError(f"no page in {path} is known: name the adapter with --adapter")
    wanted = [one for one in chosen if one[1] is not None or not archive.by_address]
    with _databases(wishes.database) as opened:
        for number, (series, subject) in enumerate(wanted):
            if subject is None:
                yield unplayed(series, NotThePage("nothing says what reads this page: name the adapter with --adapter"))
                continue
            with opened(number) as database:
                yield play(series, subject, archive, database)


def _subject(series: Series, wishes: ReplayWishes) -> Subject | None:
    """How to play a series; None for one that nothing is known to read, such as a page that no source asks for."""
    configured = _configured(series, wishes)
    try:
        return subject_of(
            series,
            adapter=wishes.adapter,
            watch=wishes.watch,
            topics=wishes.watchlist.topics,
            options=dict(wishes.options),
            configured=configured,
        )
    except UsageError:
        if wishes.adapter:
            raise
        return None


def _configured(series: Series, wishes: ReplayWishes) -> Source | None:
    found = [one for one in wishes.watchlist.sources if series.url and plain(one.url) == plain(series.url)]
    chosen = [one for one in found if wishes.adapter in ("", one.adapter)]
    return replace(chosen[0], options={**chosen[0].options, **dict(wishes.options)}) if chosen else None


@contextmanager
def _databases(url: str | None) -> Iterator[_Opened]:
    """Databases one after the other: the one that was named, or a fresh temporary one each time."""
    if url is not None:
        database = Database(url)
        try:
            yield _Opened(database=database)
        finally:
            database.close()
        return
    with tempfile.TemporaryDirectory(prefix="regwatch-replay-") as folder:
        blank = Path(folder) / "blank.db"
        Database(f"sqlite:///{blank}").close()
        yield _Opened(blank=blank)


@dataclass(frozen=True)
class _Opened:
    database: Database | None = None
    blank: Path = Path()

    @contextmanager
    def __call__(self, number: int) -> Iterator[Database]:
        if self.database is not None:
            yield self.database
            return
        copy = self.blank.with_name(f"{number}.db")
        shutil.copy(self.blank, copy)
        database = Database(f"sqlite:///{copy}")
        try:
            yield database
        finally:
            database.close()
