"""A good file becomes the topics, sources and recipients that it describes."""

from __future__ import annotations

import re
from datetime import time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.known_adapters import KNOWN
from regwatch import wording
from regwatch.errors import ConfigError, Fault
from regwatch.vocabulary import AUTHORITIES
from regwatch.watchlist import Cadence, Recipient, Watchlist, load_watchlist
from regwatch.watchlist.tree import LONGEST_FILE, read_tree

GOOD = """\
topics:
  - id: cabozantinib-net
    title: Cabozantinib for NETs
    treatment: {inn: cabozantinib, brands: [Cabometyx], codes: [XL184]}
    indication: {name: neuroendocrine tumours, terms: [neuroendocrine tumour, pNET], look_alikes: [Merkel]}
    ids: {nice_gid: GID-TA11613, nct: NCT03375320}
  - id: everolimus-net
    title: Everolimus for NETs
    treatment: {inn: everolimus, brands: [Afinitor]}
    indication: {name: neuroendocrine tumours, terms: [neuroendocrine tumour]}
    ids: {nice_gid: GID-TA20000, nct: NCT03375320}
sources:
  - {id: nice, adapter: nice_project, topics: [cabozantinib-net]}
  - id: nice-both
    adapter: nice_project
    topics: [cabozantinib-net, everolimus-net]
    ids: {nice_gid: GID-TA30000}
    every: 4h
    confirm: 3
  - id: charity
    adapter: feed
    topics: [everolimus-net]
    url: https://www.example.org/feed.xml
    publisher: Example charity
    official_for: [NICE]
    options: {length: 20}
  - {id: resting, adapter: nice_project, topics: [cabozantinib-net], enabled: false}
digest:
  recipients:
    - address: anna@example.org
    - {address: ben@example.org, name: Ben, topics: [everolimus-net], cadence: weekly, weekday: friday, at: "09:15",
       zone: America/New_York}
    - {address: night@example.org, at: "01:30", zone: UTC}
    - {address: now@example.org, cadence: immediately, background: true}
"""


@pytest.fixture
def watchlist(tmp_path: Path) -> Watchlist:
    path = tmp_path / "sources.yaml"
    path.write_text(GOOD, "utf-8")
    return load_watchlist(path, KNOWN)


def test_a_topic_carries_every_name_and_identifier(watchlist: Watchlist) -> None:
    topic = watchlist.topics[0]
    assert topic.treatment.names == ("cabozantinib", "Cabometyx", "XL184")
    assert topic.indication.look_alikes == ("Merkel",)
    assert topic.ids == {"nice_gid": "GID-TA11613", "nct": "NCT03375320"}


def test_what_is_left_out_of_a_source_comes_from_its_adapter(watchlist: Watchlist) -> None:
    source = watchlist.sources[0]
    assert (source.publisher, source.official_for, source.confirm) == ("NICE", ("NICE",), 1)
    assert source.every == timedelta(minutes=90)
    assert source.url == "https://www.example.org/indevelopment/gid-ta11613"


def test_what_a_source_says_itself_wins_over_adapter_and_topic(watchlist: Watchlist) -> None:
    source = watchlist.sources[1]
    assert source.ids == {"nice_gid": "GID-TA30000", "nct": "NCT03375320"}
    assert (source.every, source.confirm) == (timedelta(hours=4), 3)


def test_a_source_watches_every_name_of_its_own_topics_only(watchlist: Watchlist) -> None:
    assert watchlist.sources[1].watch == ("cabozantinib", "Cabometyx", "XL184", "everolimus", "Afinitor")
    assert watchlist.sources[2].watch == ("everolimus", "Afinitor")


def test_options_reach_the_adapter_as_text(watchlist: Watchlist) -> None:
    assert watchlist.sources[2].options == {"length": "20"}
    assert watchlist.sources[2].official_for == ("NICE",)


def test_a_source_that_is_switched_off_is_not_polled(watchlist: Watchlist) -> None:
    assert "resting" not in {source.id for source in watchlist.sources}


def test_a_recipient_follows_all_topics_at_half_past_eight_unless_told_otherwise(watchlist: Watchlist) -> None:
    both = ("cabozantinib-net", "everolimus-net")
    assert watchlist.recipients[0] == Recipient("anna@example.org", both, at=time(8, 30), zone="Europe/London")
    assert watchlist.recipients[1] == Recipient(
        "ben@example.org", ("everolimus-net",), "Ben", Cadence.WEEKLY, time(9, 15), "America/New_York", 4
    )


def test_a_topic_has_further_reading_as_the_file_names_it(tmp_path: Path) -> None:
    path = tmp_path / "sources.yaml"
    entry = "    ids: {nice_gid: GID-TA11613"
    assert entry in GOOD
    path.write_text(
        GOOD.replace(entry, f"    links: [{{title: Handbook, url: 'https://x.example/h'}}]\n{entry}"), "utf-8"
    )
    first, second = load_watchlist(path, KNOWN).topics
    assert (first.links, second.links) == ((("Handbook", "https://x.example/h"),), ())
    path.write_text(path.read_text("utf-8").replace("https://x.example/h", "handbook"), "utf-8")
    with pytest.raises(ConfigError, match=r"links\[0\].url"):
        load_watchlist(path, KNOWN)


def test_a_recipient_gets_the_background_where_the_entry_says_so(watchlist: Watchlist) -> None:
    assert [one.background for one in watchlist.recipients] == [False, False, False, True]


def test_an_hour_that_never_repeats_is_accepted_in_a_zone_without_summer_time(watchlist: Watchlist) -> None:
    assert watchlist.recipients[2].at == time(1, 30)


@pytest.mark.parametrize(
    ("at", "zone"),
    [
        ("01:00", "Europe/London"),
        ("02:59", "Europe/London"),
        ("01:30", "America/New_York"),
        ("02:59", "Australia/Sydney"),
        ("00:30", "Atlantic/Azores"),
        ("00:15", "America/Havana"),
    ],
)
def test_an_hour_that_is_lost_or_repeated_once_a_year_is_refused(tmp_path: Path, at: str, zone: str) -> None:
    path = tmp_path / "sources.yaml"
    path.write_text(GOOD.replace('at: "01:30", zone: UTC', f'at: "{at}", zone: {zone}'), "utf-8")
    with pytest.raises(ConfigError, match=re.escape("clocks change in " + zone)):
        load_watchlist(path, KNOWN)


def test_a_file_without_digest_tells_nobody(tmp_path: Path) -> None:
    path = tmp_path / "sources.yaml"
    path.write_text(GOOD.partition("digest:")[0], "utf-8")
    assert load_watchlist(path, KNOWN).recipients == ()


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "sources.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert len(load_watchlist(path, KNOWN).topics) == 2


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda path: None, "there is no such file: `regwatch init` writes one to start from"),
        (lambda path: path.mkdir(), "cannot be read: Is a directory"),
        (lambda path: path.write_bytes(b"#" * (LONGEST_FILE + 1)), f"is larger than {LONGEST_FILE} bytes"),
    ],
    ids=["missing", "a folder", "huge"],
)
def test_a_file_that_cannot_be_read_is_one_sentence(tmp_path: Path, make, message: str) -> None:
    path = tmp_path / "sources.yaml"
    make(path)
    with pytest.raises(ConfigError) as caught:
        load_watchlist(path, KNOWN)
    assert str(caught.value) == f"{path}: {message}"


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=200))
def test_any_text_is_a_watchlist_or_a_list_of_faults(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.mktemp("any") / "sources.yaml"
    path.write_text(text, "utf-8", newline="")
    with pytest.raises(ConfigError) as caught:
        load_watchlist(path, KNOWN)
    assert all(fault.line >= 1 for fault in caught.value.faults)


@given(st.integers(0, len(GOOD) - 1), st.sampled_from("\t:-[]{}&*!|>'\"%@`#, x0\n"))
def test_one_stray_character_never_crashes_the_check(
    tmp_path_factory: pytest.TempPathFactory, at: int, character: str
) -> None:
    path = tmp_path_factory.mktemp("stray") / "sources.yaml"
    path.write_text(GOOD[:at] + character + GOOD[at:], "utf-8")
    faults: tuple[Fault, ...] = ()
    try:
        load_watchlist(path, KNOWN)
    except ConfigError as error:
        faults = error.faults
    assert all(1 <= fault.line <= GOOD.count("\n") + 2 for fault in faults)


def test_every_key_and_value_has_its_line_and_column(tmp_path: Path) -> None:
    path = tmp_path / "sources.yaml"
    path.write_text("a:\n  - b: 1\n    c: [x, y]\n", "utf-8")
    tree = read_tree(path)
    assert tree.value == {"a": [{"b": 1, "c": ["x", "y"]}]}
    assert tree.keys[("a", 0, "c")] == (3, 5)
    assert tree.values[("a", 0, "c", 1)] == (3, 12)


OWN = """\
authorities:
  - {code: NoMA, name: Norwegian Medical Products Agency, jurisdiction: Norway, kind: licensing, zone: Europe/Oslo}
"""


def test_an_authority_of_the_operators_own_is_one_like_any_other_until_it_is_taken_out(tmp_path: Path) -> None:
    path = tmp_path / "sources.yaml"
    path.write_text(OWN + GOOD.replace("official_for: [NICE]", "official_for: [NoMA, AIFA, AEMPS]"), "utf-8")
    watchlist = load_watchlist(path, KNOWN)
    assert watchlist.sources[2].official_for == ("NoMA", "AIFA", "AEMPS")
    assert AUTHORITIES["NoMA"].pathway == "Norway"
    assert wording.authority_name("NoMA") == "the Norwegian Medical Products Agency (NoMA)"
    assert load_watchlist(path, KNOWN) == watchlist
    path.write_text(GOOD, "utf-8")
    load_watchlist(path, KNOWN)
    assert "NoMA" not in AUTHORITIES
