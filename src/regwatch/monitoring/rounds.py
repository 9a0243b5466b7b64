"""One look at the health of all sources: notices opened and closed, and the mail to the operator."""

from __future__ import annotations

import hashlib
from datetime import datetime

from regwatch.digest.posting import Mailing
from regwatch.mail import outbox
from regwatch.mail.short_mail import enqueue_short_mail
from regwatch.mail.states import CHANNEL, OPERATOR, channel_recipient
from regwatch.monitoring import alert_mail, alerts, checks, mail_checks
from regwatch.monitoring.alerts import AlertChanges
from regwatch.monitoring.listed_days import ListedDays
from regwatch.store.database import Sessions
from regwatch.store.tables import AlertRow
from regwatch.watchlist import Watchlist

AT_ONCE = 25
"""Sources whose notices are written in one transaction: nobody waits long for it."""
KIND = "operator"
"""The kind of these mails in the outbox."""


def run_checks(
    sessions: Sessions,
    watchlist: Watchlist,
    now: datetime,
    canary: str | None = None,
    second_reader: str = "",
    *,
    reading: Sessions | None = None,
    listed: ListedDays | None = None,
) -> AlertChanges:
    """Look at every configured source, what waits for review, what reached the canary, the second reader and mail.

    What is looked at can be much, so it is read by `reading`, if given, which keeps no poll from writing; what has
    changed is then written in short transactions. `second_reader` is its name in the journal, "" for none; `listed` is
    what the last round read of lists.
    """
    with (reading or sessions)() as session:
        found = checks.of_sources(session, watchlist.sources, now, listed or ListedDays())
        found += checks.of_reviews(session)
        found += checks.of_canary(session, canary, [topic.id for topic in watchlist.topics], now)
        found += checks.of_second_reader(session, second_reader, now)
        found += mail_checks.of_relay(session, now)
        found += mail_checks.of_failed(session, now)
        concerned = alerts.concerned(session, found)
    turn = AlertChanges()
    for start in range(0, len(concerned), AT_ONCE):
        with sessions() as session:
            part = alerts.fold(session, concerned[start : start + AT_ONCE], found, now)
        turn.opened += part.opened
        turn.closed += part.closed
    with (reading or sessions)() as session:
        turn.standing = list(alerts.open_alerts(session))
    return turn


def tell_operator(
    sessions: Sessions,
    recipient: str,
    mailing: Mailing,
    now: datetime,
    *,
    channel: bool = False,
    reading: Sessions | None = None,
) -> int | None:
    """Put one mail on what has begun or ended into the outbox; None if there is nothing to tell, or no mailbox ("").

    With `channel` the operator's own channel is told as well, which works where the mail server does not.
    That the operator has been told is committed with the mail: nothing is told twice, and nothing is lost. What is to
    be told is read by `reading`, if given, and the mail is written before the transaction writes its first row.
    """
    with (reading or sessions)() as session:
        begun, ended = alerts.to_tell(session, now)
    if not begun and not ended:
        return None
    mail = alert_mail.letter(begun, ended, mailing.watchlist.publisher)
    identity, number = _identity(recipient, [*begun, *ended]), None
    with sessions() as session:
        if recipient:
            number = enqueue_short_mail(
                session, mail, sender=mailing.sender, recipient=recipient, subscriber=None, kind=KIND,
                identity=identity, now=now, signer=mailing.signer, overrides=mailing.templates,
            )  # fmt: skip
        if channel:
            text = "\n".join(f"{words}. {seen}" for words, seen in mail.rows)
            outbox.enqueue(
                session, channel_recipient(OPERATOR), kind=CHANNEL, subject=mail.subject, identity=f"<ch.{identity}>",
                raw=text.encode(), now=now,
            )  # fmt: skip
        alerts.told(session, [*begun, *ended], now)
    return number


def _identity(recipient: str, rows: list[AlertRow]) -> str:
    told = (f"{row.id} {row.resolved_at or row.latest_at}" for row in rows)
    seed = "\n".join([recipient.lower(), *told])
    return f"n.{rows[0].id}.{hashlib.sha256(seed.encode()).hexdigest()[:16]}"
