"""What the reading of a document passes from sentence to sentence, and what it comes to."""

from __future__ import annotations

from dataclasses import dataclass, field

from regwatch.classify.authority import Body
from regwatch.classify.candidates import Candidate, Rejected
from regwatch.classify.date_spans import Mention
from regwatch.classify.extract import Action
from regwatch.classify.products import Named
from regwatch.classify.segment import Sentence


@dataclass
class Memory:
    """What the sentences before have named: an authority, a medicine, a decision that may head a list."""

    context: Body | None = None
    last: Named | None = None
    head: Candidate | None = None
    opens: Candidate | None = None
    """A decision whose sentence ends in a colon, while the items of its list follow."""
    heading: Candidate | None = None
    """An act that a heading tells of the medicines of the lines below it."""
    list_head: Action | None = None
    """The head of a list, while nothing but its items follows."""


@dataclass(frozen=True)
class SentenceSpans:
    """One sentence with all that is named in it."""

    s: Sentence
    actions: list[Action]
    bodies: list[Body]
    named: list[Named]
    dates: list[Mention]
    heading: Action | None = None
    """What heads a list in it."""

    @property
    def heads(self) -> list[int]:
        """Where its events stand."""
        return [action.head for action in self.actions]


@dataclass
class TextReading:
    """The candidates of a document in order, and the spans that came to nothing."""

    candidates: list[Candidate] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    tried: int = 0
    """Spans that were not shadows, whatever came of them."""
