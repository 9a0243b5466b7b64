"""Press rooms: which links are releases, and what is refused."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from regwatch.adapters.rooms import exelixis as exelixis_news
from regwatch.adapters.rooms import ipsen as ipsen_news
from regwatch.adapters.rooms import ipsen_uk as ipsen_uk_news
from regwatch.errors import MissingPart, WrongIdentity
from regwatch.model import Document, Request, Source

SOURCE = Source("s", "ipsen_news", "Ipsen", "", ("t",), watch=("cabozantinib",))
LONG = "<p>PARIS, FRANCE, 24 July 2025 - Ipsen announced today that something took place, and says so at length.</p>"


def document(body: str, url: str, part: str = "", final_url: str = "") -> Document:
    whole = f"<html><body>{body}</body></html>".encode()
    fetched = datetime(2026, 1, 12, tzinfo=UTC)
    return Document(SOURCE, Request(url, part), final_url or url, whole, "text/html", fetched)


@pytest.mark.parametrize(
    ("url", "number"),
    [
        ("https://www.ipsen.com/press-releases/some-words-3121353/", "3121353"),
        ("https://ipsen.com/press-releases/some-words-3121353", "3121353"),
        ("https://www.ipsen.com/press-releases/some-words-31213530/?utm_source=x#a", "31213530"),
        ("https://www.ipsen.com/fr/press-releases/des-mots-3121353", ""),
        ("https://www.ipsen.com/press-releases/some-words-2025/", ""),
        ("https://www.ipsen.com/press-releases/page/2/", ""),
        ("https://www.ipsen.com/canadaen/blog/press-releases/some-words-3121353/", ""),
        ("https://example.org/press-releases/some-words-3121353/", ""),
    ],
)
def test_only_english_releases_of_the_group_have_a_number(url: str, number: str) -> None:
    assert ipsen_news.number(url) == number


def test_a_release_is_followed_once_with_its_longest_words_as_hint() -> None:
    links = "".join(
        f'<a href="{address}">{words}</a>'
        for address, words in [
            ("/press-releases/cabozantinib-news-3121353/", "Read more"),
            ("https://ipsen.com/press-releases/cabozantinib-news-3121353?utm_source=x", "The headline in full"),
            ("/press-releases/other-news-3121354", ""),
        ]
    )
    reading = ipsen_news.ADAPTER.read(document(links, ipsen_news.LISTING))
    assert [(follow.request.url, follow.request.part, follow.hint) for follow in reading.follows] == [
        (
            "https://www.ipsen.com/press-releases/cabozantinib-news-3121353/",
            "release/3121353",
            "The headline in full cabozantinib news",
        ),
        ("https://www.ipsen.com/press-releases/other-news-3121354", "release/3121354", "other news"),
    ]


def test_links_in_menus_and_footers_of_the_uk_site_are_no_news() -> None:
    link = '<a href="/uk-ireland/one-two-three-four-five/">words</a>'
    with pytest.raises(MissingPart):
        ipsen_uk_news.ADAPTER.read(document(f"<footer>{link}</footer><nav>{link}</nav>", ipsen_uk_news.LISTING))
    cards = f"<main><article><header>{link}</header></article></main>"
    assert len(ipsen_uk_news.ADAPTER.read(document(cards, ipsen_uk_news.LISTING)).follows) == 1


def test_a_release_that_redirects_to_another_is_refused() -> None:
    body = f"<main><h1>Headline</h1>{LONG}</main>"
    url = "https://www.ipsen.com/press-releases/a-b-3121353/"
    elsewhere = "https://www.ipsen.com/press-releases/a-b-3121354/"
    with pytest.raises(WrongIdentity):
        ipsen_news.ADAPTER.read(document(body, url, "release/3121353", elsewhere))
    moved = "https://www.ipsen.com/press-releases/a-corrected-3121353/"
    assert ipsen_news.ADAPTER.read(document(body, url, "release/3121353", moved)).records[0].key == "3121353"


def test_a_date_in_a_list_of_other_releases_is_not_the_date_of_this_one() -> None:
    body = (
        '<main><h1>Exelixis</h1><ul><li><div class="nir-widget--news--date-time">October 1, 2025</div></li></ul>'
        '<div><div class="nir-widget--news--date-time">October 2, 2025</div>'
        '<div class="nir-widget--news--headline">Other</div></div>'
        '<div class="nir-widget--news--date-time">March 26, 2025 4:30 PM EDT</div>'
        f'<div class="nir-widget--news-body">{LONG}</div></main>'
    )
    url = "https://ir.exelixis.com/news-releases/news-release-details/a"
    [record] = exelixis_news.ADAPTER.read(document(body, url, "release/a")).records
    assert str(record.published) == "2025-03-26"


def test_a_correction_keeps_its_whole_text_and_its_identity() -> None:
    text = (
        "<p>ALAMEDA, Calif.--(BUSINESS WIRE)--Please replace the release dated March 26, 2025 with the following "
        "corrected version due to multiple revisions.</p><p>The corrected release reads:</p>"
        "<p>EXELIXIS ANNOUNCES SOMETHING</p><p>Exelixis, Inc. today announced something.</p>"
    )
    body = f'<main><h1>CORRECTING and REPLACING Exelixis Announces</h1><div class="node__content">{text}</div></main>'
    url = "https://ir.exelixis.com/news-releases/news-release-details/a"
    [record] = exelixis_news.ADAPTER.read(document(body, url, "release/a")).records
    assert record.key == "a"
    assert len(record.blocks) == 4
