"""Every fault of docs/reference/failures.md, by a server on a real socket and the real poll: told, and never news."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from e2e import web_bodies, web_faults, web_oddities
from e2e.faulty_web import AFTER, Desk, Fault, serving
from regwatch.polling.outcome import Outcome

SECTIONS = {
    "On the way": web_faults.THE_WAY,
    "No HTTP": web_faults.NOT_HTTP,
    "Statuses": web_faults.BY_STATUS,
    "Redirects": web_faults.REDIRECTS,
    "robots.txt": web_faults.ROBOTS,
    "Packing and size": web_bodies.PACKING,
    "Walls and notices": web_bodies.WALLS,
    "Feeds": web_bodies.FEEDS,
    "Pages and answers of interfaces": web_bodies.PAGES,
}
FAULTS = {name: fault for section in SECTIONS.values() for name, fault in section.items()}
READ = {**web_oddities.CHARACTERS, **web_oddities.ENVELOPES, **web_oddities.FORMS}


def rows_under(heading: str) -> dict[str, str]:
    """The table under a heading of the page: what happens, and what is told of it ("" where the table has no such)."""
    page = (Path(__file__).parents[2] / "docs" / "reference" / "failures.md").read_text("utf-8")
    section = re.split(r"^#+ ", page.partition(f"# {heading}\n")[2], maxsplit=1, flags=re.MULTILINE)[0]
    found = [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line[:1] == "|"]
    return {row[0].strip("`"): row[1].strip("`") if len(row) > 1 else "" for row in found[2:]}


TOLD = {name: trouble for heading in SECTIONS for name, trouble in rows_under(heading).items()}
SHOWN = rows_under("Lists that lose their items")


@pytest.mark.parametrize("heading", SECTIONS)
def test_the_page_names_what_is_tried_here(heading: str) -> None:
    assert list(rows_under(heading)) == list(SECTIONS[heading])


def test_the_page_names_what_else_is_tried_here() -> None:
    assert list(SHOWN) == list(web_bodies.LISTS)
    assert list(rows_under("Read all the same")) == list(READ)
    assert len(FAULTS) > 100


@pytest.fixture(scope="module")
def stood(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk that has read all sources once."""
    with serving() as server:
        desk = Desk(server, tmp_path_factory.mktemp("desk"))
        desk.first_look()
        assert [desk.snapshots(source) for source in desk.sources] == [1, 1, 1, 1]
        assert (desk.milestones(), desk.mails()) == ([], 0)
        yield desk
        desk.database.close()


@pytest.fixture
def desk(stood: Desk) -> Desk:
    stood.begin_again()
    return stood


def then_the_news_is_read(desk: Desk, source: str) -> None:
    """The next good answer brings the news, once."""
    polled = desk.poll(Fault(source, {"": AFTER[source]}))
    assert polled.outcome is Outcome.CHANGED
    assert desk.milestones() == ["approved"]


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_trouble_and_never_news(desk: Desk, name: str) -> None:
    fault = FAULTS[name]
    before = desk.state(fault.source)
    polled = desk.poll(fault)
    assert polled.outcome is Outcome.TROUBLE
    state = desk.state(fault.source)
    assert (state.trouble, state.failures) == (TOLD[name], 1)
    assert len(state.trouble_text) > 20
    assert (state.read_at, state.changed_at) == (before.read_at, before.changed_at)
    assert desk.snapshots(fault.source) == 1
    assert (desk.milestones(), desk.mails()) == ([], 0)
    then_the_news_is_read(desk, fault.source)


@pytest.mark.parametrize("name", web_bodies.LISTS)
def test_a_list_that_loses_its_items_is_shown_and_takes_nothing_back(desk: Desk, name: str) -> None:
    fault = web_bodies.LISTS[name]
    desk.poll(fault)
    assert [odd for odd in desk.oddities(fault.source) if odd.startswith(SHOWN[name])] != []
    assert (desk.milestones(), desk.mails()) == ([], 0)
    then_the_news_is_read(desk, fault.source)


@pytest.mark.parametrize("name", READ)
def test_what_keeps_to_no_rule_is_read_all_the_same(desk: Desk, name: str) -> None:
    polled = desk.poll(READ[name])
    assert polled.trouble is None
    assert desk.milestones() == ["approved"]


def test_the_news_that_is_read_at_last_is_mailed_once(desk: Desk) -> None:
    desk.poll(FAULTS["half"])
    then_the_news_is_read(desk, "feed")
    assert [desk.mails(), desk.mails()] == [1, 1]
