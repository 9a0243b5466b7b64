"""The tables. Times are UTC; partial dates are kept in their ISO form as text; lists and records as JSON text."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, LargeBinary, UniqueConstraint
from sqlmodel import Field

from regwatch.store import background_tables as background_tables
from regwatch.store import note_tables as note_tables
from regwatch.store import second_reader_tables as second_reader_tables
from regwatch.store import subscriber_tables as subscriber_tables
from regwatch.store.columns import Table as Table
from regwatch.store.columns import time_column as _time
from regwatch.store.version_tables import Blob as Blob
from regwatch.store.version_tables import ChangeRow as ChangeRow
from regwatch.store.version_tables import CrawlState as CrawlState
from regwatch.store.version_tables import Snapshot as Snapshot


class SourceState(Table, table=True):
    """What is known of one source: when it was read, what troubles it, when it is next due.

    `checked_at` is when it was last polled, `answered_at` when that last went well, and `read_at` when its page last
    came whole: of a page that its server calls unmodified nothing was read. `topics` are those it was last read for,
    joined by spaces: a topic added later gets a baseline of its own. `gap_at` is when its list had last turned over
    since the poll before, and `gap_text` the evidence.
    """

    __tablename__ = "source_state"
    id: str = Field(primary_key=True)
    adapter: str
    topics: str = ""
    baselined_at: datetime | None = _time(default=None)
    checked_at: datetime | None = _time(default=None)
    read_at: datetime | None = _time(default=None)
    changed_at: datetime | None = _time(default=None)
    next_due_at: datetime | None = _time(default=None, index=True)
    again_at: datetime | None = _time(default=None)
    trouble: str = ""
    trouble_text: str = ""
    trouble_since: datetime | None = _time(default=None)
    failures: int = 0
    gap_at: datetime | None = _time(default=None)
    gap_text: str = ""
    answered_at: datetime | None = _time(default=None)


class Validator(Table, table=True):
    """What a server said of a page's version, echoed at the next request, and the hash of the body we got."""

    __tablename__ = "validator"
    source: str = Field(primary_key=True)
    url: str = Field(primary_key=True)
    etag: str | None = None
    last_modified: str | None = None
    sha256: str = ""


class Poll(Table, table=True):
    """One poll that found a change or trouble. Unchanged polls leave only `source_state.checked_at`."""

    __tablename__ = "poll"
    id: int | None = Field(default=None, primary_key=True)
    source: str
    at: datetime = _time()
    outcome: str
    detail: str = ""


class FindingRow(Table, table=True):
    """What the classifier said of a change, and where it went: ledger, background, elsewhere, evidence or review.

    `second` is what the second reader says of the same, as JSON; "" where nobody was asked or nothing was said.
    `offset` is the place of the quote in the classified text, in characters. `weighing` is how a text's event was
    weighed, as JSON; "" for what a page's own label says.
    """

    __tablename__ = "finding"
    id: int | None = Field(default=None, primary_key=True)
    change: int = Field(index=True)
    source: str = Field(index=True)
    at: datetime = _time()
    topic: str = Field(default="", index=True)
    authority: str = ""
    milestone: str
    mode: str
    confidence: str
    treatment: str = ""
    brand: str = ""
    indication: str = ""
    jurisdiction: str = ""
    date: str = ""
    announced: str = ""
    was: str = ""
    window: str = ""
    quote: str = ""
    rule: str = ""
    url: str = ""
    reason: str = ""
    cues: str = "[]"
    retracts: bool = False
    baseline: bool = False
    official: bool = False
    published: str = ""
    route: str = Field(default="", index=True)
    transition: int | None = Field(default=None, index=True)
    expectation: int | None = Field(default=None, index=True)
    review: str = Field(default="", index=True)
    reviewed_at: datetime | None = _time(default=None)
    review_note: str = ""
    second: str = ""
    offset: int = 0
    weighing: str = ""


class OddityRow(Table, table=True):
    """Something on a page that was not understood, until a reading no longer shows it."""

    __tablename__ = "oddity"
    id: int | None = Field(default=None, primary_key=True)
    source: str = Field(index=True)
    part: str = ""
    what: str
    text: str
    url: str = ""
    first_seen: datetime = _time()
    last_seen: datetime = _time()
    resolved_at: datetime | None = _time(default=None)


class AlertRow(Table, table=True):
    """Something about a source that the operator should know, until it is over.

    `latest_at` is when the evidence last gained something new; `told_at` when the operator was last told of the notice,
    its end included.
    """

    __tablename__ = "notice"
    id: int | None = Field(default=None, primary_key=True)
    source: str = Field(index=True)
    kind: str
    evidence: str
    since: datetime = _time()
    latest_at: datetime = _time()
    resolved_at: datetime | None = _time(default=None)
    told_at: datetime | None = _time(default=None)


class TransitionRow(Table, table=True):
    """A transition of a topic at an authority."""

    __tablename__ = "transition"
    __table_args__ = (Index("ix_transition_place", "topic", "authority"),)
    id: int | None = Field(default=None, primary_key=True)
    topic: str
    authority: str
    before: str = ""
    milestone: str
    date: str = ""
    announced: str = ""
    detected_at: datetime = _time()
    standing: str
    baseline: bool = False
    history: bool = False
    indication: str = ""


class ExpectationRow(Table, table=True):
    """A foreseen milestone of a topic at an authority."""

    __tablename__ = "expectation"
    __table_args__ = (Index("ix_expectation_place", "topic", "authority"),)
    id: int | None = Field(default=None, primary_key=True)
    topic: str
    authority: str
    milestone: str
    date: str = ""
    wording: str = ""
    state: str
    detected_at: datetime = _time()
    was: str = ""
    days: int | None = None
    met_by: int | None = None
    baseline: bool = False


class EventRow(Table, table=True):
    """The ledger's log in commit order."""

    __tablename__ = "event"
    seq: int | None = Field(default=None, primary_key=True)
    kind: str
    topic: str = Field(index=True)
    authority: str
    at: datetime = _time()
    baseline: bool = False
    transition: int | None = None
    expectation: int | None = None
    finding: int | None = None
    note: str = ""


class DigestCursor(Table, table=True):
    """Up to which event a recipient has been told, and when their last digest was composed.

    Events up to `begun` were in the log before the cursor was made: old news, which nobody owes the recipient. Of the
    background, `background` is the last item that is told or old, and `background_at` when that was.
    """

    __tablename__ = "digest_cursor"
    recipient: str = Field(primary_key=True)
    seq: int = 0
    begun: int = 0
    composed_at: datetime | None = _time(default=None)
    period: str = ""
    background: int = 0
    background_at: datetime | None = _time(default=None)


class Message(Table, table=True):
    """One rendered mail to one recipient: the outbox.

    `attempts` counts hand-overs that reached the recipient stage, `unknowns` those whose outcome is not known. Who has
    read it ahead to send it soon is `leased_by`, and nobody else takes it before `leased_until`.
    """

    __tablename__ = "message"
    # All that decides which mails are due.
    __table_args__ = (Index("ix_message_due", "state", "kind", "code", "next_at", "leased_until"),)
    id: int | None = Field(default=None, primary_key=True)
    message_id: str = Field(unique=True)
    recipient: str = Field(index=True)
    kind: str
    subject: str
    created_at: datetime = _time()
    state: str
    attempts: int = 0
    unknowns: int = 0
    first_tried_at: datetime | None = _time(default=None)
    next_at: datetime | None = _time(default=None)
    code: int = 0
    reply: str = ""
    finished_at: datetime | None = _time(default=None)
    subscriber: int | None = Field(default=None, index=True)
    bounced: str = ""
    leased_by: str = ""
    leased_until: datetime | None = _time(default=None)


class MessageText(Table, table=True):
    """The text of a mail, apart from its state, which changes three times while the text is written once.

    It never changes: retries send the same bytes. No row: it is forgotten.
    """

    __tablename__ = "message_text"
    message: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    raw: bytes = Field(sa_type=LargeBinary)


class MessageEvent(Table, table=True):
    """Which events a message told of: no recipient is told of one event twice."""

    __tablename__ = "message_event"
    __table_args__ = (UniqueConstraint("recipient", "event"),)
    message: int = Field(primary_key=True)
    event: int = Field(primary_key=True)
    recipient: str


class Mark(Table, table=True):
    """A count or a time that other processes ask for: a figure of the service that follows from no other table."""

    __tablename__ = "mark"
    name: str = Field(primary_key=True)
    label: str = Field(default="", primary_key=True)
    number: int = 0
    at: datetime | None = _time(default=None)
