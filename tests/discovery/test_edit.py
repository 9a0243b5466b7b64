"""Lines that come into a watchlist and go again leave everything else as it was."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regwatch.adapters.registry import CATALOGUE
from regwatch.discovery.adding import add_topic
from regwatch.discovery.plan import PLACES, scalar
from regwatch.errors import ConfigError, UsageError
from regwatch.model import Indication, Topic, Treatment
from regwatch.resources import data_file
from regwatch.watchlist import load_watchlist
from regwatch.watchlist.edit import Sheet, remove_topic, replace_watchlist, sources_in
from regwatch.watchlist.tree import read_tree

SHIPPED = data_file("sources.yaml").read_text("utf-8")
NAME = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=30).filter(
    lambda text: text.strip() and text.isprintable()
)
BLOCKS = """\
topics:
- id: a
  title: A
  treatment: {inn: aa}
  indication: {name: d, terms: [d]}   # a flow style topic
sources:
- id: news   # about a
  adapter: feed
  topics:
  - a
  publisher: P
  url: https://example.org/feed
"""


def topic(name: str = "b", inn: str = "belzutifan", disease: str = "disease", **ids: str) -> Topic:
    return Topic(name, f"{inn} for {disease}", Treatment(inn), Indication(disease, (disease,)), ids)


@settings(max_examples=8, deadline=None)
@given(NAME, NAME, st.sampled_from([{}, {"nct": "NCT00000001"}, {"ec_register": "EU/1/16/1136"}]))
def test_any_name_survives_being_written_and_what_was_added_can_be_taken_out(
    tmp_path_factory: pytest.TempPathFactory, inn: str, disease: str, ids: dict[str, str]
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_text(SHIPPED, "utf-8")
    watchlist = load_watchlist(path, CATALOGUE)
    wanted = topic(inn=inn, disease=disease, **ids)
    path.write_text(add_topic(SHIPPED, watchlist, wanted, ["Pfizer"], list(PLACES)).text, "utf-8")
    read = load_watchlist(path, CATALOGUE)
    assert read.topics == (*watchlist.topics, wanted)
    assert remove_topic(path.read_text("utf-8"), sources_in(path), "b") == SHIPPED


@settings(deadline=None)
@given(NAME)
def test_a_value_is_read_as_it_was_meant(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.getbasetemp() / "value.yaml"
    path.write_text(f"a: {scalar(text)}\nb: {{ c: {scalar(text)} }}\nd: [{scalar(text)}]\n", "utf-8")
    assert read_tree(path).value == {"a": text, "b": {"c": text}, "d": [text]}


def test_lists_in_every_style_take_a_name_and_lose_it_again(tmp_path: Path) -> None:
    sheet = Sheet(BLOCKS)
    sheet.join("news", "b")
    assert "  - a\n  - b\n" in sheet.text
    sheet.part("news", "a")
    assert "  topics:\n  - b\n  publisher: P" in sheet.text
    flow = Sheet("sources:\n  - id: one\n    topics: [a]\n")
    flow.join("one", "b")
    assert flow.text == "sources:\n  - id: one\n    topics: [a, b]\n"
    flow.part("one", "a")
    assert flow.text == "sources:\n  - id: one\n    topics: [b]\n"


def test_a_file_without_a_last_line_end_gets_one() -> None:
    sheet = Sheet("topics:\n  - id: a\n  - id: b")
    sheet.add("topics", "- id: c")
    assert sheet.text == "topics:\n  - id: a\n  - id: b\n  - id: c\n"


def test_a_list_on_one_line_is_left_to_a_person() -> None:
    with pytest.raises(UsageError, match=r"topics is not written as lines"):
        Sheet("topics: [{id: a}]\n").add("topics", "- id: b")


def test_the_comment_right_above_an_item_goes_with_it_and_a_heading_stays() -> None:
    sheet = Sheet("sources:\n  # --- UK ---\n\n  # about one\n  - id: one\n\n  # about two\n  - id: two\n")
    sheet.remove("sources", "one")
    assert sheet.text == "sources:\n  # --- UK ---\n\n  # about two\n  - id: two\n"


def test_a_source_that_rests_keeps_its_name_and_gets_no_double(tmp_path: Path) -> None:
    path = tmp_path / "sources.yaml"
    resting = SHIPPED.replace("    adapter: mhra_news\n", "    adapter: mhra_news\n    enabled: false\n")
    path.write_text(resting, "utf-8")
    added = add_topic(resting, load_watchlist(path, CATALOGUE), topic(), (), ["uk"], names=sources_in(path))
    assert "mhra-news-b" in added.new


def test_a_file_that_would_be_wrong_is_not_put_in_the_place_of_a_good_one(tmp_path: Path) -> None:
    path = tmp_path / "sources.yaml"
    path.write_text(SHIPPED, "utf-8")
    path.chmod(0o640)
    with pytest.raises(ConfigError, match=rf"{path}:1:1: sources: is missing"):
        replace_watchlist(path, "topics: []\n", CATALOGUE)
    assert path.read_text("utf-8") == SHIPPED
    replace_watchlist(path, SHIPPED + "# more\n", CATALOGUE)
    assert path.stat().st_mode & 0o777 == 0o640
    assert [one.name for one in tmp_path.iterdir()] == ["sources.yaml"]
