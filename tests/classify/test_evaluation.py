"""The scores of `regwatch evaluate`: perfect, silent and loud predictions give what they must."""

from __future__ import annotations

from typing import Any

from regwatch.classify.evaluation import evaluate, rates, spread

EVENT: dict[str, Any] = {
    "treatment": "zelanib", "brand": "Velmora", "indication": "advanced gastric cancer", "authority": "FDA",
    "status": "approved", "mode": "announced", "date": "2026-05-14",
}  # fmt: skip
LABELS = [{"id": "a", "kind": "trade_news", "events": [EVENT]}, {"id": "b", "kind": "trade_news", "events": []}]


def test_what_the_labels_say_scores_one() -> None:
    result = evaluate(LABELS, {"a": [EVENT], "b": []})
    assert result.total.loose == result.total.strict == (1.0, 1.0, 1.0)
    assert result.alarms == result.wrong == []


def test_silence_has_no_recall_and_no_alarm() -> None:
    result = evaluate(LABELS, {})
    assert result.total.loose[1] == 0.0
    assert result.alarms == []
    assert result.wrong == [("a", "trade_news", "missed zelanib FDA approved")]


def test_a_decision_that_nobody_announced_is_a_false_alarm() -> None:
    result = evaluate(LABELS, {"a": [EVENT], "b": [EVENT]})
    assert result.alarms == [("b", "trade_news", "zelanib FDA approved")]
    assert result.total.loose[0] == 0.5


def test_background_is_not_scored() -> None:
    assert evaluate(LABELS, {"a": [EVENT, {**EVENT, "mode": "background"}], "b": []}).total.extra == 0


def test_a_brand_and_a_combination_name_the_same_medicine() -> None:
    named = evaluate(LABELS, {"a": [{**EVENT, "treatment": "Velmora"}], "b": []})
    joined = evaluate(LABELS, {"a": [{**EVENT, "treatment": "zelanib+orvatamab"}], "b": []})
    assert named.total.hit == joined.total.hit == 1


def test_the_strict_score_asks_for_the_date_and_the_disease() -> None:
    other_day = evaluate(LABELS, {"a": [{**EVENT, "date": "2026-05-15"}], "b": []})
    other_disease = evaluate(LABELS, {"a": [{**EVENT, "indication": "asthma"}], "b": []})
    assert other_day.total.hit == other_disease.total.hit == 1
    assert other_day.total.strict_hit == other_disease.total.strict_hit == 0


def test_rates_of_nothing_are_perfect_and_spread_is_in_milliseconds() -> None:
    assert rates(0, 0, 0) == (1.0, 1.0, 1.0)
    assert spread([0.001, 0.003, 0.002]) == (2.0, 3.0)
    assert spread([]) == (0.0, 0.0)
