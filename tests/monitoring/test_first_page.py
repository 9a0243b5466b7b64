"""What a new operator reads in the first minutes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from regwatch.dates import PartialDate
from regwatch.ledger.entries import Standpoint, Transition
from regwatch.model import Indication, Source, Topic, Treatment
from regwatch.monitoring.first_page import first_page
from regwatch.monitoring.source_health import SourceHealth, last_understood
from regwatch.vocabulary import Milestone, Standing
from regwatch.watchlist import Watchlist

NOW = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
TOPIC = Topic("t", "Belzutifan for VHL", Treatment("belzutifan"), Indication("VHL"))


def health(name: str, *, read: bool = False, trouble: str = "", due: int | None = None) -> SourceHealth:
    source = Source(name, "feed", "P", "https://example.org/", ("t",))
    at = NOW if read or trouble else None
    return SourceHealth(
        source, NOW if read else None, at, at, None, NOW + timedelta(minutes=due) if due is not None else None,
        trouble, f"{name} turned us away" if trouble else "", at, 1 if trouble else 0, 0,
    )  # fmt: skip


def test_it_says_what_is_watched_what_was_read_and_when_the_next_look_is() -> None:
    sources = [health("one", read=True, due=60), health("two", trouble="blocked_page", due=15), health("three")]
    told = first_page(Watchlist((TOPIC,), tuple(one.source for one in sources)), sources, (), NOW, "Europe/London")
    assert told == (
        "Watched: Belzutifan for VHL, at 3 sources.",
        "1 of them has been read, 1 is still to come. The first look at a source records where things stand and mails "
        "nobody.",
        "two could not be read: two turned us away",
        "Next look: two, 15 January 2026, 12:15 GMT.",
    )


def test_where_it_stands_is_told_and_of_whom_nothing_is_known() -> None:
    day = PartialDate.of_day(date(2021, 8, 13))
    approved = Transition(1, "t", "FDA", None, Milestone.APPROVED, day, None, NOW, Standing.CONFIRMED, False, "VHL")
    board = [Standpoint("t", "FDA", approved, ()), Standpoint("t", "NICE", None, ())]
    told = first_page(Watchlist((TOPIC,), ()), [], board, NOW, "Europe/London")
    assert "Belzutifan for VHL: FDA: approved, 13 August 2021, confirmed; nothing known yet of NICE." in told


def test_a_machine_without_a_network_is_one_sentence() -> None:
    sources = [health(f"s{number}", trouble="unreachable") for number in range(7)]
    told = first_page(Watchlist((TOPIC,), tuple(one.source for one in sources)), sources, (), NOW, "Europe/London")
    assert told[2:] == ("None of them can be reached: see to the network and the name service of this machine.",)


def test_the_adapter_that_never_met_a_page_it_knew_comes_first() -> None:
    known, never = health("one", read=True), health("two", trouble="missing_part")
    other = replace(never, source=replace(never.source, adapter="page"))
    assert list(last_understood([known, never, other]).items()) == [("page", None), ("feed", NOW)]


def test_many_troubles_are_counted_and_a_look_that_is_due_is_now() -> None:
    sources = [health(f"s{number}", trouble="timed_out", due=-5) for number in range(7)]
    told = first_page(Watchlist((TOPIC,), tuple(one.source for one in sources)), sources, (), NOW, "Europe/London")
    assert "2 more could not be read: `regwatch status --sources` names them." in told
    assert told[-1] == "Next look: s0, 15 January 2026, 12:00 GMT."
