"""What is wrong with the way of the mails, with the evidence; no evidence names a recipient."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from sqlmodel import Session

from regwatch import wording
from regwatch.mail import outbox_queries
from regwatch.mail.replies import exact_status
from regwatch.monitoring.checks import Problem, ProblemKind
from regwatch.store import marks

DOWN_FOR = timedelta(minutes=30)
"""A mail server that is started again, or is busy for a moment, is no problem."""

SHOWN_FOR = timedelta(days=7)
"""As long as the text of a mail is kept, and it can be sent again."""


def of_relay(session: Session, now: datetime) -> list[Problem]:
    """A mail server that takes nothing from us, as one problem."""
    noted = marks.noted(session, marks.Name.RELAY_UP)
    if noted is None or noted.number or noted.at is None or now - noted.at < DOWN_FOR:
        return []
    waiting = sum(outbox_queries.counts(session).get(state, 0) for state in ("pending", "deferred"))
    return [Problem("", ProblemKind.RELAY, f"{wording.count(waiting, 'mail')} waiting", noted.at)]


def of_failed(session: Session, now: datetime) -> list[Problem]:
    """The mails that a person can still send again, as one problem, by what the mail server said."""
    mails = [mail for mail in outbox_queries.needing_a_person(session) if now - _settled(mail) < SHOWN_FOR]
    if not mails:
        return []
    said = Counter(f"{mail.code or 'unknown'} {exact_status(mail.reply)}".strip() for mail in mails)
    reasons = wording.join([f"{number} with {reason}" for reason, number in said.most_common(5)])
    times = [_settled(mail) for mail in mails]
    evidence = f"{wording.count(len(mails), 'mail')}: {reasons}"
    return [Problem("", ProblemKind.MAILS_FAILED, evidence, min(times), max(times))]


def _settled(mail: outbox_queries.MailRecord) -> datetime:
    return mail.finished_at or mail.created_at
