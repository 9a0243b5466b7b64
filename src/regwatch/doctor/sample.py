"""A digest and a letter about nothing, to try templates and signatures with. They are sent to nobody."""

from __future__ import annotations

from datetime import datetime

from regwatch.digest.compose import Digest, compose
from regwatch.ledger.entries import Event, EventKind, Evidence, Standpoint, Transition
from regwatch.mail.short_mail import ShortMail
from regwatch.model import Indication, Topic, Treatment
from regwatch.vocabulary import Milestone, Standing
from regwatch.watchlist import Recipient, Watchlist

_TOPIC = Topic("sample", "A sample", Treatment("sample"), Indication("nothing"))


def sample_digest(watchlist: Watchlist, zone: str, now: datetime) -> Digest:
    """One approval of the first topic that is watched, as a reader would get it."""
    topic = next(iter(watchlist.topics), _TOPIC)
    evidence = Evidence(1, "sample", "A sample", "https://example.org/", "A sample.", "sample", True, now)
    moved = Transition(
        1, topic.id, "EC", Milestone.OPINION_POSITIVE, Milestone.APPROVED, None, None, now, Standing.CONFIRMED, False,
        "", (evidence,),
    )  # fmt: skip
    event = Event(1, EventKind.TRANSITION, topic.id, "EC", now, False, moved, None, "")
    board = [Standpoint(topic.id, "EC", moved, ())]
    digest = compose([event], {topic.id: topic}, board, now, Recipient("sample@example.org", (topic.id,), zone=zone))
    assert digest is not None
    return digest


def sample_letter() -> ShortMail:
    """A few words with a table and a link."""
    return ShortMail(
        subject="A sample", title="A sample", before=("A sample.",), links=(("A link", "https://example.org/"),),
        after=("The end.",), caption="A table", rows=(("One", "1"),),
    )  # fmt: skip
