"""Why subscriptions end: what is kept of it is a sentence, what is counted is one of these few names."""

from __future__ import annotations

from enum import StrEnum

from sqlmodel import Session

from regwatch.store import marks


class Ending(StrEnum):
    """The reasons, by the words with which they are kept; some of those go on with a detail."""

    STOPPED = "stopped by the subscriber"
    CHANGED = "changed by the subscriber"
    BY_MAIL = "unsubscribed by mail"
    BY_OPERATOR = "stopped by the operator"
    HARD_BOUNCE = "the mailbox does not exist"
    COMPLAINT = "marked as spam"
    ERASED = "erased"
    UNLISTED = "no longer in the watchlist"
    OTHER = ""


def count(session: Session, reason: str, ended: int) -> None:
    """Count that so many subscriptions have ended, in the caller's transaction."""
    if ended:
        cause = next(one for one in Ending if reason.startswith(one.value))
        marks.count(session, marks.Name.ENDED, cause.name.lower(), ended)
