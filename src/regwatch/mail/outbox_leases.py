"""Reading mails ahead: a sender takes the next mails for itself for a short while, with their texts.

A mail that is read ahead stays in its state, and only its lease says that no other sender should take it: whoever
leaves is still not written to, and a sender that dies leaves nothing behind but a lease that runs out. It is claimed
(`outbox.claim`) when it is about to be handed over.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Row, bindparam, update
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from regwatch.mail import fingerprints, outbox_leaving, outbox_queries
from regwatch.mail.outbox_queries import WAITING, OutgoingMail
from regwatch.mail.pace import domain_of
from regwatch.store.tables import Message, MessageText

LEASE = timedelta(minutes=2)
"""For how long a mail is read ahead: much longer than it takes to send what was read."""


@cache
def started() -> str:
    """What tells this run of the machine from others, "" where that is not known."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""


def new_holder() -> str:
    """The name of a sender: it tells when the machine was started."""
    return f"{started()}/{secrets.token_hex(8)}"


def of_before_the_start(session: Session) -> Sequence[int]:
    """Mails that were read ahead when this machine ended without warning.

    What was written of them last may be lost with it, unless another machine keeps the database.
    """
    if session.get_bind().dialect.name != "sqlite":
        return ()
    theirs = select(Message.id).where(
        col(Message.state).in_(WAITING),
        col(Message.leased_until).is_not(None),
        col(Message.leased_by).not_like(f"{started()}/%"),
    )
    return [number for number in session.exec(theirs) if number is not None]


def read_ahead(
    session: Session,
    holder: str,
    now: datetime,
    most: int,
    *,
    channels: bool = False,
    share: int | None = None,
) -> list[OutgoingMail]:
    """Take the next mails for `holder`, at most so many, the most urgent first.

    `share` is how many of them may be for one domain of recipients, None for any number.
    """
    numbers: list[int] = []
    taken: Counter[str] = Counter()
    for number, recipient in outbox_queries.due(session, now, channels=channels, at_once=most):
        domain = domain_of(recipient)
        if share is None or taken[domain] < share:
            taken[domain] += 1
            numbers.append(number)
        if len(numbers) >= most:
            break
    session.connection().execute(_LEASE, {"numbers": numbers, "holder": holder, "until": now + LEASE})
    rows = {row.id: row for row in session.connection().execute(_TEXTS, {"numbers": numbers})}
    told = fingerprints.of_mails(session, numbers)
    outbox_leaving.withdraw_without_text(session, set(numbers) - rows.keys(), now)
    return [_outgoing(rows[number], told[number]) for number in numbers if number in rows]


_AMONG = col(Message.id).in_(bindparam("numbers", expanding=True))
_LEASE = update(Message).where(_AMONG).values(leased_by=bindparam("holder"), leased_until=bindparam("until"))
_OF_A_MAIL: list[Any] = [
    Message.id, Message.message_id, Message.recipient, Message.subject, Message.subscriber, Message.created_at,
    MessageText.raw,
]  # fmt: skip
_TEXTS = columns(*_OF_A_MAIL).join(MessageText, col(MessageText.message) == col(Message.id)).where(_AMONG)


def give_back(session: Session, numbers: Sequence[int], holder: str | None = None) -> None:
    """What was taken (by `holder`, if one is named) and not sent can be taken by any sender."""
    if not numbers:
        return
    theirs = update(Message).where(col(Message.id).in_(numbers))
    theirs = theirs if holder is None else theirs.where(col(Message.leased_by) == holder)
    session.execute(theirs.values(leased_by="", leased_until=None))


def give_all_back(session: Session) -> None:
    """For the start, when no other sender runs: whoever has taken anything is dead."""
    taken = update(Message).where(col(Message.state).in_(WAITING), col(Message.leased_until).is_not(None))
    session.execute(taken.values(leased_by="", leased_until=None))


def _outgoing(row: Row[Any], told: list[str]) -> OutgoingMail:
    words = fingerprints.words(row.message_id, row.subscriber, told)
    return OutgoingMail(row.id, row.recipient, row.subject, row.raw, row.created_at, words)
