"""What stands beside the news in a digest and makes none: the operator's notes, and the background."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from regwatch.ledger.background import BackgroundItem
from regwatch.ledger.notes import Note


@dataclass(frozen=True)
class Beside:
    """The notes on the reader's topics, and of the background what they have not been told, the newest first."""

    notes: Sequence[Note] = ()
    background: Sequence[BackgroundItem] = ()


NOTHING = Beside()
