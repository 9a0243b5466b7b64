"""The JSON interface keeps to its own description."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from board.asking import Client
from board.small import Small
from ledger.saying import TOPIC
from regwatch.board.app import create_app
from regwatch.board.site import Site

SAFE = st.text(st.characters(codec="utf-8", exclude_characters="/?#%", exclude_categories=["Cc", "Cs"]), max_size=80)


@pytest.fixture(scope="module")
def description(client: Client) -> dict[str, Any]:
    return dict(client.get("/api/v1/openapi.json").json())


def check(description: dict[str, Any], path: str, answer: Any) -> None:
    """The answer's status is described, and its body and media type are as described."""
    responses = description["paths"][path]["get"]["responses"]
    assert str(answer.status_code) in responses, (path, answer.status_code)
    media = answer.headers["content-type"].split(";")[0]
    schema = responses[str(answer.status_code)]["content"][media]["schema"]
    jsonschema.Draft202012Validator({**schema, "components": description["components"]}).validate(answer.json())


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/api/v1/topics", "/api/v1/topics"),
        ("/api/v1/topics/{topic}", "/api/v1/topics/cabozantinib-net"),
        ("/api/v1/topics/{topic}", "/api/v1/topics/nothing"),
        ("/api/v1/authorities", "/api/v1/authorities"),
        ("/api/v1/board", "/api/v1/board"),
        ("/api/v1/sources", "/api/v1/sources"),
        ("/api/v1/transitions", "/api/v1/transitions?topic=cabozantinib-net&authority=NICE&limit=1"),
        ("/api/v1/transitions", "/api/v1/transitions?limit=0"),
        ("/api/v1/transitions", "/api/v1/transitions?since=soon"),
        ("/api/v1/transitions", "/api/v1/transitions?since=2025-09-01"),
        ("/api/v1/transitions/{number}", "/api/v1/transitions/5"),
        ("/api/v1/transitions/{number}", "/api/v1/transitions/500"),
        ("/api/v1/transitions/{number}", "/api/v1/transitions/x"),
    ],
)
def test_an_answer_is_as_described(client: Client, description: dict[str, Any], path: str, asked: str) -> None:
    check(description, path, client.get(asked))


@pytest.mark.parametrize("since", ["0", "1735689600", "2025-9-1", "2025-13-01", "20250901", "2025-09-01T00:00", "soon"])
def test_a_day_is_written_as_described_or_refused(client: Client, since: str) -> None:
    assert client.get(f"/api/v1/transitions?since={since}").status_code == 422


def test_every_path_is_tried_above(description: dict[str, Any]) -> None:
    assert set(description["paths"]) == {
        "/api/v1/topics", "/api/v1/topics/{topic}", "/api/v1/authorities", "/api/v1/board", "/api/v1/sources",
        "/api/v1/transitions", "/api/v1/transitions/{number}",
    }  # fmt: skip
    assert description["openapi"].startswith("3.1")


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(topic=SAFE, authority=SAFE, since=SAFE, after=st.integers() | SAFE, limit=st.integers() | SAFE)
def test_no_question_breaks_it(
    client: Client, description: dict[str, Any], topic: str, authority: str, since: str, after: object, limit: object
) -> None:
    asked = f"/api/v1/transitions?topic={topic}&authority={authority}&since={since}&after={after}&limit={limit}"
    check(description, "/api/v1/transitions", client.get(asked.replace("&=", "")))
    if topic.strip("./ "):
        check(description, "/api/v1/topics/{topic}", client.get(f"/api/v1/topics/{topic}"))


def test_pages_of_transitions_join_without_gap_or_repetition(client: Client) -> None:
    seen, after = [], 0
    while after is not None:
        page = client.get(f"/api/v1/transitions?limit=2&after={after}").json()
        seen += [one["id"] for one in page["items"]]
        after = page["next_after"]
    assert seen == [one["id"] for one in client.get("/api/v1/transitions?limit=200").json()["items"]]
    assert len(seen) == 7


def test_a_transition_carries_its_evidence_in_the_words_of_every_json_output(client: Client) -> None:
    one = client.get("/api/v1/transitions/5").json()
    assert (one["authority"], one["milestone"], one["from"], one["date"], one["announced"], one["standing"]) == (
        "EC", "approved", "opinion_positive", "2025-07-23", "2025-07-24", "confirmed",
    )  # fmt: skip
    assert any(piece["official"] for piece in one["evidence"])
    assert one["page"] == "https://board.example.org/transition/5"


def test_the_board_says_what_is_overdue(client: Client) -> None:
    cells = {one["authority"]: one for one in client.get("/api/v1/board").json()["cells"]}
    assert [code for code, one in cells.items() if one["overdue"]] == ["NICE"]


def test_an_error_is_a_problem_that_programs_can_read(client: Client, site: Site) -> None:
    answer = client.get("/api/v1/topics/nothing")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "about:blank", "title": "Not Found", "status": 404, "detail": "no topic has this id",
    }  # fmt: skip
    assert client.request("POST", "/api/v1/board").json()["status"] == 405
    assert client.request("POST", "/api/v1/board").headers["allow"] == "GET"
    assert create_app(site).docs_url is None, "its page would load scripts from elsewhere"


def test_a_database_that_cannot_be_read_is_a_problem_too(small: Small, description: dict[str, Any]) -> None:
    small.folder = small.folder / "elsewhere"
    check(description, "/api/v1/board", small.client.get("/api/v1/board"))
    assert small.client.get("/api/v1/board").status_code == 503


def test_only_topics_that_are_watched_are_told(small: Small) -> None:
    small.book.says("EC", "approved", on="2025-06-19", topic="no-longer-watched")
    small.book.says("EC", "approved", on="2025-06-19")
    assert [one["topic"] for one in small.client.get("/api/v1/transitions").json()["items"]] == [TOPIC]
