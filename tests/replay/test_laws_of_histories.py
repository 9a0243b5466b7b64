"""Laws of the history of a medicine's page, for any page and any order of what can happen to it.

Every history is polled into a ledger, and somebody who follows all its topics is mailed. `REGWATCH_EXPLORE` walks many.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import select

from digest.story import SENDER
from polling.played import State, Told, blank, played_into
from regwatch.adapters.ema.medicine import ADAPTER
from regwatch.digest.due_digests import compose_due, enrol
from regwatch.digest.posting import Mailing
from regwatch.errors import SourceTrouble
from regwatch.kit.golden import FETCHED
from regwatch.model import Source
from regwatch.store.database import Database
from regwatch.store.tables import Message
from regwatch.watchlist import Cadence, Recipient, Watchlist
from replay.medicine_page import NUMBER, Page, reading_of, topic

DISEASES = {
    "melanoma": "advanced melanoma",
    "gout": "gout that is not controlled by diet",
    "herpes zoster": "herpes zoster (shingles)",
    "renal cell carcinoma": "advanced renal cell carcinoma (RCC)",
    "cystic fibrosis": "cystic fibrosis",
    "psoriatic arthritis": "active psoriatic arthritis",
}
PATIENTS = (
    "adults", "adults who have received at least one prior therapy", "adults aged 50 years and older",
    "patients aged 12 years and older weighing at least 40 kg", "adults at high risk",
)  # fmt: skip
FORMS = (
    "Exempla is indicated for the treatment of {disease} in {patients}.",
    "Exempla as monotherapy is indicated for {disease} in {patients}.",
    "**{heading}** Exempla is indicated for the treatment of {disease} in {patients}.",
)
KINDS = ("uses", "overview", "words", "points", "menu", "status", "section", "pointer", "rows")
EXAMPLES = 100 if os.environ.get("REGWATCH_EXPLORE") else 10


@st.composite
def pages(draw: st.DrawFn, most: int = 4) -> Page:
    """A whole page: every use of a disease of its own, all of them in the overview."""
    names = draw(st.lists(st.sampled_from(sorted(DISEASES)), min_size=1, max_size=most, unique=True))
    uses = tuple(
        draw(st.sampled_from(FORMS)).format(
            disease=DISEASES[name], heading=name.capitalize(), patients=draw(st.sampled_from(PATIENTS))
        )
        for name in names
    )
    return Page(uses, ("Exempla is used to treat:", *(f"- {DISEASES[name]};" for name in names)))


@st.composite
def damaged(draw: st.DrawFn, page: Page) -> Page:
    """The page with some of its text, menus or marks lost."""
    kind = draw(st.sampled_from(KINDS if page.uses else ("menu", "overview")))
    if kind == "menu":
        return replace(page, menu=True)
    if kind == "overview":
        return replace(page, overview=page.overview[: draw(st.integers(1, len(page.overview)))])
    number = draw(st.integers(0, len(page.uses) - 1))
    use = page.uses[number]
    match kind:
        case "uses":
            kept = draw(st.sets(st.sampled_from(range(len(page.uses)))))
            return replace(page, uses=tuple(page.uses[n] for n in sorted(kept)))
        case "words":
            words = use.split(" ")
            gone = draw(st.sets(st.integers(0, len(words) - 1), max_size=6))
            use = " ".join(word for n, word in enumerate(words) if n not in gone)
        case "points":
            use = use.removesuffix(".")
        case "status":
            return replace(page, status=draw(st.sampled_from(["", "Paused"])))
        case "section":
            return replace(page, uses=())
        case "pointer":
            use = f"{use} For the choice of patients, see section 4.2."
        case "rows":
            return replace(page, facts=page.facts[:1], documents=())
    return replace(page, uses=(*page.uses[:number], use, *page.uses[number + 1 :]))


@st.composite
def histories(draw: st.DrawFn) -> list[Page]:
    """A page, and what it lost and regained."""
    page = draw(pages())
    states = [page]
    for _ in range(draw(st.integers(1, 4))):
        states.append(draw(st.one_of(st.just(page), damaged(page), damaged(page).flatmap(damaged))))
    return [*states, page]


@dataclass(frozen=True)
class Walk:
    """What the states of a page came to, by state, and how many mails somebody got who follows every disease."""

    told: list[Told]
    mails: int

    def moves(self, start: int = 0) -> list[str]:
        """The diseases of which news was told, from a state on."""
        return [_disease(name) for one in self.told[start:] for name, _ in one.said]

    def asked(self, start: int = 0) -> list[str]:
        """The diseases of which a person was asked, from a state on."""
        return [_disease(name) for one in self.told[start:] for name, _ in one.asked]


class Walker:
    """Walks histories through one database, each as a source of its own with topics and a reader of its own."""

    def __init__(self, database: Database) -> None:
        self._database, self._numbers = database, count()

    def walk(self, states: Sequence[Page]) -> Walk:
        number = next(self._numbers)
        topics = tuple(replace(topic(name), id=f"{topic(name).id}.{number}") for name in DISEASES)
        ids = tuple(one.id for one in topics)
        source = Source(f"s{number}", "ema_medicine", "EMA", "https://www.ema.europa.eu/x", ids, {
            "ema_product_number": NUMBER}, official_for=ADAPTER.authorities)  # fmt: skip
        reader = Recipient(f"r{number}@example.org", ids, cadence=Cadence.IMMEDIATELY)
        mailing = Mailing(Watchlist(topics, (source,), (reader,)), SENDER)
        enrol(self._database.session, mailing.watchlist, FETCHED)
        told = played_into(self._database, ADAPTER, source, topics, [state_of(one) for one in states])
        compose_due(self._database.session, mailing, FETCHED + timedelta(weeks=len(states)))
        with self._database.session() as session:
            sent = session.exec(select(Message).where(Message.recipient == reader.address)).all()
        return Walk(told, len(sent))


def _disease(name: str) -> str:
    return name.split(".")[0]


@cache
def state_of(page: Page) -> State:
    """What the adapter makes of a state."""
    try:
        return reading_of(page)
    except SourceTrouble as trouble:
        return trouble


@pytest.fixture(scope="module")
def walker() -> Iterator[Walker]:
    with blank() as database:
        yield Walker(database)


@settings(max_examples=EXAMPLES)
@given(histories())
def test_text_that_is_lost_and_comes_back_is_never_told(walker: Walker, states: list[Page]) -> None:
    walked = walker.walk(states)
    assert (walked.moves(), walked.mails) == ([], 0), [page.markdown for page in states]


@settings(max_examples=EXAMPLES)
@given(histories(), st.data())
def test_a_disease_that_is_added_is_told_or_put_to_a_person_once(
    walker: Walker, states: list[Page], data: st.DataObject
) -> None:
    whole = states[-1]
    present = [name for name in DISEASES if any(DISEASES[name] in use for use in whole.uses)]
    added = data.draw(st.sampled_from([name for name in sorted(DISEASES) if name not in present]))
    sentence = FORMS[0].format(disease=DISEASES[added], patients=data.draw(st.sampled_from(PATIENTS)))
    after = replace(whole, uses=(*whole.uses, sentence))
    with_overview = data.draw(st.booleans())
    if with_overview:
        after = replace(after, overview=(*after.overview, f"- {DISEASES[added]};"))
    later = [replace(after, menu=True), replace(after, uses=after.uses[:-1]), after]
    must_be_heard_of_once(walker.walk([*states, after, *later]), len(states), added)


def must_be_heard_of_once(walked: Walk, start: int, name: str) -> None:
    """One disease is told or put to a person once from a state on, no other is told, and the mail says what is told."""
    mine = topic(name).id
    assert (walked.moves() + walked.asked(start)).count(mine) == 1, walked
    assert set(walked.moves()) <= {mine}, walked
    assert walked.mails == len(walked.moves()), walked


GROWN = (
    ("in adults", "in adults and adolescents aged 12 years and older"),
    ("in adults", "in patients aged 2 years and older"),
    ("aged 50 years", "aged 18 years"),
    ("at least 40 kg", "at least 20 kg"),
    ("at least one prior therapy", "no prior therapy or at least one prior therapy"),
)


@settings(max_examples=EXAMPLES)
@given(histories(), st.data())
def test_a_use_that_grows_is_told_or_put_to_a_person_once(
    walker: Walker, states: list[Page], data: st.DataObject
) -> None:
    whole = states[-1]
    can = [
        (number, old, new)
        for number, use in enumerate(whole.uses)
        for old, new in GROWN
        if use.count(old) == 1 and not (old == "in adults" and "in adults aged" in use)
    ]
    if not can:
        return
    number, old, new = data.draw(st.sampled_from(can))
    uses = list(whole.uses)
    uses[number] = uses[number].replace(old, new)
    after = replace(whole, uses=tuple(uses))
    mine = next(name for name in DISEASES if DISEASES[name] in uses[number])
    must_be_heard_of_once(walker.walk([*states, after, whole, after, replace(after, menu=True)]), len(states), mine)
