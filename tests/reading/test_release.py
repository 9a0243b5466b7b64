"""Releases: datelines of every shape seen, the news text whole, the page's furniture gone."""

from __future__ import annotations

import time

import pytest
from bs4 import BeautifulSoup

from regwatch.errors import MissingPart, WrongIdentity
from regwatch.reading.names import names_any
from regwatch.reading.release import dateline, read_release

LEDE = "Ipsen announced today that the European Commission has approved a medicine for a disease."


@pytest.mark.parametrize(
    ("opening", "day"),
    [
        ("PARIS, FRANCE, 20 June 2025 - Ipsen", "2025-06-20"),
        ("LONDON, U.K., 22 SEPTEMBER 2025 \u2013 Ipsen", "2025-09-22"),
        ("LONDON, U.K., 7 April, 2025 \u2013 Ipsen", "2025-04-07"),
        ("Mississauga, ON \u2013 November 12, 2019 \u2013 Ipsen", "2019-11-12"),
        ("NEW YORK, Feb. 20, 2021 (GLOBE NEWSWIRE) -- The company", "2021-02-20"),
        ("TARRYTOWN, N.Y., Dec. 18, 2013 /PRNewswire/ \u2014 The company", "2013-12-18"),
        ("BEERSE, BELGIUM (6 January 2026) \u2013 The company", "2026-01-06"),
        ("Uppsala, Sweden, September 21, 2018 \u2013 The company", "2018-09-21"),
        ("HONG KONG and SHANGHAI and FLORHAM PARK, N.J., July 04, 2024 (GLOBE NEWSWIRE) \u2014 The", "2024-07-04"),
        ("ALAMEDA, CA, USA I December 08, 2022 I The company", "2022-12-08"),
        ("Basel, May 16, 2014 - The company", "2014-05-16"),
        ("Saint-Herblain (France), July 1, 2024 \u2013 The company", "2024-07-01"),
    ],
)
def test_a_dateline_gives_the_day(opening: str, day: str) -> None:
    found = dateline(opening)
    assert found is not None
    assert found.iso == day


@pytest.mark.parametrize(
    "opening",
    [
        "ALAMEDA, Calif.--(BUSINESS WIRE)--Exelixis, Inc. today announced",
        "WILMINGTON, Del., Dec. 11 /PRNewswire-FirstCall/ -- The company",
        "Updated: 24 July 2025 | Press release",
        "On 23 July 2025 - two days before the meeting - the Commission decided",
        "In the half year to June 30, 2025 - as reported -",
        "24 July 2025 - a date without a place",
        "A sentence with a date, 24 July 2025, and more words",
        "Paris, 31 February 2025 - no such day",
        "Paris, 24 Foo 2025 - no such month",
    ],
)
def test_what_is_no_dated_dateline_gives_no_day(opening: str) -> None:
    assert dateline(opening) is None


def test_hostile_paragraphs_take_no_time() -> None:
    began = time.process_time()
    for text in ("A" * 200_000, "A 1 January " * 20_000, "A, (" * 50_000, "A July 1, 202" * 20_000):
        assert dateline(text) is None
    assert time.process_time() - began < 1


def test_a_hostile_page_takes_no_time() -> None:
    began = time.process_time()
    for body in ("<h1>H</h1>" + "<div>" * 5_000, "<main><h1>H</h1>" + "<div class='share'>x" * 2_000):
        with pytest.raises(MissingPart):
            read_release(page(body), zone="UTC")
    assert time.process_time() - began < 5


def page(body: str, head: str = "") -> BeautifulSoup:
    return BeautifulSoup(f"<html><head>{head}</head><body>{body}</body></html>", "lxml")


def test_everything_between_headline_and_end_is_kept_and_furniture_is_not() -> None:
    body = (
        "<nav><a>Menu approved</a></nav><main><h1>Headline</h1><div class='share-buttons'>Share me</div>"
        f"<p>PARIS, FRANCE, 24 July 2025 - {LEDE}<sup>1</sup></p>loose words<h3>About the medicine</h3><p>Old news.</p>"
        "<div><h2>Related press releases</h2></div><ul><li>Another approval</li></ul></main><footer>Foot</footer>"
    )
    release = read_release(page(body), zone="UTC")
    assert release.headline == "Headline"
    assert release.paragraphs == (
        f"PARIS, FRANCE, 24 July 2025 - {LEDE}",
        "loose words",
        "About the medicine",
        "Old news.",
    )


def test_a_container_with_a_suspicious_name_is_kept_if_it_holds_the_news() -> None:
    body = (
        f"<div class='social-page related'><h1>H</h1><div class='share'><p>Paris, 24 July 2025 - {LEDE}</p></div></div>"
    )
    assert LEDE in read_release(page(body), zone="UTC").paragraphs[0]


def test_the_dateline_wins_over_the_date_of_the_page() -> None:
    head = '<meta property="article:published_time" content="2025-07-25T00:10:00+02:00">'
    dated = page(f"<main><h1>H</h1><p>PARIS, FRANCE, 24 July 2025 - {LEDE}</p></main>", head)
    undated = page(f"<main><h1>H</h1><p>{LEDE}</p></main>", head)
    assert str(read_release(dated, zone="Europe/Paris").published) == "2025-07-24"
    assert str(read_release(undated, zone="Europe/Paris").published) == "2025-07-25"
    assert str(read_release(undated, zone="UTC").published) == "2025-07-24"


def test_broken_metadata_is_passed_over() -> None:
    head = "<script type='application/ld+json'>{broken</script><script type='application/ld+json'>[[1]]</script>"
    body = f"<main><h1>H</h1><time datetime='2025-07-24'>x</time><p>{LEDE}</p></main>"
    assert str(read_release(page(body, head), zone="UTC").published) == "2025-07-24"


@pytest.mark.parametrize(
    ("times", "day"),
    [
        ('<time datetime="2025-07-24T10:00">a</time><time datetime="2025-07-24T12:00">b</time>', "2025-07-24"),
        ('<time datetime="2025-08-01">updated</time><time datetime="2025-07-24">first</time>', "None"),
        (
            '<time datetime="2025-08-01">a</time><time itemprop="datePublished" datetime="2025-07-24">b</time>',
            "2025-07-24",
        ),
    ],
)
def test_of_several_dates_on_a_page_none_is_guessed(times: str, day: str) -> None:
    assert str(read_release(page(f"<main><h1>H</h1>{times}<p>{LEDE}</p></main>"), zone="UTC").published) == day


@pytest.mark.parametrize(
    ("body", "what"),
    [("<main><p>No headline</p></main>", "headline"), ("<main><h1>H</h1><p>short</p></main>", "news text")],
)
def test_a_page_without_headline_or_text_is_trouble(body: str, what: str) -> None:
    with pytest.raises(MissingPart, match=what):
        read_release(page(body), zone="UTC")


def test_the_release_of_another_issuer_is_refused() -> None:
    with pytest.raises(WrongIdentity, match="Exelixis"):
        read_release(page(f"<main><h1>H</h1><p>{LEDE}</p></main>"), zone="UTC", issuer=("Exelixis",))


@pytest.mark.parametrize(
    ("text", "names", "named"),
    [
        ("Approval of CABOMETYX\u00ae today", ["Cabometyx"], True),
        ("XL 184 is studied", ["XL-184"], True),
        ("XL1840 is studied", ["XL184"], False),
        ("precabozantinibs", ["cabozantinib"], False),
        ("nivolumab alone", ["nivolumab+cabozantinib"], False),
        ("cabozantinib with nivolumab", ["nivolumab+cabozantinib"], True),
        ("anything", ["", " "], False),
    ],
)
def test_a_treatment_is_named_by_whole_words(text: str, names: list[str], named: bool) -> None:
    assert names_any(text, names) is named
