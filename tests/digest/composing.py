"""Who is told, for the tests that compose from a real ledger; importable, so that other processes can compose too."""

from __future__ import annotations

from typing import Any

from digest.story import ANA, NOW, OTHER, SENDER, TOPIC
from regwatch.digest.due_digests import compose_due
from regwatch.digest.posting import Mailing
from regwatch.model import Source
from regwatch.store.database import Database
from regwatch.watchlist import Cadence, Recipient, Watchlist

BOB = Recipient("bob@example.org", (TOPIC.id, OTHER.id), "Bob", Cadence.IMMEDIATELY)
SOURCES = (
    Source("ec", "ec_register", "European Commission", "https://ec.europa.eu/x", (TOPIC.id,), official_for=("EC",)),
)


def mailing(*recipients: Recipient) -> Mailing:
    """Mails to these recipients."""
    return Mailing(Watchlist((TOPIC, OTHER), SOURCES, recipients), SENDER)


def compose_in_a_process(url: str, start: Any) -> None:
    """Wait for the others, then compose."""
    opened = Database(url)
    start.wait(30)
    compose_due(opened.session, mailing(ANA, BOB), NOW)
    opened.close()
