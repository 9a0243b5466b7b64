"""What speaks for a finding: how a text's event was weighed, and what a second reader says of it."""

from __future__ import annotations

from dataclasses import dataclass

from regwatch.vocabulary import Milestone, Mode, Verdict


@dataclass(frozen=True)
class Rival:
    """The authority or medicine that came next for an event. `margin`: by how many characters of distance it lost."""

    name: str
    margin: int


@dataclass(frozen=True)
class Weighing:
    """How an event of a text was weighed.

    `probability`, between 0 and 1, is that of its being its document's news; `signs` are those that weighed most, each
    with its signed share of the log-odds. `start` is what every event begins with and `rest` what all other signs add:
    start, signs and rest together are the log-odds of the probability. `authority` and `medicine` are the runners-up,
    if any came near.
    """

    probability: float
    signs: tuple[tuple[str, float], ...] = ()
    authority: Rival | None = None
    medicine: Rival | None = None
    start: float = 0.0
    rest: float = 0.0

    def speaking(self, side: int) -> tuple[tuple[str, float], ...]:
        """The signs for (`side` 1) or against (-1), the weightiest first."""
        return tuple((name, share) for name, share in self.signs if share * side > 0)


@dataclass(frozen=True)
class SecondReading:
    """What the second reader, `model`, says of the text of a finding. `quote` is a verbatim piece of it."""

    verdict: Verdict
    authority: str
    milestone: Milestone
    mode: Mode
    quote: str
    model: str


def in_short(reason: str, weighing: Weighing | None) -> str:
    """Why a finding counts, on one line without figures but the probability; "" for what was not weighed."""
    if weighing is None:
        return ""
    told = [reason or f"probability of news {weighing.probability:.2f}"]
    for word, side in (("for", 1), ("against", -1)):
        names = ", ".join(name for name, _ in weighing.speaking(side))
        told.append(f"{word}: {names or 'nothing that weighs'}")
    return "; ".join(told)
