"""What lies on the operator's desk: findings to review, rows not understood, the outbox, and figures of all of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from regwatch import wording
from regwatch.ledger import review
from regwatch.mail import outbox_queries
from regwatch.mail.outbox_queries import MailRecord
from regwatch.reasons import in_short
from regwatch.store.codec import second_from_text, weighing_from_text
from regwatch.store.tables import AlertRow, DigestCursor, EventRow, FindingRow, OddityRow
from regwatch.vocabulary import Milestone, Verdict

_MOST = 200


@dataclass(frozen=True)
class OpenFinding:
    """A finding that waits for a person. `second` is what the second reader says of it, "" for nothing.

    `weighed` says on one line what spoke for and against, "" for what was not weighed.
    """

    number: int
    source: str
    topic: str
    says: str
    date: str
    why: str
    quote: str
    url: str
    at: datetime
    second: str = ""
    weighed: str = ""


@dataclass(frozen=True)
class OpenOddity:
    """Something on a page that was not understood."""

    source: str
    what: str
    text: str
    url: str
    first_seen: datetime


@dataclass(frozen=True)
class QueueCounts:
    """Counts for monitoring. `oldest` is when the oldest message was made that nobody has tried to hand over."""

    messages: Mapping[str, int]
    oldest: datetime | None
    composed: datetime | None
    findings: int
    oddities: int
    last_event: datetime | None


def open_findings(session: Session) -> list[OpenFinding]:
    """What `regwatch review` lists, in its order."""
    rows = review.waiting(session)[:_MOST]
    return [
        OpenFinding(
            number=row.id or 0,
            source=row.source,
            topic=row.topic,
            says=said(row.authority, row.milestone, row.mode),
            date=review.day_told(row),
            why=row.reason or f"{row.confidence} confidence",
            quote=row.quote,
            url=row.url,
            at=row.at,
            second=second_opinion(row),
            weighed=in_short("", weighing_from_text(row.weighing)),
        )
        for row in rows
    ]


def said(authority: str, milestone: str, mode: str) -> str:
    """What a text was taken to say, in words: `FDA: orphan status (announced)`."""
    whose = f"{wording.short_name(authority)}: " if authority else ""
    return f"{whose}{wording.status(Milestone(milestone))} ({mode})"


def second_opinion(row: FindingRow) -> str:
    """What the second reader says of a finding, as a sentence shows it; "" where it says nothing."""
    second = second_from_text(row.second)
    if second is None:
        return ""
    if second.verdict is Verdict.AGREES:
        return f"agrees ({second.model})"
    if second.verdict is Verdict.ALONE:
        return f"says so alone ({second.model})"
    reads = said(second.authority, second.milestone.value, second.mode.value)
    return f'reads {reads} in "{second.quote}" ({second.model})'


def oddities(session: Session) -> list[OpenOddity]:
    """What stands on pages and was not understood, newest first."""
    rows = session.exec(
        select(OddityRow).where(col(OddityRow.resolved_at).is_(None)).order_by(col(OddityRow.id).desc()).limit(_MOST)
    )
    return [OpenOddity(row.source, row.what, row.text, row.url, row.first_seen) for row in rows]


def mails(session: Session) -> list[MailRecord]:
    """The newest mails and how they fare; who they are for is shown on no page."""
    return outbox_queries.newest(session, _MOST)


def alerts(session: Session) -> dict[str, int]:
    """How many alerts are open, by kind."""
    open_ones = select(AlertRow.kind, func.count()).where(col(AlertRow.resolved_at).is_(None))
    return dict(session.exec(open_ones.group_by(AlertRow.kind)).all())


def counts(session: Session) -> QueueCounts:
    """The counts of the moment."""
    return QueueCounts(
        messages=outbox_queries.counts(session),
        oldest=outbox_queries.oldest_pending(session),
        composed=session.exec(
            select(DigestCursor.composed_at)
            .where(col(DigestCursor.composed_at).is_not(None))
            .order_by(col(DigestCursor.composed_at).desc())
            .limit(1)
        ).first(),
        findings=review.count_waiting(session),
        oddities=session.exec(select(func.count()).where(col(OddityRow.resolved_at).is_(None))).one(),
        last_event=session.exec(select(EventRow.at).order_by(col(EventRow.seq).desc()).limit(1)).first(),
    )
