"""What a digest tells beside the news: its links, the dates ahead, the pages themselves, and why it comes."""

from __future__ import annotations

import quopri
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlmodel import select

from digest.story import ANA, NOW, OTHER, SENDER, TOPIC, TOPICS, board, event, evidence, expectation, transition
from mail.kept import KeptMail
from regwatch.digest.compose import Digest, compose
from regwatch.digest.render import SIZE_LIMIT, render
from regwatch.ledger.entries import Event, EventKind, Expectation, ExpectationState, Standpoint, Transition
from regwatch.store.database import Database
from regwatch.store.tables import AlertRow, Message, SourceState
from regwatch.subscribers import lifecycle
from regwatch.subscribers.choices import Choice, Choices
from regwatch.vocabulary import Milestone, Standing
from regwatch.watchlist import Cadence
from subscribers.desk import House

M = Milestone
WEB = replace(SENDER, web="https://news.charity.example", links=True)
CLOSES = replace(
    expectation(8, milestone=M.HTA_CONSULTATION_CLOSES, date="2025-08-14"),
    evidence=(
        evidence("says the company", publisher="Ipsen", url="https://www.ipsen.com/x", official=False),
        evidence("Closes: 14 August", publisher="NICE", url="https://www.nice.org.uk/consultations/3082"),
    ),
)


def digest_of(*events: Event, board: list[Standpoint] | None = None, **more: object) -> Digest:
    found = compose(events, TOPICS, board or [], NOW, replace(ANA, topics=(TOPIC.id, OTHER.id)), **more)  # type: ignore[arg-type]
    assert found is not None
    return found


def links_of(text: str) -> list[str]:
    return re.findall(r"<(https://[^>]+)>", text)


def ahead_of(*foreseen: Expectation) -> list[tuple[str, str]]:
    digest = digest_of(event(1, moved=transition()), board=board(*foreseen, moved=transition()))
    return [(one.when, one.what) for one in digest.sections[0].ahead]


def test_every_entry_leads_to_its_page_and_every_topic_to_its_history() -> None:
    late = expectation(6, date="2025-07-02", state=ExpectationState.OVERDUE)
    digest = digest_of(
        event(1, moved=transition(41)),
        event(2, EventKind.OVERDUE, foreseen=late),
        event(3, EventKind.WITHDRAWN, foreseen=expectation(7, "SMC")),
        event(4, moved=transition(42, "FDA", topic=OTHER.id)),
        board=board(late),
    )
    rendered = render(digest, WEB)
    ours = [urlsplit(url).path for url in links_of(rendered.text) if url.startswith(WEB.web)]
    assert {"/transition/41", "/transition/42", f"/t/{TOPIC.id}/nice", f"/t/{TOPIC.id}", f"/t/{OTHER.id}"} <= set(ours)
    assert f"/t/{TOPIC.id}/smc" not in ours, "the board has no such page once nothing is foreseen there"
    assert all(f'href="{url}"' in rendered.html for url in links_of(rendered.text))


def test_without_a_web_address_nothing_leads_to_a_board() -> None:
    rendered = render(digest_of(event(1, moved=transition())), SENDER)
    assert "Before and after" not in rendered.text + rendered.html
    assert {urlsplit(url).hostname for url in links_of(rendered.text)} == {"ec.example"}


def test_a_digest_of_two_hundred_with_all_its_links_is_not_clipped_and_leaves_nothing_out() -> None:
    events = [event(n, moved=transition(n, proof=(evidence("word " * 70),))) for n in range(1, 201)]
    rendered = render(digest_of(*events), WEB)
    assert sum(len(quopri.encodestring(part.encode())) for part in (rendered.html, rendered.text)) < SIZE_LIMIT
    assert {f"{WEB.web}/transition/{n}" for n in range(1, 201)} <= set(links_of(rendered.text))
    assert "too many for one mail" not in rendered.text


def test_what_is_too_much_for_one_mail_is_on_the_board_since_a_day_that_holds_it_all() -> None:
    rendered = render(digest_of(*(event(n, moved=transition(n)) for n in range(1, 2001))), WEB)
    (more,) = (url for url in links_of(rendered.text) if "since=" in url)
    assert more == "https://news.charity.example/?since=2025-07-23", "the day before the first of the news"
    assert f'href="{more}"' in rendered.html
    assert "for the full list" not in rendered.text


def test_dates_ahead_stand_the_soonest_first_and_those_without_a_date_last() -> None:
    assert ahead_of(
        expectation(1, date="", wording="in the coming months", authority="MHRA", milestone=M.APPROVED),
        expectation(2, date="2025-11-19"),
        expectation(3, date="2025-Q3", authority="FDA", milestone=M.APPROVED),
        expectation(4, date="2025-09-10", milestone=M.HTA_COMMITTEE),
        expectation(5, date="2025-07-02", authority="SMC", state=ExpectationState.OVERDUE),
        CLOSES,
    ) == [
        ("By 2 July 2025", "a final decision from the Scottish Medicines Consortium (SMC)"),
        ("Until 14 August 2025", "comments to NICE"),
        ("On 10 September 2025", "a committee meeting at NICE"),
        ("In the third quarter of 2025", "a decision from the US Food and Drug Administration (FDA)"),
        ("By 19 November 2025", "final guidance from NICE"),
        (
            "No date given",
            'a decision from the UK medicines regulator (MHRA) (the source says: "in the coming months")',
        ),
    ]


def test_an_open_consultation_says_who_may_take_part_until_when_and_where() -> None:
    draft = transition(3, "NICE", M.HTA_DRAFT_NOT_RECOMMENDED, M.HTA_IN_PROGRESS)
    digest = digest_of(
        event(1, moved=draft), event(2, EventKind.EXPECTED, foreseen=CLOSES), board=board(CLOSES, moved=draft)
    )
    assert len(digest.entries) == 1
    assert digest.entries[0].next[0] == "Comments to NICE can be sent until 14 August 2025."
    text = " ".join(render(digest, WEB).text.split())
    assert (
        "Until 14 August 2025: comments to NICE. Patients, carers and groups can comment on the consultation page. "
        "Take part at www.nice.org.uk: <https://www.nice.org.uk/consultations/3082>" in text
    )


def test_nobody_is_sent_to_a_company_to_take_part_nor_told_of_a_procedure_that_is_not_known() -> None:
    canadian = replace(CLOSES, authority="CDA-AMC", evidence=CLOSES.evidence[:1])
    digest = digest_of(event(1, moved=transition()), board=board(canadian))
    (one,) = digest.sections[0].ahead
    assert (one.respond, one.url) == ("Look at the page for who can comment, and how.", "")


def test_a_consultation_that_has_closed_is_not_ahead() -> None:
    assert ahead_of(replace(CLOSES, date=expectation(date="2025-07-24").date)) == []
    assert ahead_of(replace(CLOSES, date=expectation(date="2025-07-25").date)) != []


@pytest.mark.parametrize(
    ("kind", "subject", "sentence"),
    [
        (EventKind.EXPECTED, "Comments until 14 August 2025: NICE, ", "can be sent until 14 August 2025."),
        (
            EventKind.MOVED,
            "Comments now until 14 August 2025: NICE, ",
            "Before, it was until 7 August 2025, which is 7",
        ),
        (
            EventKind.WITHDRAWN,
            "Date removed: NICE end of comments, ",
            "until 14 August 2025. The page no longer says so.",
        ),
    ],
)
def test_the_last_day_for_comments_is_news_of_its_own(kind: EventKind, subject: str, sentence: str) -> None:
    foreseen = replace(CLOSES, was=expectation(date="2025-08-07").date)
    digest = digest_of(event(1, kind, foreseen=foreseen), board=board(foreseen))
    assert digest.subject.startswith(subject)
    assert sentence in digest.entries[0].sentence


@pytest.mark.parametrize(
    ("standing", "sure"), [(Standing.CONFIRMED, ""), (Standing.REPORTED, " (reported, not yet confirmed)")]
)
def test_an_opinion_that_a_decision_has_followed_says_so(standing: Standing, sure: str) -> None:
    opinion = transition(1, "EMA", M.OPINION_POSITIVE, None, "2025-06-19", "")
    decided = transition(2, standing=standing)
    cells = [Standpoint(one.topic, one.authority, one) for one in (opinion, decided)]
    rows = digest_of(event(2, moved=decided), board=cells).sections[0].stands
    assert rows[0].status == (
        f"Recommended for approval, 19 June 2025. The European Commission has decided since: approved{sure}."
    )
    assert "decided since" not in rows[1].status
    waiting = replace(decided, milestone=M.ACCEPTED_FOR_REVIEW)
    still = [cells[0], Standpoint(TOPIC.id, "EC", waiting)]
    assert "decided" not in digest_of(event(2, moved=decided), board=still).sections[0].stands[0].status
    alone = digest_of(event(1, moved=opinion), board=cells[:1]).sections[0].stands
    assert alone[0].status == "Recommended for approval, 19 June 2025"


def test_a_discreet_mail_says_nothing_of_its_matter_in_its_title_or_its_first_two_hundred_characters() -> None:
    digest = digest_of(event(1, moved=transition()), event(2, moved=transition(2, "FDA", topic=OTHER.id)))
    rendered = render(digest, replace(WEB, name="regwatch"), discreet=True)
    title = re.search("<title>(.*?)</title>", rendered.html)
    body = " ".join(re.sub("<[^>]*>", " ", rendered.html.partition("<body")[2].partition(">")[2]).split())
    assert title
    assert rendered.subject == title[1] == "regwatch: 2 updates"
    for preview in (" ".join(rendered.text.split())[:200], body[:200]):
        assert preview.startswith("2 updates from regwatch. Open the mail to read them.")
        assert not re.search("cabo|lutetium|approv|tumour|NET|Commission|FDA", preview, re.IGNORECASE)
    assert "The European Commission approved cabozantinib" in " ".join(rendered.text.split())


@pytest.fixture
def house(tmp_path: Path) -> House:
    made = House(tmp_path)
    made.clock.set(datetime(2026, 3, 3, 12, 0, tzinfo=UTC))
    return made


def text_of(mail: KeptMail) -> str:
    parsed = message_from_bytes(mail.raw, policy=default)
    assert isinstance(parsed, EmailMessage)
    body = parsed.get_body(("plain",))
    assert body is not None
    return " ".join(body.get_content().split())


def test_a_mail_says_since_when_its_reader_gets_it_and_keeps_its_lines(house: House) -> None:
    house.join("ana@example.org", cadence="immediately")
    with house.database.session() as session:
        chosen = Choices((Choice(TOPIC.id, cadence="immediately"),), alerts=False, zone="Pacific/Auckland")
        lifecycle.add(session, "bob@example.org", chosen, "test", house.clock.now())
    house.compose()
    house.news()
    mails = {mail.recipient: mail for mail in house.compose(timedelta(days=40, hours=8))}
    assert "if there is news" not in text_of(mails["ana@example.org"])
    assert "You signed up on 3 March 2026." in text_of(mails["ana@example.org"])
    assert "The operator of this service added you on 4 March 2026." in text_of(mails["bob@example.org"]), "their day"
    for mail in mails.values():
        parsed = message_from_bytes(mail.raw, policy=default)
        assert isinstance(parsed, EmailMessage)
        assert "0why" not in mail.raw.decode()
        lines = parsed.get_body(("plain",)).get_content().splitlines()  # type: ignore[union-attr]
        assert all(len(line) <= 72 for line in lines if "<http" not in line)


def test_who_stands_in_the_watch_list_is_told_that_the_operator_put_them_there(tmp_path: Path) -> None:
    house = House(tmp_path, recipients=(replace(ANA, cadence=Cadence.IMMEDIATELY),))
    house.compose()
    house.news()
    (mail,) = house.compose(timedelta(minutes=1))
    listed = re.search(r"put you on the list; you have been on it since (\d+ \w+ \d{4})\.", text_of(mail))
    assert listed
    assert listed[1] == f"{house.clock.now():%-d %B %Y}", "the day on which they were first written to"


@pytest.mark.parametrize(
    ("days", "cadence", "covers"), [(1, "daily", 0), (3, "daily", 3), (7, "weekly", 0), (14, "weekly", 14)]
)
def test_a_mail_that_covers_more_than_its_usual_time_says_so(
    tmp_path: Path, days: int, cadence: str, covers: int
) -> None:
    reader = replace(ANA, cadence=Cadence(cadence), weekday=house_day().weekday())
    house = House(tmp_path, recipients=(reader,))
    house.clock.set(house_day())
    house.compose()
    house.news()
    (mail,) = house.compose(timedelta(days=days))
    said = re.findall(r"This mail covers (\d+) days: none was written in between", text_of(mail))
    assert said == ([str(covers)] if covers else [])


def house_day() -> datetime:
    return datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


def trouble(database: Database, kind: str, since: datetime, *, failures: int = 5, text: str = "") -> None:
    with database.session() as session:
        state = session.get(SourceState, "ec") or SourceState(id="ec", adapter="page")
        state.trouble, state.trouble_since, state.failures, state.trouble_text = kind, since, failures, text
        session.add(state)


@pytest.mark.parametrize(
    ("kind", "hours", "failures", "told"),
    [
        ("gone", 25, 2, "page is gone"),
        ("soft_missing", 25, 2, "page is gone"),
        ("moved", 25, 2, "page has moved: its address leads to new.example."),
        ("gone", 23, 9, ""),
        ("gone", 25, 1, ""),
        ("timed_out", 71, 9, ""),
        ("timed_out", 73, 1, "We have not been able to read"),
    ],
)
def test_that_a_page_is_gone_is_believed_after_two_polls_and_a_day(
    house: House, kind: str, hours: int, failures: int, told: str
) -> None:
    house.join("ana@example.org", cadence="immediately")
    text = "https://old.example/page was sent on to https://new.example/, where there is nothing (HTTP 404)"
    trouble(house.database, kind, house.clock.now() + timedelta(days=9, hours=-hours), failures=failures, text=text)
    house.compose()
    house.news()
    (mail,) = house.compose(timedelta(days=9))
    assert ("The pages we read" in text_of(mail)) is bool(told)
    assert told in text_of(mail)


def test_a_page_alone_makes_no_mail_and_its_end_is_told_once_in_the_next_one(house: House) -> None:
    house.join("ana@example.org", cadence="immediately")
    house.compose()
    since = house.clock.now()
    trouble(house.database, "gone", since)
    assert house.compose(timedelta(days=2)) == []
    house.news()
    (first,) = house.compose(timedelta(hours=1))
    assert "European Commission's page is gone" in text_of(first)
    house.news(milestone="suspended")
    (second,) = house.compose(timedelta(hours=1))
    assert "page is gone" not in text_of(second), "it has been told"
    with house.database.session() as session:
        session.add(
            AlertRow(
                source="ec", kind="unread", evidence="gone: x", since=since, latest_at=since,
                resolved_at=house.clock.now() + timedelta(hours=1),
            )
        )  # fmt: skip
    trouble(house.database, "", since, failures=0)
    assert house.compose(timedelta(hours=2)) == []
    told = []
    for milestone in ("revoked", "approved"):
        house.news(milestone=milestone)
        told += [
            "We can read European Commission's page again." in text_of(mail)
            for mail in house.compose(timedelta(hours=1))
        ]
    assert told == [True, False]
    with house.database.session() as session:
        assert len(session.exec(select(Message).where(Message.recipient == "ana@example.org")).all()) >= 4


def test_the_monthly_mail_of_a_discreet_reader_is_neutral_from_its_sender_to_its_first_two_hundred_characters(
    house: House,
) -> None:
    with house.database.session() as session:
        chosen = Choices((Choice(TOPIC.id),), alerts=False, discreet=True, monthly=True)
        lifecycle.add(session, "ana@example.org", chosen, "test", house.clock.now())
    house.news()
    house.compose()
    (mail,) = (one for one in house.compose(timedelta(days=31)) if one.subject == "regwatch: still watching")
    header, _, _ = mail.raw.partition(b"\r\n\r\n")
    assert b"From: regwatch <" in header
    assert not re.search("cabo|NET|tumour", text_of(mail)[:200])
    assert "cabozantinib" in text_of(mail).casefold()


def test_a_mail_begins_with_what_changed_what_it_means_and_what_comes_next() -> None:
    due = expectation(6, "NICE", date="2025-11-19")
    digest = digest_of(event(1, moved=transition(1, "MHRA")), board=board(due, moved=transition(1, "MHRA")))
    (entry,) = digest.entries
    assert digest.summary == (entry.sentence, entry.meaning, f"Next: {entry.next[0]}")
    rendered = render(digest, SENDER)
    said = " ".join(" ".join(digest.summary).split())
    assert " ".join(rendered.text.split()).startswith(said)
    assert "November 2025" in digest.summary[2]
    assert digest.more == ""


def test_the_lines_at_the_top_are_of_the_most_important_news_and_count_the_rest() -> None:
    late = expectation(6, "NICE", date="2025-07-02", state=ExpectationState.OVERDUE)
    digest = digest_of(event(1, EventKind.OVERDUE, foreseen=late), event(2, moved=transition(2, "FDA")))
    assert digest.summary[0] == digest.entries[0].sentence
    assert "FDA" in digest.summary[0]
    assert digest.more == "1 more change in this mail:"


@pytest.mark.parametrize(
    ("moved", "mark"),
    [
        (transition(1, "FDA"), "●"),
        (transition(1, "FDA", standing=Standing.REPORTED), "◐"),
        (transition(1, "FDA", M.REFUSED), "■"),
        (transition(1, "FDA", M.REFUSED, standing=Standing.REPORTED), "◧"),
        (transition(1, "FDA", M.ADVISORY_NEGATIVE), "▲"),
        (transition(1, "FDA", M.ACCEPTED_FOR_REVIEW), "○"),
    ],
)
def test_a_shape_shows_where_a_topic_stands_and_is_left_out_where_it_would_be_read_aloud(
    moved: Transition, mark: str
) -> None:
    digest = digest_of(event(1, moved=moved), board=board(moved=moved))
    (row,) = digest.sections[0].stands
    assert row.mark == mark
    rendered = render(digest, SENDER)
    assert re.search(rf'<span [^>]*aria-hidden="true"[^>]*>{mark}</span>', rendered.html)
    assert mark not in rendered.text
