"""Pages of a large ledger: a bounded number of statements, bounded pages, and every page reached by links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from board.asking import Client
from board.large import large_site, statements
from regwatch.board.app import create_app
from regwatch.board.page_templates import Templates
from regwatch.board.site import Site

PATHS = (
    "/", "/?since=2000-01-01", "/t/topic-1", "/t/topic-1.txt", "/t/topic-1/ec", "/t/topic-1/timeline.svg",
    "/transition/1", "/about", "/follow", "/feeds/all.atom", "/feeds/topic/topic-1.atom", "/feeds/authority/ec.atom",
    "/dates.ics", "/t/topic-1/dates.ics", "/badge/topic-1/ec.svg", "/api/v1/board", "/api/v1/topics",
    "/api/v1/topics/topic-1", "/api/v1/sources", "/api/v1/transitions", "/api/v1/transitions/1", "/healthz/fresh",
)  # fmt: skip
MOST_STATEMENTS = 60
TOPICS, EACH = 260, 120


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    site = large_site(tmp_path_factory.mktemp("large"), TOPICS, EACH)
    yield site
    site.close()


@pytest.fixture(scope="module")
def client(large: Site) -> Client:
    return Client(create_app(large), large.base)


def reads_a_whole_table(statement: str) -> bool:
    """Whether it fetches every row of a table that grows with history, be it only to take the first of them."""
    named = re.search(r'FROM "?(event|transition|finding|change)"?\s', statement)
    bounded = re.search(r"WHERE|LIMIT|DISTINCT|max\(|count\(|group_concat\(", statement)
    return named is not None and bounded is None


def counted(site: Site) -> dict[str, int]:
    found = {}
    for path in PATHS:
        asking = Client(create_app(site), site.base)
        with statements() as seen:
            assert asking.get(path).status_code == 200, path
        assert [one for one in seen if reads_a_whole_table(one)] == [], path
        found[path] = len(seen)
    return found


def test_the_statements_of_a_page_do_not_grow_with_topics_or_history(large: Site, tmp_path: Path) -> None:
    small = large_site(tmp_path, 3, 4)
    of_few, of_many = counted(small), counted(large)
    small.close()
    assert of_many == of_few
    assert max(of_many.values()) < MOST_STATEMENTS


def test_pages_lead_through_every_topic_source_and_line(client: Client) -> None:
    for first, further, rows, wanted in (
        ("/", "/page", "th[id^=at-]", TOPICS), ("/about", "/about", "table.sources tbody tr", TOPICS),
        ("/t/topic-1", "/t/topic-1/history", "ol.history > li", EACH),
    ):  # fmt: skip
        path, seen = first, []
        while path:
            soup = BeautifulSoup(client.get(path).text, "lxml")
            seen += [one.get_text() for one in soup.select(rows)]
            onward = soup.select_one("nav.pages a[rel=next]")
            path = str(onward["href"]) if onward else ""
        assert len(seen) == wanted, first
        assert client.get(f"{further}/99").status_code == 404


def test_lists_of_the_interface_lead_on_to_their_end(client: Client) -> None:
    cells, after = [], ""
    while after is not None:
        page = client.get(f"/api/v1/board?limit=100{after and f'&after={after}'}").json()
        cells += [(one["topic"], one["authority"]) for one in page["cells"]]
        after = page["next_after"]
    assert len(cells) == len(set(cells)) == TOPICS * 4
    seen, url = [], "/api/v1/topics?limit=100"
    while url:
        answer = client.get(url)
        seen += [one["id"] for one in answer.json()]
        url = answer.links["next"]["url"] if "next" in answer.links else ""
    assert seen == [f"topic-{number}" for number in range(TOPICS)]
    assert client.get("/api/v1/topics?after=nothing").status_code == 404
    detail = client.get("/api/v1/topics/topic-1").json()
    assert (len(detail["history"]), detail["history_total"]) == (EACH, EACH)


def test_older_news_is_one_link_away(client: Client) -> None:
    seen: list[str] = []
    path = "/t/topic-1?since=2000-01-01"
    while path:
        soup = BeautifulSoup(client.get(path).text, "lxml")
        seen += [one["href"] for one in soup.select("ol.news a")]
        onward = soup.select_one("section.panel a[rel=next]")
        path = str(onward["href"]) if onward else ""
    assert len(seen) == len(set(seen)) == EACH


def test_words_behind_an_address_make_no_page_anew(large: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client(create_app(large), large.base)
    plain, dated = client.get("/"), client.get("/?since=2025-01-01")
    monkeypatch.setattr(Templates, "render", None)
    for query in ("?x=1", "?utm_source=mail&x", "?", "?&&", "?topic=topic-1"):
        assert client.get(f"/{query}").content == plain.content, query
    for query in ("?x=1&since=2025-01-01", "?since=2024-01-01&since=2025-01-01", "?since=2025%2D01-01&y=%00"):
        assert client.get(f"/{query}").content == dated.content, query


def test_what_is_kept_stays_within_its_bound(large: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("regwatch.board.conditional._KEPT_BYTES", 150_000)
    client = Client(create_app(large), large.base)
    first = client.get("/").content
    for number in range(2, 5):
        client.get(f"/page/{number}")
    assert client.get("/").content == first
