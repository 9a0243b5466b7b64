"""A link is shown and followed as it is written, and compared in one spelling."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regwatch.reading.links import canonical, identity, same_page, same_place, web_link

BASE = "https://example.org/news/list.html"
WRITTEN = st.text("abcXYZ019-._~:/?#[]@!$&'()*+,;=%", max_size=40)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/only-http",
        "http://example.org:8080/n",
        "https://example.org/caf%E9",
        "https://example.org/doc%2F2025%2F1",
        "https://example.org/#!/news/7",
        "https://example.org/n?id=%E9&utm_source=rss#part",
        "http://[2001:db8::1]/n",
        "https://EXAMPLE.org/A/",
        "https://example.org/caf\u00e9",
    ],
)
def test_a_whole_link_is_kept_as_written(url: str) -> None:
    assert web_link(BASE, url) == url
    assert web_link(BASE, f" \n{url}\t") == url


@given(WRITTEN)
def test_no_link_is_spelled_anew(rest: str) -> None:
    url = "http://example.org/" + rest
    assert web_link(BASE, url) == url


@pytest.mark.parametrize(
    ("written", "link"),
    [
        ("7.html", "https://example.org/news/7.html"),
        ("/7%2F8", "https://example.org/7%2F8"),
        ("//other.org/7", "https://other.org/7"),
        ("?p=7#x", "https://example.org/news/list.html?p=7#x"),
        ("https://example.org/a b", "https://example.org/a%20b"),
        ("https://example.org/a\nb", "https://example.org/ab"),
        ("", ""),
        ("javascript:alert(1)", ""),
        ("mailto:a@example.org", ""),
        ("https://[broken", ""),
        ("https://example.org:99999/", ""),
        ("https://", ""),
    ],
)
def test_a_link_is_completed_as_a_browser_would(written: str, link: str) -> None:
    assert web_link(BASE, written) == link


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("http://WWW.FDA.gov/drugs/a?utm_medium=email&utm_source=x#top", "https://www.fda.gov/drugs/a"),
        ("https://example.org/?p=298&feedref=abc", "https://example.org/?p=298"),
        ("https://example.org:443/a b/\u2019?q=1", "https://example.org/a%20b/%E2%80%99?q=1"),
        ("https://example.org/a%C2%AE", "https://example.org/a%C2%AE"),
        ("javascript:alert(1)", ""),
        ("https://[broken", ""),
        ("https://example.org:99999/", ""),
        ("mailto:a@example.org", ""),
    ],
)
def test_a_link_has_one_spelling_for_comparing(url: str, wanted: str) -> None:
    assert canonical(url) == wanted


@given(st.text(alphabet="abc/%2F?&=#:@. é®", max_size=40))
def test_spelling_a_link_twice_changes_nothing(path: str) -> None:
    once = canonical("https://example.org/" + path)
    assert canonical(once) == once


def test_two_links_to_one_page_are_the_same() -> None:
    assert same_page("http://www.example.org/a/") == same_page("https://example.org/a?utm_campaign=rss#x")


@pytest.mark.parametrize(
    ("url", "guid", "wanted"),
    [
        ("https://www.globenewswire.com/news-release/2025/07/24/3121353/0/fr/Titre.html", "", "globenewswire:3121353"),
        ("https://www.businesswire.com/news/home/20250326123456/it/Slug", "", "businesswire:20250326123456/it"),
        ("https://www.businesswire.com/news/home/20250326123456", "", "businesswire:20250326123456/en"),
        ("https://www.prnewswire.com/news-releases/a-title-2020-302450836.html", "", "prnewswire:302450836"),
        ("https://example.org/a", "urn:uuid:1", "urn:uuid:1"),
        ("https://example.org/a", "https://www.example.org/?p=7", "example.org/?p=7"),
        ("https://example.org/a", "http://www.gov.uk/b#2025-01-01T00:00:00Z", "gov.uk/b"),
        ("https://www.example.org/a/", "", "example.org/a"),
    ],
)
def test_an_item_is_known_by_its_best_identity(url: str, guid: str, wanted: str) -> None:
    assert identity(url, guid) == wanted


def test_links_that_differ_in_what_no_letter_stands_for_are_two_pages() -> None:
    assert same_page("https://example.org/caf%E8") != same_page("https://example.org/caf%E9")
    assert same_page("https://example.org/?a=%E8&utm_source=x") != same_page("https://example.org/?a=%E9&utm_source=x")


def test_what_stands_behind_the_hash_is_a_place_in_a_page_or_a_page_of_its_own() -> None:
    assert same_place("https://example.org/a#top") == same_place("https://example.org/a")
    assert same_place("https://example.org/#!/news/7") != same_place("https://example.org/#!/news/8")
