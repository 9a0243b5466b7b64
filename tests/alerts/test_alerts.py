"""The alert rules speak of figures that the page has, and every alert has a test and a line for the operator."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families

from alerts.figures import busy_board, figures
from board.small import Small
from docs.house import ROOT
from regwatch.monitoring.checks import ProblemKind
from regwatch.store.tables import Message, MessageEvent
from regwatch.yaml_core import load_yaml

RULES = ROOT / "alerts" / "regwatch.rules.yml"
OPERATE = (ROOT / "docs/how-to/operate.md").read_text("utf-8")
PUBLISH = (ROOT / "docs/how-to/publish-the-board.md").read_text("utf-8")


@cache
def rules() -> list[dict[str, Any]]:
    return [rule for group in load_yaml(RULES.read_text("utf-8"))["groups"] for rule in group["rules"]]


@pytest.fixture
def board(tmp_path: Path) -> Iterator[Small]:
    with busy_board(tmp_path) as made:
        yield made


def families(board: Small) -> dict[str, Metric]:
    """The figures of the page by the name of their samples."""
    found = text_string_to_metric_families(figures(board))
    return {sample.name: family for family in found for sample in family.samples}


def test_every_figure_that_a_rule_names_is_on_the_page_with_the_labels_that_it_asks_for(board: Small) -> None:
    there = families(board)
    for rule in rules():
        named = re.findall(r"\b(regwatch_\w+)(?:\{(\w+)=\"(\w+)\"\})?", rule["expr"])
        assert named, rule["alert"]
        for name, label, value in named:
            assert name in there, f"{rule['alert']} asks for {name}, which is not served"
            if label == "kind":
                assert value in set(ProblemKind)
            elif label:
                assert value in {sample.labels[label] for sample in there[name].samples}


def test_every_figure_is_described_and_no_other_is(board: Small) -> None:
    described = set(re.findall(r"^\| `(regwatch_\w+)` \|", PUBLISH, re.MULTILINE))
    assert described == set(families(board))


def test_every_alert_has_a_test_in_which_it_fires_and_a_line_for_the_operator() -> None:
    tests = load_yaml((ROOT / "alerts" / "regwatch.test.yml").read_text("utf-8"))["tests"]
    fires = {one["alertname"] for test in tests for one in test["alert_rule_test"] if one.get("exp_alerts")}
    assert {rule["alert"] for rule in rules()} == fires
    assert [rule["alert"] for rule in rules() if f"| `{rule['alert']}` |" not in OPERATE] == []


def test_the_page_tells_what_the_daemon_wrote_down(board: Small) -> None:
    there = families(board)
    values = {name: there[name].samples[0].value for name in there}
    assert values["regwatch_canary_undelivered"] == 1
    assert values["regwatch_digests_due"] == 1
    assert values["regwatch_smtp_relay_up"] == 1
    assert values["regwatch_config_last_reload_successful"] == 1
    replies = {one.labels["class"]: one.value for one in there["regwatch_smtp_replies_total"].samples}
    assert replies == {"2xx": 1, "4xx": 0, "5xx": 0, "lost": 0}
    reasons = {one.labels["reason"] for one in there["regwatch_subscriptions_ended_total"].samples}
    assert {"hard_bounce", "complaint", "stopped", "erased"} <= reasons
    assert "canary@" not in figures(board)


def test_a_monitor_that_speaks_http_hears_that_no_mail_arrives(board: Small) -> None:
    board.read("company")
    answer = board.client.get("/healthz/fresh")
    assert (answer.status_code, answer.text) == (503, "not mailed: 1 transition\n")
    with board.book.database.session() as session:
        session.add(Message(id=9, message_id="<9>", recipient="canary@example.org", kind="immediately", subject="",
                            created_at=board.book.now, state="accepted"))  # fmt: skip
        session.add(MessageEvent(message=9, event=1, recipient="canary@example.org"))
    assert board.client.get("/healthz/fresh").text == "fresh\n"
