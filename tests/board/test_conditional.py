"""A page that has not changed is neither rendered nor sent again; one that has is never held back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from board.asking import Client
from board.small import Small
from ledger.saying import TOPIC
from regwatch.board.export import paths
from regwatch.board.page_templates import Templates
from regwatch.board.site import Site


def test_every_public_page_has_a_strong_tag_and_a_date_that_answer_304(client: Client, site: Site) -> None:
    for path in paths(site):
        first = client.get(path)
        tag, modified = first.headers["etag"], first.headers["last-modified"]
        assert tag.startswith('"'), path
        assert first.headers["cache-control"].startswith("public, max-age="), path
        for headers in (
            {"If-None-Match": tag},
            {"If-None-Match": f'"other", W/{tag}'},
            {"If-Modified-Since": modified},
        ):
            again = client.get(path, headers)
            assert (again.status_code, again.content) == (304, b""), path
            assert again.headers["etag"] == tag
        assert client.request("HEAD", path, {"If-None-Match": tag}).status_code == 304
        stale = client.get(path, {"If-None-Match": '"other"', "If-Modified-Since": modified})
        assert stale.status_code == 200, path
        assert stale.content == first.content


def test_a_304_renders_nothing(client: Client, small: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    small.book.says("EC", "approved", on="2025-06-19")
    tag = small.client.get("/").headers["etag"]
    monkeypatch.setattr(Templates, "render", None)
    assert small.client.get("/", {"If-None-Match": tag}).status_code == 304
    assert small.client.get("/").status_code == 200, "a page that was made once is kept"


def test_news_changes_every_tag(small: Small) -> None:
    small.book.says("EC", "approved", on="2025-06-19")
    watched = ["/", f"/t/{TOPIC}", "/feeds/all.atom", "/dates.ics", "/api/v1/board", "/api/v1/transitions"]
    before = {path: small.client.get(path).headers["etag"] for path in watched}
    small.book.says("NICE", "hta_draft_not_recommended", on="2025-06-19")
    for path in watched:
        answer = small.client.get(path, {"If-None-Match": before[path]})
        assert answer.status_code == 200, path
        assert answer.headers["etag"] != before[path], path


def test_a_poll_without_news_changes_pages_that_show_it_and_leaves_feeds_alone(small: Small) -> None:
    small.book.says("EC", "approved", on="2025-06-19")
    before = {path: small.client.get(path).headers["etag"] for path in ("/", "/about", "/feeds/all.atom", "/dates.ics")}
    small.book.wait(0.01)
    small.read()
    after = {path: small.client.get(path).headers["etag"] for path in before}
    assert [path for path in before if before[path] != after[path]] == ["/", "/about"]


def test_a_day_that_becomes_known_without_news_changes_every_tag(small: Small) -> None:
    small.book.says("MHRA", "approved", announced="2025-06-19", by="company")
    paths = ("/", "/badge/cabozantinib-net/mhra.svg", "/feeds/all.atom", "/api/v1/transitions")
    before = {path: small.client.get(path).headers["etag"] for path in paths}
    small.book.says("MHRA", "approved", on="2025-06-19", by="paper")
    assert len(small.book.log()) == 1
    for path, tag in before.items():
        answer = small.client.get(path, {"If-None-Match": tag})
        assert answer.status_code == 200, path
    assert "announced" not in small.page("/badge/cabozantinib-net/mhra.svg")


def test_a_day_that_passes_changes_how_late_something_is(small: Small) -> None:
    small.book.says("NICE", "hta_recommended", mode="expected", on="2025-06-20")
    small.book.wait(5)
    small.book.tick()
    small.clock.set(small.book.now)
    first = small.client.get("/")
    assert "4 days late" in first.text
    small.clock.set(small.book.now + timedelta(days=1))
    second = small.client.get("/", {"If-None-Match": first.headers["etag"]})
    assert second.status_code == 200
    assert "5 days late" in second.text


def test_a_date_given_for_an_older_version_never_answers_304(small: Small) -> None:
    small.book.says("EC", "approved", on="2025-06-19")
    old = small.client.get("/").headers["last-modified"]
    small.book.says("NICE", "hta_draft_not_recommended", on="2025-06-19")
    answer = small.client.get("/", {"If-Modified-Since": old})
    assert answer.status_code == 200
    assert answer.headers["last-modified"] > old


def test_errors_and_probes_are_never_kept(client: Client) -> None:
    for path in ("/nothing", "/healthz/live", "/healthz/fresh", "/api/v1/transitions?limit=0"):
        headers = client.get(path).headers
        assert "etag" not in headers
        assert headers["cache-control"] == "no-store"
