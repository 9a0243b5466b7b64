"""A linear model over named features: plain arithmetic over a dictionary, so that every decision can be told.

Logistic regression with an L2 penalty, fitted by cyclic coordinate descent (each feature in turn by one Newton step).
The same examples in the same order give the same weights to the last digit.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Features = Mapping[str, float]
SWEEPS = 60
"""Rounds over all features; the weights have settled well before."""
BIAS = "always"


@dataclass(frozen=True)
class Model:
    """Weights by feature name, `BIAS` among them. A feature without a weight counts nothing."""

    weights: Mapping[str, float]

    def score(self, features: Features) -> float:
        """The log-odds."""
        weights = self.weights
        return weights.get(BIAS, 0.0) + sum(weights.get(name, 0.0) * value for name, value in features.items())

    def probability(self, features: Features) -> float:
        """Between 0 and 1."""
        return logistic(self.score(features))

    def shares(self, features: Features) -> list[tuple[str, float]]:
        """The features that weigh, with their signed shares of the log-odds, the weightiest first."""
        shares = [(name, self.weights.get(name, 0.0) * value) for name, value in features.items()]
        return sorted((s for s in shares if s[1]), key=lambda s: (-abs(s[1]), s[0]))


def logistic(score: float) -> float:
    """The probability of log-odds, safe for any size."""
    return 1 / (1 + math.exp(-score)) if score >= 0 else 1 - 1 / (1 + math.exp(score))


@dataclass(frozen=True)
class Example:
    """One case to learn from: its features, whether it is so, and how much it counts."""

    features: Features
    truth: bool
    weight: float = 1.0


def fit(examples: Sequence[Example], penalty: float = 1.0, least: int = 3) -> Model:
    """The model that fits the examples. Features seen in fewer than `least` of them are left out."""
    columns: dict[str, list[tuple[int, float]]] = {BIAS: [(i, 1.0) for i in range(len(examples))]}
    for i, example in enumerate(examples):
        for name, value in example.features.items():
            if value:
                columns.setdefault(name, []).append((i, value))
    columns = {name: column for name, column in sorted(columns.items()) if len(column) >= least}
    truth = [float(example.truth) for example in examples]
    counts = [example.weight for example in examples]
    margins = [0.0] * len(examples)
    weights = dict.fromkeys(columns, 0.0)
    for _ in range(SWEEPS):
        largest = 0.0
        for name, column in columns.items():
            held = 0.0 if name == BIAS else penalty
            slope, bend = held * weights[name], held + 1e-9
            for i, value in column:
                p = logistic(margins[i])
                slope += counts[i] * value * (p - truth[i])
                bend += counts[i] * value * value * p * (1 - p)
            step = max(-2.0, min(2.0, -slope / bend))
            largest = max(largest, abs(step))
            weights[name] += step
            for i, value in column:
                margins[i] += step * value
        if largest < 1e-4:
            break
    return Model({name: round(weight, 4) for name, weight in weights.items() if abs(weight) >= 5e-5})
