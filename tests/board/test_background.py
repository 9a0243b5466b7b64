"""The background stands apart from what changes a status: on the topic's page, in a feed of its own, in the JSON."""

from __future__ import annotations

import feedparser

from board.asking import Client
from board.small import Small
from ledger.saying import TOPIC
from regwatch.store.background_tables import BackgroundRow

TITLE = "Results from Subgroup Analysis of CABINET"
ALL, OWN = "/feeds/all.atom", f"/feeds/topic/{TOPIC}/background.atom"


def add(small: Small, title: str, url: str = "https://maker.example.org/1") -> None:
    with small.book.database.session() as session:
        session.add(BackgroundRow(
            topic=TOPIC, kind="trial", source="company", title=title, url=url, quote="<b>81%</b>",
            published="2025-06-18", at=small.book.now,
        ))  # fmt: skip


def test_the_story_has_the_background_that_the_advocate_kept_by_hand(client: Client) -> None:
    told = client.get("/api/v1/topics/cabozantinib-net").json()["background"]
    assert [(one["kind"], one["published"], one["publisher"]) for one in told] == [
        ("congress", "2025-10-18", "Exelixis")
    ]
    assert TITLE in told[0]["title"]
    assert TITLE in client.get("/t/cabozantinib-net").text
    assert TITLE in client.get("/t/cabozantinib-net.txt").text
    assert all(TITLE not in client.get(path).text for path in ("/", ALL, "/feeds/topic/cabozantinib-net.atom"))


def test_it_has_a_feed_of_its_own_that_says_that_no_status_changes(small: Small) -> None:
    small.book.says("EC", "approved", on="2025-06-19")
    before = {path: small.client.get(path).headers["etag"] for path in (f"/t/{TOPIC}", OWN)}
    add(small, "A </title><script>alert(1)</script>", "javascript:alert(1)")
    feed = feedparser.parse(small.page(OWN))
    assert not feed.bozo
    (entry,) = feed.entries
    assert entry.title.startswith("Trial, no change of status: A ")
    assert [one.rel for one in entry.links] == ["alternate"]
    page = small.page(f"/t/{TOPIC}")
    assert "<script>" not in page
    assert "javascript:" not in page
    assert page.index("What has happened") < page.index("Background: none of this changes a status")
    assert all(small.client.get(path).headers["etag"] != tag for path, tag in before.items())
    assert len(feedparser.parse(small.page(ALL)).entries) == 1
    assert small.client.get("/feeds/topic/none/background.atom").status_code == 404
