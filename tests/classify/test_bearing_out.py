"""What bears a telling out beside its own words, and readings that a sentence alone would have got wrong."""

from __future__ import annotations

from datetime import date

import pytest

from classify.corpus import WATCH
from regwatch.classify.bearing_out import ENOUGH, PLAIN, RECOMMENDATION, SUPPORTS, TITLED, is_borne_out
from regwatch.classify.language import classify_text, prepared, read_prose
from regwatch.classify.reader import read_candidates
from regwatch.classify.signs import signs
from regwatch.classify.telling import Telling
from regwatch.dates import PartialDate
from regwatch.model import Announcement
from regwatch.vocabulary import Confidence, Mode

DAY = date(2026, 5, 12)


def said(text: str, kind: str = "trade_news", publisher: str = "") -> dict[str, str]:
    """What a text says: body and milestone, to the mode."""
    found = classify_text(Announcement("a", kind, publisher, "", DAY, text), WATCH)
    return {f"{one.authority} {one.milestone.value}": one.mode.value for one in found}


def names(text: str, kind: str = "trade_news", publisher: str = "") -> list[dict[str, float]]:
    """The signs of each telling, in the order of the text."""
    announcement = Announcement("a", kind, publisher, "", DAY, text)
    prose = read_prose(announcement, prepared(WATCH), (), PartialDate.of_day(DAY))
    telling = Telling(prose, tuple(read_candidates(prose).candidates))
    return [signs(telling, one) for one in telling.candidates]


def test_several_supports_bear_an_event_out_and_fewer_do_not() -> None:
    enough = dict.fromkeys(SUPPORTS[:ENOUGH], 1.0)
    assert is_borne_out(enough, 1)
    fewer = dict.fromkeys(SUPPORTS[: ENOUGH - 1], 1.0)
    assert not is_borne_out(fewer, 1)
    assert is_borne_out(fewer, 2)
    assert is_borne_out({**fewer, "date: today": 1.0}, 1)
    assert is_borne_out({RECOMMENDATION: 1.0}, 1)


def test_the_headline_of_the_same_act_is_a_sign_and_a_headline_without_one_is_another() -> None:
    told = "Today the FDA approved Velmora (zelanib) for adults with lupus."
    assert TITLED in names(f"FDA approves Velmora for lupus\n{told}")[-1]
    assert "the headline tells no act" in names(f"A day of joy for people with lupus\n{told}")[-1]
    assert "the headline tells other acts" in names(f"FDA refuses Velmora in asthma\n{told}")[-1]


def test_a_statement_beside_another_act_or_of_an_earlier_year_is_not_plain() -> None:
    assert PLAIN in names("News\nThe FDA has approved Velmora (zelanib) for lupus.")[-1]
    assert PLAIN not in names("News\nThe FDA, which approved Velmora (zelanib) in 2022, is to move.")[-1]


def test_a_numbered_recommendation_is_the_papers_own_wherever_in_the_text_it_stands() -> None:
    paper = (
        "Draft guidance consultation\nZelanib for treating lupus\nThe closing date for comments is 2 June 2026.\n"
        "1 Recommendations\n1.1 Zelanib is not recommended for treating active lupus in adults."
    )
    assert any(RECOMMENDATION in one for one in names(paper, "hta_page", "NICE"))
    assert not any(RECOMMENDATION in one for one in names(paper.replace("1.1 ", ""), "hta_page", "NICE"))


READINGS = [
    ("a date that a verdict is awaited on is not the day of the acceptance", "trade_news",
     "Velmora gets speedy FDA review\nThe FDA has accepted the BLA for Velmora (zelanib), with a verdict due Nov. 9.",
     "FDA accepted_for_review", Mode.ANNOUNCED),
    ("who acts in a clause with \"with\" has acted", "trade_news",
     "NICE sticks to its guns\nNorvane has failed to sway NICE on Velmora (zelanib), with the HTA agency turning the"
     " drug down for NHS use in final draft guidance for lupus.",
     "NICE hta_final_draft_not_recommended", Mode.ANNOUNCED),
    ("what came weeks before another thing is history", "trade_news",
     "Norvane to cut jobs\nNorvane will shed 140 jobs, six weeks after it pulled its European application for Velmora.",
     "EMA application_withdrawn", Mode.BACKGROUND),
    ("an agency that withdraws its approval has revoked it", "trade_news",
     "FDA pulls approval of Velmora\nThe Food and Drug Administration said Tuesday that it was withdrawing its"
     " approval of Velmora (zelanib) for lupus.",
     "FDA revoked", Mode.ANNOUNCED),
]  # fmt: skip


@pytest.mark.parametrize(("why", "kind", "text", "event", "mode"), READINGS, ids=[one[0] for one in READINGS])
def test_a_reading(why: str, kind: str, text: str, event: str, mode: Mode) -> None:
    assert said(text, kind).get(event) == mode.value, why


NOTHING = [
    ("a review of safety is no application",
     "EMA starts review of Velmora\nEMA has started a review of Velmora (zelanib) following reports of liver injury.",
     "regulator_notice", "EMA", "EMA validated"),
    ("somebody urges an approval", "Senators write\nTwelve senators wrote to the Food and Drug Administration"
     " to urge approval of Velmora (zelanib).", "trade_news", "", "FDA approved"),
    ("a statement on resources gives no outcome", "Zelanib for lupus: resource impact statement\nNICE has recommended"
     " zelanib for lupus. It will cost less than 5 million pounds.", "hta_page", "NICE", "NICE hta_recommended"),
    ("a submission that is taken in is not another event", "FDA accepts resubmission of Velmora application",
     "company_press_release", "Norvane", "FDA submitted"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "text", "kind", "publisher", "event"), NOTHING, ids=[one[0] for one in NOTHING])
def test_no_news(why: str, text: str, kind: str, publisher: str, event: str) -> None:
    assert said(text, kind, publisher).get(event) != Mode.ANNOUNCED.value, why


def test_what_a_report_on_a_quarter_lists_is_for_a_person() -> None:
    text = "Norvane Reports First Quarter Results\nIn May the FDA approved Velmora (zelanib) for adults with lupus."
    found = classify_text(Announcement("a", "company_press_release", "Norvane", "", DAY, text), WATCH)
    news = [one for one in found if one.mode is Mode.ANNOUNCED]
    assert all(one.confidence is not Confidence.HIGH for one in news)
