"""Recorded pages and feeds, day after day, and what happens to them short of news: each yields what happened, once."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from regwatch.reading.feeds import same_page
from regwatch.reading.names import names_any
from regwatch.replay.report_lines import lines
from regwatch.replay.run import ReplayWishes, replay
from regwatch.store.change_texts import ChangeTexts
from regwatch.store.database import Database
from regwatch.store.tables import ChangeRow

CAPTURES = Path(os.environ.get("REGWATCH_CAPTURES") or Path(__file__).parents[2].parent / "shared" / "captures")
PAGES = CAPTURES / "ema" / "epar-md"
pytestmark = [pytest.mark.captures, pytest.mark.skipif(not PAGES.is_dir(), reason="no recorded EMA pages")]

EC, EMA = "EC", "EMA"
HAPPENED = {
    "blarcamesine-anavex": [("2-application-withdrawn", EMA, "application_withdrawn", "2026-03-25")],
    "daybu": [("2-positive-opinion-after-re-examination", EMA, "opinion_positive", "2026-06-25")],
    "enflonsia": [("2-authorised", EC, "approved", "2026-04-15")],
    "ibandronic-acid-sandoz": [("2-lapsed", EC, "lapsed", "2024-01-09")],
    "iloperidone-vanda-pharmaceuticals": [("3-refused", EC, "refused", "2026-06-12")],
    "inflectra": [("2-withdrawn", EC, "authorisation_withdrawn", "2026-05-21")],
    "rezurock": [("2-authorised-conditional", EC, "conditionally_approved", "2026-03-24")],
    "xbonzy": [("2-authorised", EC, "approved", "2025-11-17")],
}
Mutation = Callable[[str], str]


def page(name: str) -> str:
    return (PAGES / f"{name}.md").read_text("utf-8")


def told(folder: Path, **wishes: Any) -> list[dict[str, Any]]:
    return [line.as_json() for played in replay(folder, ReplayWishes(**wishes)) for line in lines(played)]


def news(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What subscribers are told, without what goes to the operator."""
    return [line for line in lines if line["event"] not in ("trouble", "oddity", "review")]


@pytest.fixture
def states(tmp_path: Path) -> Callable[..., list[dict[str, Any]]]:
    def play(*texts: str) -> list[dict[str, Any]]:
        for number, text in enumerate(texts, 1):
            (tmp_path / f"page.{number}-state.md").write_text(text, "utf-8")
        return told(tmp_path)

    return play


def put(old: str, new: str) -> Mutation:
    def mutate(text: str) -> str:
        assert old in text, old
        return text.replace(old, new)

    return mutate


def test_every_recorded_series_yields_exactly_the_transition_that_its_names_state() -> None:
    found: dict[str, list[tuple[str, str, str, str | None]]] = {}
    for line in told(PAGES):
        assert line["event"] == "transition", line
        found.setdefault(line["series"], []).append((line["state"], line["authority"], line["milestone"], line["date"]))
    assert found == HAPPENED


def test_the_cabometyx_page_over_three_months_yields_no_news(tmp_path: Path) -> None:
    for file in PAGES.glob("cabometyx.*.md"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    assert told(tmp_path) == []


@pytest.mark.parametrize("name", sorted(HAPPENED))
def test_captures_in_reversed_order_yield_no_news(name: str, states: Callable[..., list[dict[str, Any]]]) -> None:
    files = sorted(PAGES.glob(f"{name}.*.md"), reverse=True)
    assert news(states(*(file.read_text("utf-8") for file in files))) == []


@pytest.mark.parametrize("name", sorted(HAPPENED))
def test_a_page_that_goes_back_to_an_older_copy_and_forth_is_told_once(
    name: str, states: Callable[..., list[dict[str, Any]]]
) -> None:
    first, second = [file.read_text("utf-8") for file in sorted(PAGES.glob(f"{name}.*.md"))][-2:]
    [line] = states(first, second, first, second)
    assert (line["state"], line["event"], line["milestone"]) == ("2-state", "transition", HAPPENED[name][0][2])


BANNER = "**A new version of this website is being tested.** [Tell us what you think](/en/feedback). Approved cookies."
NOISE: dict[str, Mutation] = {
    "a banner": lambda text: text.replace("# Cabometyx", f"{BANNER}\n\n# Cabometyx", 1),
    "a banner below the title": put("Page contents\n\n##", f"{BANNER}\n\nPage contents\n\n##"),
    "a menu entry": put("- [Topics](#topics)", "- [Topics](#topics)\n- [Approved medicines](#approved)"),
    "random anchors": lambda text: re.sub(r"-(\d{2,6})\)", lambda m: f"-{int(m[1]) * 7 % 9973})", text),
    "links": lambda text: text.replace("](/en/", "](https://www.ema.europa.eu/en/"),
    "a link to an opinion on a variation": put(
        "## News on Cabometyx",
        "## News on Cabometyx\n\n- [Cabometyx: CHMP positive opinion on variation, approved for prostate cancer]"
        "(/en/medicines/human/variation/cabometyx)",
    ),
    "a date of last update": lambda text: re.sub(r"(Last updated:\*\*) [\d/]{10}", r"\1 03/03/2026", text),
    "product information": put("English (EN) (147.4 KB - PDF)", "English (EN) (151.9 KB - PDF)"),
    "other entities": put("Cabometyx's", "Cabometyx&#39;s"),
    "hard spaces": lambda text: text.replace("Cabometyx is", "Cabometyx\u00a0is"),
}  # fmt: skip


@pytest.mark.parametrize("what", NOISE)
def test_what_changes_around_the_facts_is_no_news(what: str, states: Callable[..., list[dict[str, Any]]]) -> None:
    text = page("cabometyx.2025-12-02")
    changed = NOISE[what](text)
    assert changed != text
    assert states(text, changed, text) == []


HOLDER = "Marketing authorisation holder"
CORRECTED: dict[str, tuple[str, str, str]] = {
    "the day of the first authorisation": ("cabometyx.2025-12-02", "09/09/2016", "12/09/2016"),
    "the day of the opinion, on an authorised page": ("cabometyx.2025-12-02", "21/07/2016", "28/07/2016"),
    "the day of an authorisation without revisions": ("enflonsia.2-authorised", "15/04/2026", "14/04/2026"),
    "the day of an opinion": ("xbonzy.1-opinion-positive", "18/09/2025", "19/09/2025"),
    "the month of an opinion": ("daybu.1-under-re-examination", "26/02/2026", "26/03/2026"),
    "the day of a refusal": ("elevidys.refused", "24/09/2025", "26/09/2025"),
    "the day of a withdrawal": ("inflectra.2-withdrawn", "21/05/2026", "20/06/2026"),
    "the number of the revision": ("cabometyx.2025-12-02", "Revision 20", "Revision 21"),
}


@pytest.mark.parametrize("what", CORRECTED)
def test_a_date_that_is_corrected_is_no_news(what: str, states: Callable[..., list[dict[str, Any]]]) -> None:
    name, old, new = CORRECTED[what]
    text = page(name)
    assert states(text, put(old, new)(text), text) == []


NET = re.compile(r"\*\*Neuroendocrine Tumours \(NET\)\*\* Cabometyx is indicated [^.]*\.")
COMBINED = re.compile(r"Cabometyx, in combination with nivolumab, is indicated [^.]*\.")
THYROID = re.compile(r"\*\*Differentiated thyroid carcinoma \(DTC\)\*\* Cabometyx is indicated [^.]*\.")
LIVER = re.compile(r"\*\*Hepatocellular carcinoma \(HCC\)\*\* Cabometyx is indicated [^.]*\.")
OVERVIEW = re.compile(r"(?<=## Overview\n).*?(?=\nExpand section)", re.DOTALL)
SECTION = re.compile(r"### Therapeutic indication\n.*?(?=\n## )", re.DOTALL)


def without(pattern: re.Pattern[str], text: str) -> str:
    assert pattern.search(text)
    return pattern.sub("", text)


@pytest.mark.parametrize(
    ("use", "word", "milestone"),
    [
        (NET, "neuroendocrine", "approved"),
        (COMBINED, "nivolumab", "use_widened"),
        (THYROID, "thyroid", "approved"),
        (LIVER, "hepatocellular", "approved"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_use_that_enters_the_text_is_told_and_no_other(
    use: re.Pattern[str], word: str, milestone: str, states: Callable[..., list[dict[str, Any]]]
) -> None:
    text = page("cabometyx.2025-12-02")
    [line] = states(without(use, without(OVERVIEW, text)), text)
    assert (line["event"], line["authority"], line["milestone"], line["date"]) == ("transition", EC, milestone, None)
    assert word in line["indication"].casefold()
    assert line["indication"].casefold().count("indicated") == 1
    assert word in line["quote"].casefold()


@pytest.mark.parametrize("use", [NET, THYROID, LIVER], ids=["neuroendocrine", "thyroid", "hepatocellular"])
def test_a_use_that_only_the_overview_named_at_the_baseline_is_repaired(
    use: re.Pattern[str], states: Callable[..., list[dict[str, Any]]]
) -> None:
    text = page("cabometyx.2025-12-02")
    assert states(without(use, text), text) == []


ADDED = "{name} is indicated for the treatment of adult patients with advanced adrenocortical carcinoma."


@pytest.mark.parametrize(
    ("name", "milestone"),
    [
        ("cabometyx.2025-12-02", "approved"),
        ("enflonsia.2-authorised", "approved"),
        ("xbonzy.2-authorised", "approved"),
        ("inflectra.1-authorised", "approved"),
        ("ibandronic-acid-sandoz.1-authorised", "approved"),
        ("rezurock.2-authorised-conditional", "conditionally_approved"),
        ("adstiladrin.authorised-conditional", "conditionally_approved"),
    ],
)
def test_an_extension_is_never_told_as_the_first_approval(
    name: str, milestone: str, states: Callable[..., list[dict[str, Any]]]
) -> None:
    text = page(name)
    sentence = ADDED.format(name=name.partition(".")[0].capitalize())
    section = SECTION.search(text)
    assert section
    extended = text.replace(section[0], f"{section[0].rstrip()}\n\n{sentence}\n")
    [line] = states(text, extended, extended)
    assert (line["state"], line["authority"], line["milestone"], line["date"]) == ("2-state", EC, milestone, None)
    assert line["indication"] == sentence


def test_a_disease_that_enters_an_older_sentence_is_approved(states: Callable[..., list[dict[str, Any]]]) -> None:
    text = page("ibandronic-acid-sandoz.1-authorised")
    extended = put(
        "with breast cancer and bone metastases.", "with breast cancer or prostate cancer and bone metastases."
    )(text)
    [line] = states(text, extended)
    assert (line["milestone"], "prostate" in line["indication"]) == ("approved", True)


def test_a_population_that_enters_the_text_widens_the_use(states: Callable[..., list[dict[str, Any]]]) -> None:
    text = page("cabometyx.2025-12-02")
    extended = put(
        "for the treatment of adult patients with locally",
        "for the treatment of adult and adolescent patients with locally",
    )(text)
    [line] = states(text, extended)
    assert (line["milestone"], "thyroid" in line["indication"], "adolescent" in line["indication"]) == (
        "use_widened",
        True,
        True,
    )


def cut_after(words: str) -> Mutation:
    """The section of the indication cut off after these words, as a page that came half."""

    def mutate(text: str) -> str:
        section = SECTION.search(text)
        assert section
        assert words in section[0]
        return text.replace(section[0], section[0][: section[0].index(words) + len(words)] + "\n")

    return mutate


def moved_up(text: str) -> str:
    """The use in NET before that in liver cancer."""
    found = NET.search(text)
    assert found
    heading = "**Hepatocellular carcinoma (HCC)**"
    return text.replace(found[0], "").replace(heading, f"{found[0]} {heading}", 1)


DAMAGE: dict[str, Mutation] = {
    "the whole section": lambda text: SECTION.sub("", text),
    "the text under its heading": lambda text: SECTION.sub("### Therapeutic indication\n", text),
    "one use": lambda text: without(NET, text),
    "two uses": lambda text: without(THYROID, without(NET, text)),
    "all points": lambda text: SECTION.sub(lambda m: m[0].replace(". ", " ").replace(".\n", "\n"), text),
    "line breaks": lambda text: SECTION.sub(lambda m: m[0].replace("adults.\n\n**Hep", "adults.**Hep"), text),
    "spaces after points": lambda text: SECTION.sub(lambda m: m[0].replace(". ", "."), text),
    "the headings of the diseases": lambda text: SECTION.sub(lambda m: re.sub(r"\*\*[^*]*\*\* ?", "", m[0]), text),
    "a letter": put("differentiated thyroid carcinoma (DTC),", "differentiated thyroid carcinma (DTC),"),
    "an abbreviation": put("hepatocellular carcinoma (HCC) in adults", "hepatocellular carcinoma in adults"),
    "words that name no disease": put(", refractory or not eligible to radioactive iodine (RAI)", ""),
    "a last part": cut_after("is indicated for the treatment of adult patients with unresectable or metastatic"),
    "the order": moved_up,
}  # fmt: skip


@pytest.mark.parametrize("what", DAMAGE)
def test_an_indication_that_is_damaged_and_repaired_is_no_news(
    what: str, states: Callable[..., list[dict[str, Any]]]
) -> None:
    text = page("cabometyx.2025-12-02")
    damaged = DAMAGE[what](text)
    assert damaged != text
    assert news(states(text, damaged, text, damaged)) == []


SEEN_DAMAGED_FIRST = sorted(set(DAMAGE) - {"a last part"})
"""What no earlier text and no overview told cannot be told from what was just granted."""


@pytest.mark.parametrize("what", SEEN_DAMAGED_FIRST)
def test_an_indication_that_was_damaged_at_the_baseline_is_repaired_without_news(
    what: str, states: Callable[..., list[dict[str, Any]]]
) -> None:
    text = page("cabometyx.2025-12-02")
    assert news(states(DAMAGE[what](text), text)) == []


FEEDS = sorted(path for path in (CAPTURES / "feeds").glob("*") if path.is_dir())


def days(feed: Path) -> list[list[dict[str, str]]]:
    return [json.loads(day.read_text("utf-8")) for day in sorted(feed.glob("*.json"))]


def items_told(feed: Path, database: Path, **wishes: Any) -> tuple[list[str], list[str]]:
    """Addresses of the items that entered the changes, as they were first seen and after the baseline."""
    url = f"sqlite:///{database}"
    for played in replay(feed, ReplayWishes(adapter="feed", database=url, **wishes)):
        assert [seen.trouble for seen in played.states if seen.trouble] == []
    opened = Database(url)
    with opened.session() as session:
        texts = ChangeTexts(session)
        rows = [(row, *texts.of(row)) for row in session.exec(select(ChangeRow))]
    opened.close()
    assert [row for row, _, after in rows if not after] == []
    new = [row.key for row, before, _ in rows if not row.baseline and not before]
    return [row.key for row, _, _ in rows if row.baseline], new


@pytest.mark.parametrize("feed", FEEDS, ids=lambda path: path.name)
def test_every_new_item_of_a_feed_is_told_once_and_none_that_falls_off_the_end(feed: Path, tmp_path: Path) -> None:
    first, new = items_told(feed, tmp_path / "all.db", options=(("match", "all"),))
    series = days(feed)
    known = {same_page(item["url"]) for item in series[0]}
    wanted = dict.fromkeys(same_page(item["url"]) for day in series[1:] for item in day)
    assert set(first) == known
    assert sorted(new) == sorted(url for url in wanted if url not in known)


@pytest.mark.parametrize("feed", FEEDS, ids=lambda path: path.name)
def test_only_items_about_a_watched_medicine_reach_the_classifier(feed: Path, tmp_path: Path) -> None:
    watched = ("Keytruda", "Humira", "Zepbound")
    first, new = items_told(feed, tmp_path / "watched.db", watch=watched)
    about = {
        same_page(item["url"])
        for day in days(feed)
        for item in day
        if names_any(f"{item['title']} {item['summary']}", watched)
    }
    assert set(first) | set(new) == about
