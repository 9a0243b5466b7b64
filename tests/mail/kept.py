"""The mails of an outbox with their texts, as tests look at them."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlmodel import Session

from regwatch.mail import outbox_queries
from regwatch.mail.outbox_queries import MailRecord
from regwatch.store.tables import MessageText


@dataclass(frozen=True)
class KeptMail(MailRecord):
    """A mail; `raw` is b"" where its text is forgotten."""

    raw: bytes


def kept_mails(session: Session) -> list[KeptMail]:
    """All mails, the oldest first."""
    return [_kept(session, one) for one in outbox_queries.everything(session)]


def _kept(session: Session, one: MailRecord) -> KeptMail:
    text = session.get(MessageText, one.id)
    return KeptMail(**asdict(one), raw=text.raw if text else b"")
