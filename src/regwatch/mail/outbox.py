"""The outbox: rendered mails and what became of them. A mail is sent from here or not at all.

This module and those whose names begin like its own alone write the rows of mails, `outbox_queries` reads them, and
nobody else does either. `states` says what the states mean and how they follow.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import BindParameter, bindparam, func, insert, or_, update
from sqlmodel import Session, col, select

from regwatch.mail import fingerprints, outbox_leases, outbox_queries
from regwatch.mail.outbox_queries import free, ready, told
from regwatch.mail.replies import About, about
from regwatch.mail.retry import RetryPolicy
from regwatch.mail.states import CHANNEL, MailState
from regwatch.safe_text import one_line
from regwatch.store import backup_journal, marks
from regwatch.store.backup_journal import JournalEntry
from regwatch.store.columns import UtcDateTime
from regwatch.store.prepared import Prepared, Transaction
from regwatch.store.subscriber_tables import ENDED, Subscriber
from regwatch.store.tables import Message, MessageEvent, MessageText

LOST = "lost"
"""How a hand-over without a reply is counted; replies are counted by their first digit, as 2xx."""

REFUSALS_IN_A_ROW = 3

_RETRY = RetryPolicy()


def enqueue(
    session: Session,
    recipient: str,
    events: Sequence[int] = (),
    *,
    kind: str,
    subject: str,
    identity: str,
    raw: bytes,
    now: datetime,
    subscriber: int | None = None,
) -> int | None:
    """Put one mail into the outbox, in the caller's transaction, and note the events of the ledger that it tells.

    `identity` is its Message-ID. Returns its number; None, and does nothing, if the recipient has been told of any of
    these events: nobody is told twice. The database holds the same rule.
    """
    if events and told(session, recipient, events):
        return None
    values = {
        "message_id": identity, "recipient": recipient, "kind": kind, "subject": subject, "created_at": now,
        "state": MailState.PENDING.value, "subscriber": subscriber,
    }  # fmt: skip
    number: int = _NEW.run(session, values | _UNTRIED).scalar_one()
    _TEXT.run(session, {"message": number, "raw": raw})
    if events:
        rows = [{"message": number, "event": seq, "recipient": recipient.lower()} for seq in events]
        session.connection().execute(_TELLS, rows)
    return number


_TELLS = insert(MessageEvent)
_UNTRIED = {"attempts": 0, "unknowns": 0, "code": 0, "reply": "", "bounced": "", "leased_by": ""}
_COLUMNS = ("message_id", "recipient", "kind", "subject", "created_at", "state", "subscriber", *_UNTRIED)
_NEW = Prepared(insert(Message).returning(col(Message.id)), _COLUMNS)
_TEXT = Prepared(insert(MessageText), ("message", "raw"))


def claim(
    transaction: Transaction, number: int, now: datetime, policy: RetryPolicy = _RETRY, *, holder: str = ""
) -> bool:
    """Move a mail to `sending` for a lease; False if another sender has it, or it is not to be sent any more.

    `holder` is who has read it ahead. The caller commits before DATA.
    """
    values = {"number": number, "now": now, "lease": now + policy.lease, "holder": holder}
    return _CLAIM.run(transaction, values).rowcount == 1


_NOW: BindParameter[datetime] = bindparam("now", type_=UtcDateTime())
_CLAIM = Prepared(
    update(Message)
    .where(
        col(Message.id) == bindparam("number"),
        ready(_NOW),
        or_(col(Message.leased_by) == bindparam("holder"), free(_NOW)),
    )
    .values(
        state=MailState.SENDING.value,
        next_at=bindparam("lease", type_=UtcDateTime()),
        attempts=Message.attempts + 1,
        first_tried_at=func.coalesce(col(Message.first_tried_at), _NOW),
        leased_by="",
        leased_until=None,
    )
)


def accept(session: Session, number: int, reply: str, now: datetime) -> None:
    """The mail server took it, which is to be noted too (`note_taken`), if not for each mail alone."""
    accept_known(session, number, reply, now, fingerprints.of_row(session, _row(session, number)))


def accept_known(transaction: Transaction, number: int, reply: str, now: datetime, known: Sequence[str]) -> None:
    """The same where it was read before what the journal says of the mail."""
    _ACCEPT.run(transaction, {"number": number, "said": one_line(reply, 200), "now": now})
    backup_journal.note(transaction, JournalEntry.SENT, *known)


_ACCEPT = Prepared(
    update(Message)
    .where(col(Message.id) == bindparam("number"))
    .values(
        state=MailState.ACCEPTED.value,
        code=250,
        reply=bindparam("said"),
        next_at=None,
        finished_at=_NOW,
    )
)


def note_taken(session: Session, replies: Sequence[str]) -> None:
    """The mail server took mails with these replies: they are counted, and no row of refusals goes on."""
    for reply, times in Counter(reply[:3] for reply in replies).items():
        count_reply(session, reply, times)
    if replies:
        marks.clear(session, marks.Name.REFUSED_IN_A_ROW)


def arrived(session: Session, number: int, how: str, now: datetime) -> bool:
    """A mail of unknown outcome was taken after all, as `how` tells; False, and nothing is done, for any other mail."""
    row = session.get(Message, number)
    if row is None or row.state != MailState.UNKNOWN.value:
        return False
    _settle(row, MailState.ACCEPTED, 250, how, finished_at=now)
    fingerprints.journal(session, row, JournalEntry.SENT)
    return True


def refuse(session: Session, number: int, code: int, reply: str, now: datetime) -> None:
    """The mail server refused it for good; it stays visible and can be retried by command.

    See `take_back` for refusals in a row. One that a mailbox is gone, given again after the server took other mail, is
    certain and is none of them.
    """
    count_reply(session, str(code))
    row = _tried(session, number, now)
    _settle(row, MailState.FAILED, code, reply, finished_at=now)
    took_mail_since = row.attempts > 1 and outbox_queries.accepted_since(session, row.first_tried_at or now)
    if row.kind != CHANNEL and not (about(reply) is About.GONE and took_mail_since):
        marks.count(session, marks.Name.REFUSED_IN_A_ROW, str(number))


def take_back(session: Session, now: datetime, policy: RetryPolicy = _RETRY) -> int:
    """After so many refusals in a row, of whatever text, the mail server refuses us and not the recipients.

    The mails are pending again. Returns how many; 0 where the row is not as long. What has been tried for too many days
    stays failed.
    """
    row = marks.counts(session, marks.Name.REFUSED_IN_A_ROW)
    if len(row) < REFUSALS_IN_A_ROW:
        return 0
    marks.clear(session, marks.Name.REFUSED_IN_A_ROW)
    mails = [mail for number in row if (mail := session.get(Message, int(number)))]
    mails = [mail for mail in mails if not _why_not_again(session, mail)]
    fresh = [mail for mail in mails if now - (mail.first_tried_at or now) < policy.give_up]
    for mail in fresh:
        mail.state, mail.finished_at = MailState.PENDING.value, None
    return len(fresh)


def defer(
    session: Session, number: int, code: int, reply: str, now: datetime, policy: RetryPolicy = _RETRY
) -> MailState:
    """The mail server asked to come back; after too many tries the mail has failed. Returns its state."""
    count_reply(session, str(code))
    row = _tried(session, number, now)
    again = policy.after_deferral(row.attempts, row.first_tried_at or now, now)
    state = MailState.DEFERRED if again else MailState.FAILED
    _settle(row, state, code, reply, next_at=again, finished_at=None if again else now)
    return state


def release(session: Session, number: int, code: int, reply: str, *, claimed: bool) -> None:
    """The relay failed, not this mail: as if it had not been tried, but for what the relay said (`code` 0: nothing)."""
    row = _row(session, number)
    if claimed:
        row.attempts -= 1
        row.first_tried_at = row.first_tried_at if row.attempts else None
        row.state, row.next_at = MailState.PENDING.value, None
    if code and row.state == MailState.PENDING.value:
        row.code, row.reply = code, one_line(reply, 200)


def lose(session: Session, number: int, reply: str, now: datetime, policy: RetryPolicy = _RETRY) -> None:
    """Nobody knows whether the server took it: it is sent once more, or held for the operator."""
    marks.count(session, marks.Name.REPLIES, LOST)
    row = _row(session, number)
    row.unknowns += 1
    again = policy.after_loss(row.unknowns, now)
    _settle(row, MailState.UNKNOWN, 0, reply, next_at=again, finished_at=None if again else now)
    fingerprints.journal(session, row, JournalEntry.UNSURE)


def recover(session: Session, now: datetime, policy: RetryPolicy = _RETRY, *, starting: bool = False) -> int:
    """Mails left in `sending` by a process that ended there become `unknown`. Returns how many.

    So do those that were read ahead when the machine itself ended: that they were sent may have been forgotten.
    `starting` is for the daemon's start, when no other sender runs; otherwise only those are taken whose lease is over.
    """
    left = select(Message.id).where(Message.state == MailState.SENDING.value)
    if not starting:
        left = left.where(col(Message.next_at) <= now)
    numbers = [number for number in session.exec(left) if number is not None]
    for number in numbers:
        lose(session, number, "regwatch was stopped while this mail was handed over", now, policy)
    forgotten = outbox_leases.of_before_the_start(session)
    for number in forgotten:
        lose(session, number, "the machine was stopped while mails were handed over, perhaps this one", now, policy)
    outbox_leases.give_back(session, forgotten)
    return len(numbers) + len(forgotten)


def retry(session: Session, number: int) -> str:
    """Send a failed or held mail again, by an operator's command. Returns why that cannot be; "" if it can."""
    row = session.get(Message, number)
    if row is None:
        return "there is no such mail"
    if why_not := _why_not_again(session, row):
        return why_not
    row.state, row.next_at, row.first_tried_at, row.finished_at = MailState.PENDING.value, None, None, None
    row.attempts, row.code = 0, 0
    return ""


def note_bounce(session: Session, number: int, what: str) -> None:
    """A mail came back: `what` says why, in a word and a status."""
    _row(session, number).bounced = what
    session.flush()


def count_reply(session: Session, reply: str, times: int = 1) -> None:
    """Count a mail server's reply by its class; what no mail server said, such as a folder's answer, is passed over."""
    if reply[:3].isdigit() and reply[0] in "245":
        marks.count(session, marks.Name.REPLIES, f"{reply[0]}xx", times)


def _why_not_again(session: Session, row: Message) -> str:
    """Why a mail cannot be sent again; "" if it can."""
    if row.state not in (MailState.FAILED.value, MailState.UNKNOWN.value):
        return f"it is {row.state}, and only what failed or has an unknown outcome is sent again"
    person = session.get(Subscriber, row.subscriber) if row.subscriber else None
    if person is not None and person.standing == ENDED:
        return "whom it is for gets no more mail"
    return "" if session.get(MessageText, row.id) else "its text is kept for a week after the last try, no longer"


def _row(session: Session, number: int) -> Message:
    row = session.get(Message, number)
    assert row is not None, f"there is no message {number}"
    return row


def _tried(session: Session, number: int, now: datetime) -> Message:
    """The mail, with this attempt counted: a refusal of the recipient comes before the mail is claimed."""
    row = _row(session, number)
    if row.state != MailState.SENDING.value:
        row.attempts += 1
        row.first_tried_at = row.first_tried_at or now
    return row


def _settle(
    row: Message,
    state: MailState,
    code: int,
    reply: str,
    *,
    next_at: datetime | None = None,
    finished_at: datetime | None = None,
) -> None:
    row.state, row.code, row.reply = state.value, code, one_line(reply, 200)
    row.next_at, row.finished_at = next_at, finished_at
