"""The learned weights: figures, made by `scripts/train-classifier` and kept beside the lexicon."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from regwatch.classify.weighing import Model


@dataclass(frozen=True)
class Weights:
    """Two models and the thresholds over their probability.

    `alone` weighs one telling by itself, `beside` an event beside the others of its document. From `news` on an event
    is this document's news, from `high` on it is for subscribers, where something else in the text bears it out from
    `high_borne_out` on; `medium` sorts the operator's list, and at `history`
    or below it is surely no news. Texts in other languages, which a person always reads, count as news from
    `news_elsewhere` on.
    """

    alone: Model
    beside: Model
    news: float = 0.5
    high: float = 0.9
    high_borne_out: float = 0.9
    medium: float = 0.7
    history: float = 0.1
    news_elsewhere: float = 0.35

    def bar(self, borne_out: bool) -> float:
        """The probability from which on an event is for subscribers."""
        return self.high_borne_out if borne_out else self.high

    def as_json(self) -> dict[str, Any]:
        """The weights as they are kept; `of_json` is the inverse."""
        thresholds = {"news": self.news, "high": self.high, "medium": self.medium, "history": self.history}
        thresholds |= {"news_elsewhere": self.news_elsewhere, "high_borne_out": self.high_borne_out}
        models = {"alone": dict(self.alone.weights), "beside": dict(self.beside.weights)}
        return {**models, "thresholds": thresholds}


@cache
def weights() -> Weights:
    """The shipped weights."""
    return of_json(json.loads(resources.files("regwatch.classify").joinpath("weights.json").read_text("utf-8")))


def of_json(raw: Mapping[str, Any]) -> Weights:
    """Weights as they are kept."""
    return Weights(Model(raw["alone"]), Model(raw["beside"]), **raw["thresholds"])
