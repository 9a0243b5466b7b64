"""How a text's event was weighed, in values that a person can be shown."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Rival:
    """The authority or medicine that came next for an event. `margin`: by how many characters of distance it lost."""

    name: str
    margin: int


@dataclass(frozen=True)
class Weighing:
    """How an event of a text was weighed.

    `probability`, between 0 and 1, is that of its being its document's news; `signs` are those that weighed most, each
    with its signed share of the log-odds. `authority` and `medicine` are the runners-up, if any came near.
    """

    probability: float
    signs: tuple[tuple[str, float], ...] = ()
    authority: Rival | None = None
    medicine: Rival | None = None
