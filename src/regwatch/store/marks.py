"""What the daemon knows and the metrics page tells: counts and times, written where the thing itself is written.

The page is served by another process, so that these figures have to be in the database. Nothing is written where
nothing has changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import bindparam, delete, insert, update
from sqlmodel import Session, col, select

from regwatch.store.tables import Mark as Mark


class Name(StrEnum):
    """What is counted (by a label) or noted."""

    REPLIES = "smtp_replies"
    """Counted by class: 2xx, 4xx, 5xx, lost."""
    ENDED = "subscriptions_ended"
    """Counted by the reason's name."""
    UNREADABLE = "parse_failures"
    """Counted by source."""
    PROBES = "write_probes"
    """Writes that were tried after one had failed."""
    STARTS = "starts"
    """Counted: how often the daemon has started; of workers, by machine."""
    CRASHES = "crashes"
    """Counted by source, or by the daemon's own work: what nobody foresaw."""
    SECOND_READER_DOCUMENTS = "second_reader_documents"
    """Counted by what became of the question: answered, known, or the kind of trouble."""
    SECOND_READER_EVENTS = "second_reader_events"
    """Counted by verdict, or as `unverified`."""
    REFUSED_IN_A_ROW = "smtp_refused_in_a_row"
    """The numbers of the mails that were refused since the mail server last took one."""
    RELAY_UP = "smtp_relay_up"
    """1 or 0: whether the mail server took what it was last given; if not, since when."""
    RELOADED = "config_last_reload_successful"
    """1 or 0: whether the daemon runs on what `sources.yaml` said when it was last told to read it."""
    POLL_NOW = "poll_now"
    """Counted by source: the operator wants it to be looked at."""
    RESTING = "resting"
    """By source: until when the operator lets it rest."""
    STORY = "story_told_until"
    """When the demo's story stands, in a database that holds one: what shows it tells the time of then."""
    PAUSED = "outbox_paused"
    """1: the database is a copy that was put in the place of another, and mails wait until somebody has looked."""
    COPY_MADE = "copy_made"
    """Of a copy that was put in place: when it was made, and the last number of a subscriber in it."""
    COPY_RESTORED = "copy_restored"
    """When it was put in place, and the last number of an event in it."""
    BACKUP = "backup_last_success"
    """When the last whole backup was written."""
    KEY = "key_of_workers"
    """A fingerprint of 30 bits of the key that all workers of the database have."""
    PRUNED = "versions_thinned_out"
    """When old versions of pages last thinned out."""


def count(session: Session, name: Name, label: str, by: int = 1) -> None:
    """Count one more, or several more, in the caller's transaction."""
    values = {"which": name.value, "what": label, "by": by}
    if session.connection().execute(_COUNT, values).rowcount == 0:
        session.connection().execute(_BEGIN_TO_COUNT, values)


_WHICH = col(Mark.name) == bindparam("which")
_COUNT = (
    update(Mark).where(_WHICH, col(Mark.label) == bindparam("what")).values(number=Mark.number + bindparam("by"))
)  # fmt: skip
_BEGIN_TO_COUNT = insert(Mark).values(name=bindparam("which"), label=bindparam("what"), number=bindparam("by"))
_CLEAR = delete(Mark).where(_WHICH)


def clear(session: Session, name: Name, *, labels: Iterable[str] | None = None) -> None:
    """Count from nothing again, or forget these labels, in the caller's transaction."""
    these = _CLEAR if labels is None else _CLEAR.where(col(Mark.label).in_(labels))
    session.connection().execute(these, {"which": name.value})


def note(session: Session, name: Name, *, label: str = "", number: int = 0, at: datetime | None = None) -> None:
    """Note how something stands, in the caller's transaction."""
    row = session.get(Mark, (name.value, label)) or Mark(name=name.value, label=label)
    row.number, row.at = number, at
    session.add(row)


def counts(session: Session, name: Name) -> dict[str, int]:
    """What was counted, by label."""
    rows = select(Mark).where(Mark.name == name.value).execution_options(populate_existing=True)
    return {row.label: row.number for row in session.exec(rows)}


def labelled(session: Session, name: Name) -> Sequence[Mark]:
    """How something stands for each label."""
    return session.exec(select(Mark).where(Mark.name == name.value).order_by(col(Mark.label))).all()


def noted(session: Session, name: Name) -> Mark | None:
    """How something stands; None if that was never noted."""
    return session.get(Mark, (name.value, ""))
