"""The worked example, told again: the real pipeline polls the archive while a driven clock goes through the months.

The clock stops only where something can happen: just after the archive changes, for the second look that confirms a
change, on the morning after a foreseen day has passed, and when digests are due. It never goes back: a story that was
stopped goes on where its database says it was.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from regwatch.adapters.registry import CATALOGUE
from regwatch.clock import DrivenClock
from regwatch.demo.archive import DemoArchive, load_archive
from regwatch.demo.archive_server import serving
from regwatch.errors import UsageError
from regwatch.fetch.loopback import LoopbackTransport
from regwatch.ledger import expectations, queries
from regwatch.ledger.entries import Event, Expectation, Transition
from regwatch.mail import outbox_queries
from regwatch.mail.outbox_queries import MailRecord
from regwatch.model import Topic
from regwatch.service.assembly import Assembly
from regwatch.service.mail_service import MailService
from regwatch.settings import Settings
from regwatch.store import marks
from regwatch.watchlist import Watchlist, load_watchlist

BEGIN = datetime(2024, 8, 5, 9, 0, tzinfo=UTC)
END = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
SOON = timedelta(minutes=5)
SECOND_LOOK = timedelta(hours=2)
LONDON = ZoneInfo("Europe/London")
AFTER_THE_MAIL = time(8, 35)
"""The demo's reader is mailed at 08:30 London time."""


class DemoSettings(Settings):
    """Settings that take nothing from the machine's environment: the demo is the same everywhere."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what is given in code."""
        return (init_settings,)


@dataclass(frozen=True)
class Mail:
    """One digest that went out: when (UTC), what its subject says, and the page to open."""

    at: datetime
    subject: str
    page: Path


@dataclass(frozen=True)
class Told:
    """What the story came to `at` an instant: log, history (newest first), what is still foreseen, and the mail."""

    at: datetime = field(compare=False)
    topic: Topic
    events: tuple[Event, ...]
    history: tuple[Transition, ...]
    coming: tuple[Expectation, ...]
    mails: tuple[Mail, ...]


class Scope(StrEnum):
    """What is polled at a stop of the clock."""

    NOTHING = "nothing"
    UNSETTLED = "unsettled"
    EVERYTHING = "everything"


@dataclass(frozen=True)
class Stop:
    """One instant (UTC) at which the clock stops, and what is polled then."""

    at: datetime
    look: Scope


def demo_settings(directory: Path) -> Settings:
    """The defaults of regwatch as seen from this folder, so that every other command works in it afterwards."""
    return DemoSettings(home=directory / "var", sources=directory / "sources.yaml", contact="demo@example.org")


def _prepare(settings: Settings) -> Watchlist:
    """What the demo watches, copied into its folder.

    Raises `UsageError` where nothing can be written, or where somebody else's watchlist or database lies already.
    """
    watchlist, folder = (files("regwatch.demo") / "sources.yaml").read_text("utf-8"), settings.sources.parent
    try:
        if not settings.sources.exists() and not settings.home.exists():
            folder.mkdir(parents=True, exist_ok=True)
            settings.sources.write_text(watchlist, "utf-8")
        if not settings.sources.exists() or settings.sources.read_text("utf-8") != watchlist:
            raise UsageError(f"{folder} is in use by something other than this demo: name an empty folder")
    except OSError as error:
        raise UsageError(f"the demo cannot write into {folder}: {error.strerror}") from error
    return load_watchlist(settings.sources, CATALOGUE)


async def tell(
    directory: Path, *, until: datetime = END, on_stop: Callable[[datetime], None] = lambda instant: None
) -> Told:
    """Tell the story into this folder, up to an instant; `on_stop` hears of every stop of the clock.

    Told again over the same folder it finds nothing left to do, and gives the same again.
    """
    archive, clock, settings = load_archive(), DrivenClock(BEGIN), demo_settings(directory)
    watchlist = _prepare(settings)
    async with (
        serving(archive, clock) as base,
        Assembly.open(settings, watchlist, clock=clock, transport=LoopbackTransport(base)) as assembly,
    ):
        done, known = _done_until(assembly), _known_until(assembly)
        _go_to(clock, known)
        mail = MailService.of(settings, assembly.database, clock)
        mail.start(watchlist)
        for stop in stops(archive):
            if (known if stop.look is Scope.NOTHING else done) < stop.at <= until:
                await _pass_days(assembly, mail, clock, stop.at)
                _go_to(clock, stop.at)
                on_stop(clock.now())
                await _look(assembly, stop.look)
                await asyncio.to_thread(_keep_time, assembly, mail)
        with assembly.database.session() as session:
            marks.note(session, marks.Name.STORY, at=clock.now())
        return _told(assembly)


def stops(archive: DemoArchive) -> Iterator[Stop]:
    """Where the clock stops, in order: first looks, second looks, and the hour of the mail on that day and the next."""
    planned = {END: Scope.EVERYTHING}
    for change in archive.changes():
        look = max(change + SOON, BEGIN)
        planned[look] = Scope.EVERYTHING
        planned.setdefault(look + SECOND_LOOK, Scope.UNSETTLED)
        for hour_of_the_mail in (_morning(look), _morning(look, days=1)):
            planned.setdefault(hour_of_the_mail, Scope.NOTHING)
    return (Stop(at, planned[at]) for at in sorted(planned) if at >= BEGIN)


def _morning(instant: datetime, days: int = 0) -> datetime:
    day = instant.astimezone(LONDON).date() + timedelta(days=days)
    return datetime.combine(day, AFTER_THE_MAIL, LONDON).astimezone(UTC)


def _done_until(assembly: Assembly) -> datetime:
    """The last instant at which every source was looked at; a look that was cut short is taken again."""
    states = [assembly.book.state(source.id, source.adapter) for source in assembly.watchlist.sources]
    return min(state.checked_at or datetime.min.replace(tzinfo=UTC) for state in states)


def _known_until(assembly: Assembly) -> datetime:
    """The last instant at which anything was looked at: no mail is composed for an hour before it."""
    states = [assembly.book.state(source.id, source.adapter) for source in assembly.watchlist.sources]
    return max(state.checked_at or datetime.min.replace(tzinfo=UTC) for state in states)


def _go_to(clock: DrivenClock, instant: datetime) -> None:
    """Forward only: waiting for our turn at a host may have moved the clock past the stop already."""
    clock.set(max(instant, clock.now()))


async def _look(assembly: Assembly, look: Scope) -> None:
    """Poll every source, or only those whose last change still waits to be confirmed."""
    for source in assembly.watchlist.sources:
        again = assembly.book.state(source.id, source.adapter).again_at
        unsettled = look is Scope.UNSETTLED and again is not None and again <= assembly.clock.now()
        if look is Scope.EVERYTHING or unsettled:
            await assembly.poller.poll(source)


async def _pass_days(assembly: Assembly, mail: MailService, clock: DrivenClock, target: datetime) -> None:
    """Stop on the morning of each foreseen day that passes on the way, and on the morning after, as every day does."""
    with assembly.database.session() as session:
        days = {one.date.last for one in queries.expected(session) if one.date}
    for day in sorted(days):
        noon = datetime.combine(day, time(12), UTC)
        for morning in (_morning(noon), _morning(noon, days=1)):
            if clock.now() < morning < target:
                _go_to(clock, morning)
                await asyncio.to_thread(_keep_time, assembly, mail)


def _keep_time(assembly: Assembly, mail: MailService) -> None:
    """What the daemon does between polls: note what is overdue, compose what is due, send what waits."""
    with assembly.database.session() as session:
        expectations.tick(session, assembly.clock.now())
    mail.compose(assembly.watchlist)
    mail.send()


def _told(assembly: Assembly) -> Told:
    topic = assembly.watchlist.topics[0]
    with assembly.database.session() as session:
        events = queries.events_after(session, 0, None, assembly.watchlist.publisher)
        history = queries.timeline(session, topic.id, assembly.watchlist.publisher)
        coming = queries.expected(session, topic.id, assembly.watchlist.publisher)
        sent = outbox_queries.everything(session)
    folder = assembly.settings.mail_dir
    mails = [Mail(row.created_at, row.subject, folder / f"{_file_name(row)}.html") for row in sent]
    return Told(assembly.clock.now(), topic, tuple(events), tuple(history), tuple(coming), tuple(mails))


def _file_name(mail: MailRecord) -> str:
    """As the folder transport names its files."""
    return f"{mail.created_at:%Y-%m-%d}-{mail.id:06d}"
