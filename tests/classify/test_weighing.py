"""The arithmetic of weights: it finds what separates, gives the same figures again, and tells what weighed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from regwatch.classify.weighing import BIAS, Example, Model, fit, logistic

NEWS = [Example({"told in the lede": 1.0}, True)] * 12
HISTORY = [Example({"dated long before": 1.0}, False)] * 12
MIXED = [Example({"told in the lede": 1.0, "dated long before": 1.0}, False)] * 4


def test_a_sign_of_news_gets_a_positive_weight_and_one_of_history_a_negative() -> None:
    model = fit([*NEWS, *HISTORY, *MIXED])
    assert model.weights["told in the lede"] > 0 > model.weights["dated long before"]
    assert model.probability({"told in the lede": 1.0}) > 0.8 > 0.2 > model.probability({"dated long before": 1.0})


def test_the_same_examples_give_the_same_weights() -> None:
    assert fit([*NEWS, *HISTORY, *MIXED]).weights == fit([*NEWS, *HISTORY, *MIXED]).weights


def test_a_rare_sign_is_left_out() -> None:
    rare = Example({"told in the lede": 1.0, "seen once": 1.0}, True)
    assert "seen once" not in fit([*NEWS, *HISTORY, rare], least=2).weights


def test_a_doubled_weight_counts_like_a_doubled_example() -> None:
    once = fit([*NEWS, *HISTORY, *MIXED, *MIXED])
    heavy = fit([*NEWS, *HISTORY, *(Example(e.features, e.truth, 2.0) for e in MIXED)])
    assert abs(once.weights["dated long before"] - heavy.weights["dated long before"]) < 0.01


def test_what_weighed_most_is_told_first() -> None:
    model = Model({BIAS: -1.0, "a": 0.5, "b": -2.0, "c": 0.0})
    assert model.shares({"a": 1.0, "b": 1.0, "c": 1.0, "unknown": 1.0}) == [("b", -2.0), ("a", 0.5)]
    assert model.score({"a": 1.0, "b": 1.0}) == -2.5


@given(st.floats(-1e4, 1e4))
def test_a_probability_is_one_whatever_the_score(score: float) -> None:
    assert 0.0 <= logistic(score) <= 1.0
    assert abs(logistic(score) + logistic(-score) - 1) < 1e-9
