"""What the database tells of itself: its schema, its times, whether sources are read, whether mail leaves, backups."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlmodel import Session, case, col, func, select

from regwatch import wording
from regwatch.doctor.diagnosis import Diagnosis, fail, ok, warn
from regwatch.mail import outbox_queries
from regwatch.mail.states import MailState
from regwatch.monitoring import source_health
from regwatch.monitoring.canary import undelivered
from regwatch.second_reader import journal
from regwatch.second_reader.asking import name_of
from regwatch.secret_key import has_key
from regwatch.settings import Settings
from regwatch.store import database, marks
from regwatch.store.subscriber_tables import ACTIVE
from regwatch.store.tables import DigestCursor, EventRow, Snapshot, SourceState
from regwatch.subscribers.lifecycle import by_address
from regwatch.subscribers.link_handles import links_exist
from regwatch.watchlist import Watchlist

_CLOCKS_DIFFER = timedelta(minutes=5)
_LATELY = timedelta(days=7)
"""How far back mails that failed are called to mind; `regwatch digest outbox --failed` knows them for longer."""

_OLD_BACKUP = timedelta(days=2)
_A_MONTH = timedelta(days=30)
_HARDLY = 100_000
"""Bytes a year that are not worth a figure."""


def of_size(session: Session, settings: Settings, now: datetime) -> Iterator[Diagnosis]:
    """How large the database is, and what a year of what it took in lately would add at most."""
    size = database.size_of(session)
    lately = func.sum(case((col(Snapshot.at) >= now - _A_MONTH, 1), else_=0))
    versions, new = session.exec(select(func.count(), lately).select_from(Snapshot)).one()
    seen = f"the database has {size / 1_000_000:.1f} MB"
    began = session.exec(select(func.min(Snapshot.at))).one()
    if began is None or now - began < _A_MONTH:
        yield ok("size", f"{seen}; how it grows can be said after a month")
        return
    year = size / versions * (new or 0) * 365 / _A_MONTH.days
    kept = f"versions of pages thin out after {settings.history_days} days" if settings.history_days else "all is kept"
    grows = f"at most {year / 1_000_000:.1f} MB" if year >= _HARDLY else "less than 0.1 MB"
    yield ok("size", f"{seen} and grows by {grows} a year, going by the last month; {kept}")


def of_clock(session: Session, now: datetime) -> Iterator[Diagnosis]:
    """What has happened cannot lie ahead: where it does, this clock is wrong, or was."""
    checked = session.exec(select(func.max(SourceState.checked_at))).one()
    entered = session.exec(select(func.max(EventRow.at))).one()
    known = [at for at in (checked, entered, outbox_queries.last_composed(session)) if at is not None]
    ahead = max(known, default=now) - now
    if ahead > _CLOCKS_DIFFER:
        seen = f"it is {now:%Y-%m-%d %H:%M} UTC, but the database holds {max(known):%Y-%m-%d %H:%M}"
        yield fail(
            "clock", seen, "set the clock right, and keep it right with a time service (timedatectl set-ntp true)"
        )
    else:
        yield ok("clock", f"{now:%Y-%m-%d %H:%M} UTC, not before anything in the database")


def of_watching(session: Session, watchlist: Watchlist, now: datetime) -> Iterator[Diagnosis]:
    """Whether the sources are read as often as they should be."""
    states = source_health.health(session, watchlist.sources)
    stale = [one.source.id for one in states if one.stale(now)]
    if not stale:
        yield ok("watching", f"every one of {wording.count(len(states), 'source')} was read lately")
    elif len(stale) == len(states):
        yield fail("watching", "no source was read lately", "start `regwatch run`, or look at its log")
    else:
        yield warn("watching", f"not read lately: {wording.join(stale)}", "`regwatch status --sources` says why")


def of_key(session: Session, settings: Settings) -> Iterator[Diagnosis]:
    """The key with which links were made, where there are any."""
    if not has_key(settings.home) and links_exist(session):
        remedy = "it lies in every copy: `regwatch db restore` one, or put the file back"
        yield fail("key", f"{settings.home / 'links.key'} is missing, and links in mails were made with it", remedy)


def of_outbox(session: Session, now: datetime) -> Iterator[Diagnosis]:
    """Mails that wait for the operator: failed for good, or held because nobody knows whether they arrived."""
    stuck = outbox_queries.needing_a_person(session)
    states = [mail.state for mail in stuck if mail.finished_at is None or mail.finished_at > now - _LATELY]
    failed, held = states.count(MailState.FAILED), states.count(MailState.UNKNOWN)
    waiting = outbox_queries.counts(session).get(MailState.PENDING, 0)
    if (paused := marks.noted(session, marks.Name.PAUSED)) and paused.number:
        yield warn(
            "outbox",
            "mails wait: the database is a copy that was put back, or was paused",
            "`regwatch db release`, once seen",
        )
        return
    seen = f"{wording.count(waiting, 'mail')} to send"
    if failed or held:
        remedy = "`regwatch digest outbox --failed` says why; `regwatch digest reconcile` and `retry` settle them"
        yield warn("outbox", f"{seen}; in a week {failed} failed, {held} of unknown outcome held", remedy)
    else:
        yield ok("outbox", f"{seen}, none failed or held in a week")


def of_canary(session: Session, settings: Settings, watchlist: Watchlist, now: datetime) -> Iterator[Diagnosis]:
    """Whether news reaches the operator's own mailbox."""
    address = settings.canary_mail
    if address is None:
        if settings.smtp_host:
            remedy = "set REGWATCH_CANARY_MAIL to a mailbox of yours: it is the only check of the whole way"
            yield warn("canary", "not set: nobody notices that no mail arrives", remedy)
        return
    person = by_address(session, address)
    if session.get(DigestCursor, address.lower()) is None:
        yield warn("canary", f"{address} is not enrolled yet", "restart `regwatch run`")
    elif person is None or person.standing != ACTIVE or person.paused_until is not None:
        why = f": {person.reason}" if person and person.reason else ""
        yield fail("canary", f"{address} gets no mail{why}", "`regwatch subscriber show` says why; or name another one")
    elif missed := undelivered(session, address, [topic.id for topic in watchlist.topics], now):
        told = "; ".join(str(one) for one in missed[:3])
        yield fail(
            "canary", f"{wording.count(len(missed), 'transition')} not mailed: {told}", "see the lines on mail here"
        )
    else:
        last = outbox_queries.last_accepted(session, address)
        yield ok("canary", f"last mail {last:%Y-%m-%d %H:%M} UTC" if last else "no news yet")


def of_second_reader(session: Session, settings: Settings, now: datetime) -> Iterator[Diagnosis]:
    """How the second reader has fared, where one is set."""
    if not settings.second_reader_url:
        return
    state, day = journal.state_of(session, name_of(settings)), journal.today(session, now)
    sent = f"today {day.requests} of {settings.second_reader_requests} requests"
    sent += f" and {day.characters} of {settings.second_reader_characters} characters"
    left = settings.second_reader_characters - day.characters
    spent = day.requests >= settings.second_reader_requests or left < settings.second_reader_document
    last = f"it last answered {state.answered_at:%Y-%m-%d %H:%M} UTC" if state.answered_at else "it never answered yet"
    if state.failures:
        remedy = "what the rules say is told without it; the line on the second reader says whether it can be asked"
        yield warn("opinions", f"{wording.count(state.failures, 'failure')} in a row: {state.reason}; {sent}", remedy)
    elif not journal.is_believed(session, settings.second_reader_model):
        seen = f"{settings.second_reader_model} contradicts the rules too often, so it is not believed; {sent}"
        yield warn("opinions", seen, "take another model; what it says of each is in `regwatch review` and `explain`")
    elif spent:
        yield warn("opinions", f"{last}; {sent}", "raise the budget, or let the rules stand alone until midnight UTC")
    else:
        yield ok("opinions", f"{last}; {sent}")


def of_backup(session: Session, settings: Settings, now: datetime) -> Iterator[Diagnosis]:
    """When the last whole copy was written, where that is known."""
    if not settings.database.startswith("sqlite"):
        yield ok("backup", "PostgreSQL: regwatch cannot know of pg_dump")
        return
    last = marks.noted(session, marks.Name.BACKUP)
    remedy = "run `regwatch db backup` every night, from a timer, with a name that changes"
    if last is None or last.at is None:
        yield warn("backup", "none was ever made by `regwatch db backup`", remedy)
    elif now - last.at > _OLD_BACKUP:
        yield warn("backup", f"the last is of {last.at:%Y-%m-%d %H:%M} UTC", remedy)
    else:
        yield ok("backup", f"the last is of {last.at:%Y-%m-%d %H:%M} UTC")
