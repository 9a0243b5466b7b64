"""The operator's pages open only to the operator; probes and figures tell what they should."""

from __future__ import annotations

import base64

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlmodel import select

from board.asking import Client
from board.small import Small
from regwatch.board.app import create_operator_app
from regwatch.store.tables import FindingRow, Message

PAGES = ("/operator", "/operator/review", "/operator/outbox")
TOKEN = "a long token, with : and ü"


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}".encode().decode("latin-1")}


@pytest.mark.parametrize("path", PAGES)
def test_without_a_token_they_are_not_on_the_public_board(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404
    assert client.get(path, {"Host": "127.0.0.1", "X-Forwarded-For": "127.0.0.1"}).status_code == 404


@pytest.mark.parametrize("path", PAGES)
def test_with_a_token_they_open_to_whoever_shows_it(small: Small, path: str) -> None:
    small.token = "sesame, open up!"
    basic = base64.b64encode(b"anyone:sesame, open up!").decode()
    assert small.client.get(path, bearer("sesame, open up!")).status_code == 200
    assert small.client.get(path, {"Authorization": f"Basic {basic}"}).status_code == 200
    for wrong in ("", "Bearer", "Bearer sesam", "Bearer sesame2", "Basic !!!", "Basic c2VzYW1l", "Digest sesame"):
        answer = small.client.get(path, {"Authorization": wrong} if wrong else {})
        assert answer.status_code == 401, wrong
        assert "www-authenticate" in answer.headers
    assert small.client.get(path, bearer("sesame, open up!")).headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", [*PAGES, "/metrics"])
def test_on_loopback_they_are_open_but_not_under_another_name(desk: Client, path: str) -> None:
    assert desk.get(path).status_code == 200
    if path != "/metrics":
        assert desk.get(path, {"Host": "rebound.example"}).status_code == 404


def test_figures_are_for_this_machine_only(small: Small, client: Client) -> None:
    app = create_operator_app(small.site)
    assert Client(app, "http://127.0.0.1:8081", "198.51.100.7").get("/metrics").status_code == 404
    assert client.get("/metrics").status_code == 404


def test_no_page_and_no_figure_shows_an_address(small: Small) -> None:
    small.token = "sesame, open up!"
    with small.book.database.session() as session:
        session.add(Message(message_id="<1@x>", recipient="ana@example.org", kind="daily", subject="Approved: EC",
                            created_at=small.book.now, state="deferred",
                            reply="451 later"))  # fmt: skip
    for path in PAGES:
        assert "ana@" not in small.client.get(path, bearer("sesame, open up!")).text
    assert "451 later" in small.client.get("/operator/outbox", bearer("sesame, open up!")).text
    local = Client(create_operator_app(small.site), "http://127.0.0.1:8081", "127.0.0.1")
    figures = local.get("/metrics").text
    assert "ana@" not in figures
    assert 'regwatch_outbox_messages{state="deferred"} 1.0' in figures


def test_the_review_list_shows_what_waits_and_why(small: Small) -> None:
    small.token = "sesame, open up!"
    small.book.says("EC", "approved", on="2025-06-19")
    with small.book.database.session() as session:
        row = session.exec(select(FindingRow)).one()
        row.review, row.reason, row.quote = "open", "the indication is not sure", "<b>bold</b>"
        session.add(row)
    page = small.client.get("/operator/review", bearer("sesame, open up!")).text
    assert "the indication is not sure" in page
    assert "&lt;b&gt;bold" in page


def test_figures_parse_and_hold_when_each_source_was_read(desk: Client) -> None:
    families = {one.name: one for one in text_string_to_metric_families(desk.get("/metrics").text)}
    read = families["regwatch_source_last_success_timestamp_seconds"].samples
    assert {"exelixis", "nice-cabozantinib-net"} <= {one.labels["source"] for one in read}
    for name in ("regwatch_source_interval_seconds", "regwatch_source_consecutive_failures", "regwatch_build_info",
                 "regwatch_outbox_oldest_pending_seconds", "regwatch_unclassified_changes",
                 "regwatch_digest_last_completed_timestamp_seconds"):  # fmt: skip
        assert name in families


def test_probes_tell_living_ready_and_fresh_apart(small: Small) -> None:
    small.read()
    assert small.client.get("/healthz/live").status_code == 200
    assert small.client.get("/healthz/ready").status_code == 200
    never = small.client.get("/healthz/fresh")
    assert (never.status_code, never.text) == (503, "stale: company\n")
    small.read("company")
    assert small.client.get("/healthz/fresh").text == "fresh\n"
    small.book.wait(1)
    small.clock.set(small.book.now)
    assert small.client.get("/healthz/fresh").status_code == 503
