"""A digest and a letter about nothing: to try templates, signatures and the way to a mailbox with."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from regwatch.digest.compose import Digest, compose
from regwatch.digest.posting import Mailing
from regwatch.digest.render import render
from regwatch.ledger.entries import Event, EventKind, Evidence, Standpoint, Transition
from regwatch.mail import outbox
from regwatch.mail.message import domain, write
from regwatch.mail.short_mail import ShortMail
from regwatch.model import Indication, Topic, Treatment
from regwatch.vocabulary import Milestone, Standing
from regwatch.watchlist import Recipient, Watchlist

TEST = "test"
"""The kind of a mail that tells nothing: the operator sends it to see how a digest arrives."""
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


def post_test(session: Session, mailing: Mailing, address: str, zone: str, now: datetime) -> int:
    """Put a test digest into the outbox: it says in its subject and its last lines that it is none. Gives its number.

    Raises `ValueError` if the address is none.
    """
    why = "This is a test that the operator of this service sent. Nothing in it has happened."
    sample = render(sample_digest(mailing.watchlist, zone, now), mailing.sender, overrides=mailing.templates)
    rendered = sample.linked("", "", why)
    rendered = replace(rendered, subject=f"Test, not news: {rendered.subject}")
    identity = f"<t.{secrets.token_hex(12)}@{domain(mailing.sender)}>"
    raw = write(rendered, mailing.sender, address, identity, now, signer=mailing.signer)
    number = outbox.enqueue(
        session, address, kind=TEST, subject=rendered.subject, identity=identity, raw=raw, now=now
    )  # fmt: skip
    assert number is not None
    return number
