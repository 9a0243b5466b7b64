from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.story import (
    ANA,
    NOW,
    OTHER,
    TOPIC,
    TOPICS,
    board,
    event,
    evidence,
    expectation,
    transition,
    whole_story,
)
from regwatch.digest.compose import Digest, compose
from regwatch.digest.outages import OutageKind, Silence
from regwatch.ledger.entries import Event, EventKind, ExpectationState
from regwatch.model import Indication, Topic, Treatment
from regwatch.vocabulary import DECISIVE, Milestone, Standing, is_status


def digest_of(*events: Event, **more: object) -> Digest:
    found = compose(events, TOPICS, more.pop("board", []), NOW, more.pop("to", ANA), **more)  # type: ignore[arg-type]
    assert found is not None
    return found


def test_the_subject_says_the_news_status_first() -> None:
    assert digest_of(event(1, moved=transition())).subject == "Approved: European Commission, cabozantinib for NETs"


def test_the_subject_of_several_changes_counts_the_others() -> None:
    draft = transition(2, "NICE", Milestone.HTA_DRAFT_NOT_RECOMMENDED, None, "2025-07-24")
    digest = digest_of(event(1, moved=transition(1, "MHRA")), event(2, moved=draft))
    assert digest.subject == "Approved by MHRA, and 1 more: cabozantinib for NETs"


def test_what_only_a_company_says_is_called_reported_everywhere() -> None:
    proof = (evidence("granted", source="ipsen-uk", publisher="Ipsen UK", official=False),)
    digest = digest_of(event(1, moved=transition(1, "MHRA", standing=Standing.REPORTED, proof=proof)))
    entry = digest.entries[0]
    assert digest.subject.startswith("Approved (reported): MHRA")
    assert entry.sentence.startswith("Ipsen UK reports that the UK medicines regulator (MHRA) approved cabozantinib")
    assert entry.after == "approved (reported)"
    assert entry.meaning.startswith("If this is confirmed, it is licensed")
    assert "We have not seen it on the authority's own page yet" in entry.standing


def test_an_approval_its_confirmation_and_the_date_it_met_are_one_entry() -> None:
    met = expectation(5, "FDA", Milestone.APPROVED, "2025-04-03", ExpectationState.MET, days=-8)
    approved = transition(1, "FDA", date="2025-03-26")
    digest = digest_of(
        event(1, moved=approved), event(2, EventKind.MET, foreseen=met), event(3, EventKind.CONFIRMED, moved=approved)
    )
    assert len(digest.entries) == 1
    assert digest.events == (1, 2, 3)
    assert ("Timing", "This came 8 days early: it was expected by 3 April 2025.") in digest.entries[0].facts


def test_a_goal_date_that_comes_with_the_review_is_told_as_what_comes_next() -> None:
    goal = expectation(5, "FDA", Milestone.APPROVED, "2025-04-03")
    review = transition(1, "FDA", Milestone.ACCEPTED_FOR_REVIEW, None, "2024-08-06")
    digest = digest_of(event(1, moved=review), event(2, EventKind.EXPECTED, foreseen=goal), board=board(goal))
    assert len(digest.entries) == 1
    line = "A decision from the US Food and Drug Administration (FDA) is expected by 3 April 2025."
    assert digest.entries[0].next[0] == line
    assert digest.events == (1, 2)


def test_an_expectation_of_another_authority_is_an_entry_of_its_own() -> None:
    goal = expectation(5, "NICE")
    review = transition(1, "FDA", Milestone.ACCEPTED_FOR_REVIEW, None, "2024-08-06")
    assert len(digest_of(event(1, moved=review), event(2, EventKind.EXPECTED, foreseen=goal)).entries) == 2


def test_a_licence_names_the_overdue_decision_about_payment() -> None:
    late = expectation(6, date="2025-07-02", state=ExpectationState.OVERDUE)
    entry = digest_of(event(1, moved=transition(1, "MHRA")), board=board(late)).entries[0]
    assert any("expected by 2 July 2025" in line and "(23 days late)" in line for line in entry.next)


def test_decisive_news_comes_first_then_retractions_then_overdue_then_the_rest() -> None:
    order = [entry.tag for entry in digest_of(*reversed(whole_story())).entries]
    assert order == [
        "Approved",
        "Approved (reported)",
        "Not recommended (draft)",
        "Taken back (recommended)",
        "Overdue",
        "Date moved",
    ]


def test_old_and_foreign_news_never_reach_a_digest() -> None:
    foreign = transition(3, topic=OTHER.id)
    quiet = [
        event(1, moved=transition(), baseline=True),
        event(2, moved=foreign),
        event(3, EventKind.WITNESSED, moved=transition(4)),
    ]
    assert compose(quiet, TOPICS, [], NOW, ANA) is None
    assert compose([], TOPICS, [], NOW, ANA, [Silence("NICE", "https://nice.example", NOW, (TOPIC.id,))]) is None


def test_what_came_and_went_between_two_digests_is_no_news() -> None:
    gone = transition(standing=Standing.RETRACTED)
    foreseen = expectation(state=ExpectationState.WITHDRAWN)
    events = [
        event(1, moved=gone),
        event(2, EventKind.RETRACTED, moved=gone),
        event(3, EventKind.EXPECTED, foreseen=foreseen),
        event(4, EventKind.WITHDRAWN, foreseen=foreseen),
    ]
    assert compose(events, TOPICS, [], NOW, ANA) is None


def test_a_retraction_says_that_the_page_no_longer_says_it() -> None:
    entry = digest_of(event(1, EventKind.RETRACTED, moved=transition(standing=Standing.RETRACTED))).entries[0]
    assert entry.sentence == (
        "The page no longer says that the European Commission approved cabozantinib for neuroendocrine tumours (NETs)."
    )
    assert (entry.before, entry.after) == ("approved", "no status known")


def test_a_correction_says_from_what_to_what() -> None:
    corrected = transition(1, "NICE", Milestone.HTA_NOT_RECOMMENDED, None, standing=Standing.CORRECTED)
    entry = digest_of(event(1, EventKind.CORRECTED, moved=corrected, note="hta_recommended")).entries[0]
    assert entry.tag == "Correction (not recommended)"
    assert (entry.before, entry.after) == ("recommended (as we told you before)", "not recommended")


def test_each_topic_says_where_it_stands_everywhere() -> None:
    late = expectation(6, date="2025-07-02", state=ExpectationState.OVERDUE)
    vague = expectation(7, "MHRA", Milestone.APPROVED, "", wording="in the coming months")
    digest = digest_of(event(1, moved=transition()), board=board(late, vague, moved=transition()))
    assert [(row.authority, row.where, row.status, row.next) for row in digest.sections[0].stands] == [
        ("NICE", "England", "", "final guidance by 2 July 2025, 23 days late"),
        ("MHRA", "UK", "", 'decision, "in the coming months"'),
        ("European Commission", "EU", "Approved, 23 July 2025", ""),
    ]


def silence(**more: Any) -> Silence:
    """NICE's page, which could not be read for four days."""
    shown = {"publisher": "NICE", "url": "https://www.nice.org.uk/x", "since": NOW - timedelta(days=4)}
    return Silence(**{**shown, "topics": (TOPIC.id,), "authorities": ("NICE",), **more})


def notices(one: Silence, **more: Any) -> list[str]:
    review = transition(7, "NICE", Milestone.HTA_IN_PROGRESS, None)
    digest = digest_of(event(1, moved=transition()), silences=[one], board=board(moved=review), **more)
    return [notice.text for notice in digest.notices]


def test_a_page_that_cannot_be_read_is_named_beside_other_news_every_time_with_its_last_known_status() -> None:
    for told in (None, NOW - timedelta(days=9), NOW - timedelta(hours=1)):
        (text,) = notices(silence(), since=told)
        assert "We have not been able to read NICE's page since 21 July 2025, 08:30 BST (4 days)." in text
        assert text.endswith("Last known status: under review.")


def test_that_a_page_is_gone_or_has_moved_is_told_once_and_as_no_decision() -> None:
    gone, moved = (
        silence(state=OutageKind.GONE),
        silence(state=OutageKind.MOVED, leads_to="https://nice.example/search?q=1"),
    )
    for one in (gone, moved):
        for told in (None, NOW - timedelta(days=3, minutes=1)):
            (text,) = notices(one, since=told)
            assert "This does not mean that a decision has changed." in text
        assert notices(one, since=NOW - timedelta(days=3)) == [], "a digest of that time told it"
    assert "NICE's page is gone" in notices(gone)[0]
    assert "NICE's page has moved: its address leads to nice.example." in notices(moved)[0]
    assert "NICE's page has moved." in notices(replace(moved, leads_to="javascript:alert(1)"))[0]


def test_that_a_page_can_be_read_again_is_told_once_to_those_who_heard_that_it_could_not() -> None:
    back = silence(since=NOW - timedelta(days=9), until=NOW - timedelta(days=2))
    (text,) = notices(back, since=NOW - timedelta(days=5))
    assert text.startswith("We can read NICE's page again. We could not from 16 July 2025, 08:30 BST to 23 July")
    assert "Last known" not in text
    for never_heard in (None, NOW - timedelta(days=7), NOW - timedelta(days=1)):
        assert notices(back, since=never_heard) == []


def test_a_status_says_when_its_page_has_not_been_read() -> None:
    review = transition(7, "NICE", Milestone.HTA_IN_PROGRESS, None)
    rows = [
        digest_of(event(1, moved=transition()), silences=[one], board=board(moved=review)).sections[0].stands[0].caveat
        for one in (silence(), silence(until=NOW), silence(authorities=("MHRA",)))
    ]
    assert rows == ["A page of theirs has not been read since 21 July 2025, 08:30 BST.", "", ""]


def test_times_are_shown_in_the_reader_s_own_zone() -> None:
    abroad = replace(ANA, zone="America/New_York")
    facts = dict(digest_of(event(1, moved=transition()), to=abroad).entries[0].facts)
    assert facts["Seen by us"] == "24 July 2025, 04:12 EDT"


def test_the_authority_s_own_words_are_quoted_before_the_company_s() -> None:
    proof = (
        evidence("the company says", source="ipsen", publisher="Ipsen", official=False),
        evidence("the register says"),
        evidence("the register says again"),
    )
    entry = digest_of(event(1, moved=transition(proof=proof))).entries[0]
    assert [quote.text for quote in entry.quotes] == ["the register says", "the company says"]


@pytest.mark.parametrize("milestone", [m for m in Milestone if is_status(m)])
@pytest.mark.parametrize("authority", ["FDA", "EMA", "EC", "MHRA", "NICE", "SMC", "HealthCanada", "TGA"])
def test_every_subject_is_short_and_starts_with_the_status(authority: str, milestone: Milestone) -> None:
    subject = digest_of(event(1, moved=transition(1, authority, milestone, None))).subject
    assert len(subject) <= 78
    head = subject.split(":")[0]
    assert len(head) <= 40
    assert milestone not in DECISIVE or head


def test_a_very_long_subject_is_cut_at_a_word() -> None:
    treatment = Treatment("lutetium (177Lu) oxodotreotide + everolimus + octreotide")
    wide = Topic(TOPIC.id, "x", treatment, Indication("gastroenteropancreatic neuroendocrine tumours of any grade"))
    found = compose([event(1, moved=transition())], {TOPIC.id: wide}, [], NOW, ANA)
    assert found is not None
    assert len(found.subject) <= 78
    assert found.subject.endswith("…")


@given(st.lists(st.sampled_from(whole_story()), unique_by=lambda e: e.seq), st.randoms())
@settings(max_examples=60)
def test_every_event_is_told_at_most_once_and_in_any_order_alike(events: list[Event], random: object) -> None:
    shuffled = list(events)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, two = compose(events, TOPICS, [], NOW, ANA), compose(shuffled, TOPICS, [], NOW, ANA)
    assert one == two
    if one:
        told = [seq for entry in one.entries for seq in entry.events]
        assert len(told) == len(set(told))
        assert set(told) <= {e.seq for e in events}


def test_the_digest_names_its_own_window() -> None:
    since = datetime(2025, 7, 24, 7, 30, tzinfo=UTC)
    digest = digest_of(event(1, moved=transition()), since=since)
    assert (digest.since, digest.composed) == ("24 July 2025, 08:30 BST", "25 July 2025, 08:30 BST")
