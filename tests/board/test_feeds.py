"""Feeds and calendar, read by the programs that people use."""

from __future__ import annotations

import re
from datetime import timedelta

import feedparser
import pytest
from icalendar import Calendar
from lxml import etree

from board.asking import Client
from board.small import Small
from ledger.saying import TOPIC
from regwatch.ledger import notes

ATOM = "{http://www.w3.org/2005/Atom}"
FEEDS = [
    "/feeds/all.atom",
    "/feeds/topic/cabozantinib-net.atom",
    "/feeds/authority/nice.atom",
    "/feeds/authority/tga.atom",
]
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


@pytest.mark.parametrize("path", FEEDS)
def test_a_feed_keeps_the_rules_of_atom(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.headers["content-type"] == "application/atom+xml"
    feed = etree.fromstring(answer.content)
    assert feed.tag == f"{ATOM}feed"
    for element in (feed, *feed.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"{ATOM}{name}")) == 1, "RFC 4287 sections 4.1.1 and 4.1.2"
        assert TIME.fullmatch(element.findtext(f"{ATOM}updated"))
        assert element.findtext(f"{ATOM}id").startswith("tag:regwatch.invalid,2025:")
        alternates = [one for one in element.findall(f"{ATOM}link") if one.get("rel") == "alternate"]
        assert len(alternates) == 1
        assert all(one.get("href").startswith("https://") for one in element.findall(f"{ATOM}link"))
    assert feed.find(f"{ATOM}author/{ATOM}name") is not None
    assert [one.get("href") for one in feed.findall(f"{ATOM}link[@rel='self']")] == [f"https://board.example.org{path}"]
    ids = [one.findtext(f"{ATOM}id") for one in feed.findall(f"{ATOM}entry")]
    assert len(ids) == len(set(ids))


def test_a_feed_reader_finds_the_news_newest_first(client: Client) -> None:
    feed = feedparser.parse(client.get("/feeds/all.atom").content)
    assert not feed.bozo
    assert [entry.title.split(":")[0] for entry in feed.entries] == [
        "Not recommended (draft)", "Approved (reported)", "Approved", "Recommended for approval", "Under review",
        "Approved", "Under review (reported)",
    ]  # fmt: skip
    assert feed.entries[0].summary.startswith("NICE did not recommend cabozantinib")
    assert "If this is confirmed" in feed.entries[1].summary


def test_names_stay_the_same_on_another_host(small: Small) -> None:
    small.book.says("EC", "approved", on="2025-06-19")
    before = feedparser.parse(small.page("/feeds/all.atom"))
    moved = Small(small.folder, small.book, base="https://elsewhere.example.net/board")
    after = feedparser.parse(moved.page("/feeds/all.atom"))
    moved.close()
    assert [one.id for one in before.entries] == [one.id for one in after.entries]
    assert before.feed.id == after.feed.id
    assert before.entries[0].link != after.entries[0].link


def test_a_confirmation_updates_the_entry_in_place(small: Small) -> None:
    small.book.says("EC", "approved", on="2025-06-19", by="company")
    (first,) = feedparser.parse(small.page("/feeds/all.atom")).entries
    small.book.wait(1)
    small.book.says("EC", "approved", on="2025-06-19", by="authority")
    (second,) = feedparser.parse(small.page("/feeds/all.atom")).entries
    assert (second.id, second.published) == (first.id, first.published)
    assert second.updated > first.updated
    assert "(reported)" in first.title
    assert "(reported)" not in second.title


def test_what_was_taken_back_stays_in_the_feed_and_says_so(small: Small) -> None:
    small.book.says("EC", "approved", on="2025-06-19")
    small.book.wait(1)
    small.book.says("EC", "approved", on="2025-06-19", retracts=True)
    (entry,) = feedparser.parse(small.page("/feeds/all.atom")).entries
    assert entry.title.startswith("Taken back: Approved")


def test_what_stood_there_at_the_first_look_is_no_news(small: Small) -> None:
    small.book.says("EC", "approved", on="2019-06-19", baseline=True)
    assert feedparser.parse(small.page("/feeds/all.atom")).entries == []


def test_the_calendar_reads_back_with_whole_days_and_states(client: Client) -> None:
    body = client.get("/dates.ics").content
    events = {str(one["summary"]): one for one in Calendar.from_ical(body).walk("VEVENT")}
    overdue = events["Overdue: NICE final guidance, cabozantinib for neuroendocrine tumours"] if (
        "Overdue: NICE final guidance, cabozantinib for neuroendocrine tumours" in events
    ) else events["Overdue: NICE final guidance, cabozantinib for NETs"]  # fmt: skip
    assert overdue["dtstart"].dt.isoformat() == "2025-11-19"
    assert overdue["status"] == "TENTATIVE"
    assert overdue["transp"] == "TRANSPARENT"
    assert {str(one["status"]) for one in events.values()} == {"TENTATIVE", "CONFIRMED"}
    assert any(name.startswith("Done: FDA decision") for name in events)
    lines = body.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines), "RFC 5545 section 3.1"
    assert b"\n" not in body.replace(b"\r\n", b"")


def test_a_date_that_moves_updates_its_event(small: Small) -> None:
    small.book.says("NICE", "hta_recommended", mode="expected", on="2025-09-10")
    (first,) = Calendar.from_ical(small.page("/dates.ics")).walk("VEVENT")
    small.book.wait(1)
    small.book.says("NICE", "hta_recommended", mode="expected", on="2025-11-19", was="2025-09-10")
    (second,) = Calendar.from_ical(small.page("/dates.ics")).walk("VEVENT")
    assert second["uid"] == first["uid"]
    assert second["sequence"] > first["sequence"]
    assert second["dtstart"].dt.isoformat() == "2025-11-19"
    assert second["dtstamp"].dt > first["dtstamp"].dt
    assert "Before, it was expected: 10 September 2025." in second["description"]


def test_a_date_that_is_withdrawn_is_cancelled_and_one_that_passes_is_renamed(small: Small) -> None:
    small.book.says("NICE", "hta_recommended", mode="expected", on="2025-09-10")
    small.book.says("EC", "approved", mode="expected", on="2025-07-01")
    small.book.says("EC", "approved", mode="expected", on="2025-07-01", retracts=True)
    small.book.wait(100)
    small.book.tick()
    events = {str(one["url"])[-4:]: one for one in Calendar.from_ical(small.page("/dates.ics")).walk("VEVENT")}
    assert events["nice"]["summary"].startswith("Overdue: NICE")
    assert events["t/ec"]["status"] == "CANCELLED"


def test_a_topic_has_a_calendar_of_its_own(small: Small) -> None:
    small.book.says("NICE", "hta_recommended", mode="expected", on="2025-09-10", topic="other-topic")
    assert "BEGIN:VEVENT" not in small.page(f"/t/{TOPIC}/dates.ics")
    assert "BEGIN:VEVENT" in small.page("/t/other-topic/dates.ics")


def test_the_last_day_for_comments_is_told_as_such_and_never_as_late(small: Small) -> None:
    small.book.says("NICE", "hta_consultation_closes", mode="expected", on="2025-07-10")
    (event,) = Calendar.from_ical(small.page("/dates.ics")).walk("VEVENT")
    assert event["summary"].startswith("Last day: NICE")
    assert "can comment" in event["description"]
    small.book.wait(60)
    small.book.tick()
    small.clock.set(small.book.now)
    (event,) = Calendar.from_ical(small.page("/dates.ics")).walk("VEVENT")
    assert event["summary"].startswith("Was planned: NICE")
    assert "could be sent until" in event["description"]


def test_the_calendar_survives_another_program(client: Client) -> None:
    body = client.get("/dates.ics").content
    assert Calendar.from_ical(body).to_ical() == body


def test_a_note_is_an_entry_of_its_own_by_those_who_run_this_until_it_is_taken_away(small: Small) -> None:
    small.book.says("EC", "approved", on="2025-06-19")
    with small.book.database.session() as session:
        note = notes.add(session, TOPIC, "<b>We asked.</b>", small.book.now, authority="NICE")
    path = f"/feeds/topic/{TOPIC}.atom"
    (_, entry) = feedparser.parse(small.page(path)).entries
    assert entry.title.startswith("Note by those who run this: NICE, ")
    assert entry.author == "those who run this"
    assert [one.term for one in entry.tags] == ["note"]
    assert "We asked." in entry.summary
    assert len(feedparser.parse(small.page("/feeds/authority/ec.atom")).entries) == 1
    with small.book.database.session() as session:
        notes.correct(session, note.id, "We asked twice.", small.book.now + timedelta(hours=1))
    (_, right) = feedparser.parse(small.page(path)).entries
    assert (right.id, right.title.partition(":")[0]) == (entry.id, "Corrected")
    assert right.updated > entry.updated
    with small.book.database.session() as session:
        notes.remove(session, note.id)
    assert len(feedparser.parse(small.page(path)).entries) == 1
