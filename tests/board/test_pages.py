"""What the pages say."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

import pytest
from bs4 import BeautifulSoup

from board.asking import Client
from board.small import OTHER, Small
from ledger.saying import TOPIC
from regwatch.board.export import paths
from regwatch.board.site import Site
from regwatch.ledger import notes, queries
from regwatch.reasons import Weighing
from regwatch.store.codec import weighing_to_text
from regwatch.store.tables import FindingRow

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</title><svg onload=alert(1)>",
    "{{ 7 * 7 }}{% raw %}",
    "' onmouseover='alert(1)",
    "\u202ereversed \u200bhidden \x08control",
    pytest.param("a zero \x00byte", marks=pytest.mark.sqlite("a quote with NUL is stored: pages are read without")),
    "<!--", "]]>", "&lt;b&gt;",
)  # fmt: skip


def text_of(page: str) -> str:
    return " ".join(BeautifulSoup(page, "lxml").get_text(" ").split())


def test_the_board_has_a_cell_for_every_authority_with_status_date_and_source(client: Client) -> None:
    soup = BeautifulSoup(client.get("/").text, "lxml")
    assert soup.caption
    heads = [one.get_text(" ", strip=True) for one in soup.select("thead th[scope=col]")]
    assert heads == ["Treatment", "FDA US", "EMA EU", "European Commission EU", "MHRA UK", "NICE England"]
    cells = soup.select("tbody tr td")
    assert [cell.select_one(".status").get_text(strip=True) for cell in cells] == [
        "Approved", "Recommended for approval", "Approved", "Approved (reported)", "Not recommended (draft)",
    ]  # fmt: skip
    assert [cell.select_one(".when time")["datetime"] for cell in cells] == [
        "2025-03-26", "2025-06-19", "2025-07-23", "2025-09-22", "2026-01-08",
    ]  # fmt: skip
    assert all(cell.select_one(".small a")["href"].startswith("https://") for cell in cells)
    assert all("Checked 15 January 2026" in cell.get_text() for cell in cells)


def test_an_advice_that_a_decision_has_followed_no_longer_says_that_nothing_is_decided(client: Client) -> None:
    for path in ("/t/cabozantinib-net", "/t/cabozantinib-net/ema", "/t/cabozantinib-net.txt"):
        page = text_of(client.get(path).text)
        assert "not yet approved in the EU" not in page, path
        assert "The European Commission has decided since: approved." in page, path
    then = text_of(client.get("/transition/4").text)
    assert "It has moved on since. At European Commission it is now: approved" in then
    assert "What it meant then" in then


def test_further_reading_is_named_as_what_the_operator_chose(small: Small) -> None:
    links = (("A <b>handbook</b>", "https://x.example/h"),)
    first, other = small.watchlist.topics
    small.watchlist = replace(small.watchlist, topics=(replace(first, links=links), other))
    page = small.client.get(f"/t/{TOPIC}").text
    assert '<a href="https://x.example/h" rel="noreferrer">A &lt;b&gt;handbook&lt;/b&gt;</a>' in page
    assert "Chosen by those who run this. No status rests on it." in text_of(page)
    assert "https://x.example/h" in small.client.get(f"/t/{TOPIC}.txt").text
    assert "Further reading" not in small.client.get(f"/t/{OTHER}").text


def test_a_status_that_was_left_behind_says_where_it_is_now(client: Client) -> None:
    page = text_of(client.get("/transition/1").text)
    assert "It has moved on since. At FDA it is now: approved , 26 March 2025" in page
    assert "It has moved on" not in client.get("/transition/2").text


def test_what_is_overdue_says_so_in_words_and_by_how_much(client: Client) -> None:
    cell = BeautifulSoup(client.get("/").text, "lxml").select("tbody td")[-1]
    assert "Overdue Final guidance, was expected by 19 November 2025 (57 days late)" in text_of(str(cell))


def test_a_status_that_only_a_company_reports_never_reads_as_confirmed(client: Client) -> None:
    for path in ("/", "/t/cabozantinib-net", "/t/cabozantinib-net/mhra", "/transition/6"):
        soup = BeautifulSoup(client.get(path).text, "lxml")
        statuses = [one.get_text(" ", strip=True) for one in soup.select(".status, strong.status")]
        assert any("Approved (reported)" in one for one in statuses), path


def test_the_history_is_a_list_newest_first_with_the_early_approval_and_its_goal(client: Client) -> None:
    soup = BeautifulSoup(client.get("/t/cabozantinib-net").text, "lxml")
    dates = [one.get_text(" ", strip=True) for one in soup.select("ol.history .date")]
    assert dates == [
        "seen 8 January 2026", "announced 22 September 2025", "23 July 2025", "19 June 2025", "seen 2 April 2025",
        "26 March 2025", "announced 6 August 2024",
    ]  # fmt: skip
    assert "This came 8 days early: it was expected by 3 April 2025." in text_of(str(soup))
    assert "We read of it on 2 April 2025" in text_of(str(soup))


def test_a_transition_shows_the_page_before_and_after_the_rule_and_the_stored_copy(client: Client) -> None:
    page = client.get("/transition/5").text
    soup = BeautifulSoup(page, "lxml")
    assert "Recommended for approval → now: Approved" in text_of(page).replace("Before: ", "")
    assert soup.select(".exhibit blockquote")
    assert soup.select("ins")
    assert re.search(r"stored copy \d+, SHA-256 [0-9a-f]{64}", text_of(page))


def test_the_same_facts_stand_in_the_drawing_as_words(client: Client) -> None:
    drawing = BeautifulSoup(client.get("/t/cabozantinib-net/timeline.svg").text, "xml")
    assert drawing.svg["role"] == "img"
    words = drawing.desc.get_text()
    assert "FDA: Under review (reported), announced 6 August 2024; Approved, 26 March 2025." in words
    assert "Final guidance overdue, since 19 November 2025" in words


def test_a_day_in_the_address_shows_what_is_new_since(client: Client) -> None:
    page = text_of(client.get("/?since=2025-09-01").text)
    assert "New since 1 September 2025" in page
    assert "Overdue : Final guidance" in page or "Overdue Final guidance from NICE on cabozantinib" in page
    assert "Nothing has changed since that day." in text_of(client.get("/t/cabozantinib-net?since=2026-01-14").text)
    assert client.get("/?since=yesterday").status_code == 422
    assert client.get("/?since=0001-01-01").status_code == 200


def test_the_plain_text_holds_status_history_and_warning(client: Client) -> None:
    answer = client.get("/t/cabozantinib-net.txt")
    assert answer.headers["content-type"].startswith("text/plain")
    assert "MHRA (UK): Approved (reported)" in answer.text
    assert "Authority's" not in answer.text
    assert "&#39;" not in answer.text
    assert "not medical advice" in answer.text


@pytest.mark.parametrize("path", ["/t/nothing", "/t/cabozantinib-net/tga", "/t/cabozantinib-net/x", "/transition/999",
                                  "/transition/x", "/nothing", "/badge/x/nice.svg", "/feeds/authority/x.atom",
                                  "/feeds/topic/x.atom", "/t/x/dates.ics", "/static/other", "/transition/99999999999",
                                  "/t/x.txt", "/t/x/timeline.svg"])  # fmt: skip
def test_what_is_not_there_is_a_page_with_a_way_on(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code in (404, 422)
    assert 'href="/"' in answer.text
    assert "etag" not in answer.headers


def test_every_page_is_light_has_no_script_no_inline_style_and_loads_nothing_foreign(
    client: Client, site: Site
) -> None:
    style = len(client.get("/static/style.css").content)
    for path in paths(site):
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert len(answer.content) + style < 60_000, path
        if "html" not in answer.headers["content-type"]:
            continue
        soup = BeautifulSoup(answer.text, "lxml")
        assert not soup.find("script"), path
        assert not soup.select("[style], style"), path
        assert soup.html["lang"] == "en-GB"
        assert len(soup.select("h1")) == 1, path
        loaded = [one.get("src") for one in soup.select("[src]")] + [one["href"] for one in soup.select("link[href]")]
        assert all(one.startswith("/") and not one.startswith("//") for one in loaded), path


class Events(HTMLParser):
    """Collects elements and attributes that could run something."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "iframe", "object", "embed", "base", "style"):
            self.found.append(tag)
        for name, value in attrs:
            if name.startswith("on") or (value or "").strip().lower().startswith(("javascript:", "data:")):
                self.found.append(f"{tag} {name}={value}")


def test_a_transition_says_in_short_how_the_text_was_weighed_and_escapes_it(small: Small) -> None:
    small.book.says("EC", "approved", on="2025-06-19")
    weighing = Weighing(0.98, (("zone: lede", 0.6), ("<b>after a word</b>", -0.2), ("body: named", 0.1)))
    small.book.says("NICE", "hta_recommended", on="2025-06-19")
    with small.book.database.session() as session:
        row = session.get_one(FindingRow, 1)
        row.reason, row.weighing = "told as done in the lede, probability of news 0.98", weighing_to_text(weighing)
    page = small.page("/transition/1")
    assert "&lt;b&gt;after a word" in page
    assert (
        "Why it counts: told as done in the lede, probability of news 0.98; for: zone: lede, body: named; "
        "against: <b>after a word</b>." in text_of(page)
    )
    assert "Why it counts" not in small.page("/transition/2")


@pytest.mark.parametrize("text", HOSTILE)
def test_what_pages_and_publishers_write_is_shown_and_never_obeyed(small: Small, text: str) -> None:
    small.titles[TOPIC] = f"Title {text}"
    small.publisher = f"Publisher {text}"
    small.book.says("EC", "approved", on="2025-06-19", window=text)
    small.book.says("NICE", "hta_recommended", mode="expected", window=f"soon {text}")
    small.word(f"Quote {text}", "javascript:alert(1)")
    for path in [*paths(small.site), "/?since=2025-01-01", f"/t/{TOPIC}?since=2025-01-01"]:
        answer = small.client.get(path)
        assert answer.status_code == 200, path
        if "html" in answer.headers["content-type"] or "svg" in answer.headers["content-type"]:
            events = Events()
            events.feed(answer.text)
            assert events.found == [], path
            assert "javascript:" not in answer.text
            if "svg" in answer.headers["content-type"]:
                BeautifulSoup(answer.text, "xml")
        assert "49{%" not in answer.text


def test_a_source_that_cannot_be_read_is_shown_and_not_hidden(small: Small) -> None:
    small.book.says("EC", "approved", on="2025-06-19")
    small.read()
    small.read("company")
    assert "Not read lately" not in small.page("/")
    small.book.wait(3)
    small.clock.set(small.book.now)
    small.read(trouble="blocked_page")
    assert "Not read lately: look at the source yourself" in small.page("/")
    assert "the site turned us away" in small.page("/about")
    assert "2 pages of 2 could not be read lately" in text_of(small.page("/about"))
    assert "could not read this authority's page lately" in small.page(f"/t/{TOPIC}")


def test_a_transition_that_was_taken_back_keeps_its_address_and_says_so(small: Small) -> None:
    small.book.says("EC", "approved", on="2025-06-19")
    small.book.wait(1)
    small.book.says("EC", "approved", on="2025-06-19", retracts=True)
    page = text_of(small.page("/transition/1"))
    assert "Taken back: the page no longer says this" in page
    assert "No status known" in small.page("/")


def test_a_topic_of_which_nothing_is_known_is_on_the_board_too(small: Small) -> None:
    assert OTHER in small.page("/")
    assert "Nothing is known yet." in small.page(f"/t/{OTHER}")


def test_before_the_first_run_pages_say_that_they_are_not_ready(small: Small) -> None:
    small.folder = small.folder / "elsewhere"
    answer = small.client.get("/")
    assert answer.status_code == 503
    assert "Not ready yet" in answer.text
    assert answer.headers["retry-after"] == "120"
    assert small.client.get("/healthz/ready").status_code == 503


@pytest.mark.sqlite("its file and folder")
def test_before_the_first_run_a_page_makes_no_database(small: Small) -> None:
    small.folder = small.folder / "elsewhere"
    assert small.client.get("/").status_code == 503
    assert not (small.folder / "var").exists()


def test_what_is_still_ahead_comes_soonest_first_with_how_to_take_part(small: Small) -> None:
    small.book.says("EC", "approved", mode="expected", on="2026-03-01")
    small.book.says("NICE", "hta_consultation_closes", mode="expected", on="2025-07-10")
    small.word("Closing date", "https://agency.example.org/consultation")
    soup = BeautifulSoup(small.page(f"/t/{TOPIC}"), "lxml")
    ahead = [text_of(str(one)) for one in soup.select("section.coming li")]
    assert [one.split()[0] for one in ahead] == ["NICE", "European"]
    assert "Comments to NICE can be sent until 10 July 2025. Patients, carers and groups can comment" in ahead[0]
    assert soup.select_one("section.coming a")["href"] == "https://agency.example.org/consultation"
    assert "Open for comments until 10 July 2025" in text_of(small.page("/"))
    assert "Patients, carers and groups can comment" in " ".join(small.page(f"/t/{TOPIC}.txt").split())
    small.clock.set(small.clock.now() + timedelta(days=60))
    assert "10 July 2025" not in text_of(small.page("/"))
    assert "can be sent until" not in small.page(f"/t/{TOPIC}")


def test_a_meeting_whose_day_has_passed_is_told_until_something_follows_it_and_never_as_ahead(small: Small) -> None:
    told = (
        "A committee meeting at NICE was due on 10 September 2025. That time has passed, and we have seen no news of it"
    )
    small.book.says("NICE", "hta_in_progress")
    small.book.says("NICE", "hta_committee", mode="expected", on="2025-09-10")
    small.book.now = datetime(2025, 9, 11, 12, tzinfo=UTC)
    small.book.tick()
    pages = ("/", f"/t/{TOPIC}", f"/t/{TOPIC}/nice", f"/t/{TOPIC}.txt")
    for path in pages:
        shown = text_of(small.page(path))
        assert told in shown
        assert "What is still ahead" not in shown
    small.book.says("NICE", "hta_draft_not_recommended", on="2025-10-20")
    small.book.wait(1)
    assert not [path for path in pages if told in text_of(small.page(path))]


def test_a_board_of_many_authorities_stays_a_table_on_one_screen(small: Small) -> None:
    for code in ("FDA", "EMA", "EC", "MHRA", "NICE", "SMC", "TGA", "HealthCanada"):
        small.book.says(code, "hta_recommended" if code in ("NICE", "SMC") else "approved", on="2025-06-01")
    small.book.wait(0.1)
    small.read()
    small.clock.set(small.book.now)
    soup = BeautifulSoup(small.page("/"), "lxml")
    assert soup.select_one(".scroll[tabindex='0'][role=region] table.many")
    cells = soup.select(f"tr:has(#at-{TOPIC}) td")
    assert len(cells) == 8
    assert [cell["data-at"] for cell in cells][:2] == ["FDA", "EMA"]
    assert all(cell.select_one(".status a") and cell.select_one("time") for cell in cells)
    assert ["Checked" in cell.get_text() for cell in cells].count(True) == 0, "all of them were read within a day"
    small.clock.set(small.book.now + timedelta(days=2))
    assert "Checked" in BeautifulSoup(small.page("/"), "lxml").select_one(f"tr:has(#at-{TOPIC}) td[data-at^=NICE]").text


def test_a_badge_says_in_words_what_it_shows(client: Client) -> None:
    badge = BeautifulSoup(client.get("/badge/cabozantinib-net/nice.svg").text, "xml")
    assert badge.title.text == badge.svg["aria-label"]
    assert "NICE, not recommended (draft), seen 8 January 2026" in badge.title.text


def test_notes_stand_where_they_belong_as_words_of_those_who_run_this(small: Small) -> None:
    small.book.says("EC", "approved", on="2025-06-19")
    with small.book.database.session() as session:
        (moved,) = queries.transitions(session, [TOPIC])
        notes.add(session, TOPIC, "On the <i>treatment</i>.", small.book.now)
        notes.add(session, TOPIC, "On the step.", small.book.now, transition=moved.id)
        notes.add(session, TOPIC, "Ask for it.", small.book.now, authority="EC", kind=notes.NoteKind.ACCESS)
    page, sheet, place = (small.page(f"/t/{TOPIC}{end}") for end in ("", ".txt", "/ec"))
    assert "Note by those who run this, 19 June 2025: On the &lt;i&gt;treatment&lt;/i&gt;." in page
    for text, where in (("On the step.", (page, sheet)), ("Ask for it.", (page, sheet, place))):
        assert all(one.count(text) == 1 for one in where)
    assert page.index("Ask for it.") < page.index("What has happened")
    assert "Note by those who run this, 19 June 2025: On the step." in small.page(f"/transition/{moved.id}")
    told = json.loads(small.page(f"/api/v1/topics/{TOPIC}"))["notes"]
    assert [(one["kind"], one["authority"], one["text"]) for one in told] == [
        ("access", "EC", "Ask for it."), ("note", "EC", "On the step."), ("note", None, "On the <i>treatment</i>."),
    ]  # fmt: skip
    assert [one["text"] for one in json.loads(small.page(f"/api/v1/transitions/{moved.id}"))["notes"]] == [
        "On the step."
    ]
