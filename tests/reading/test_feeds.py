"""Feeds: identities, links and dates that hold still, and answers that are no feed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regwatch.errors import CountOutOfRange, EmptyBody, Gone, Truncated, WrongType
from regwatch.model import Document, Reading, Request, Source
from regwatch.reading.feeds import FeedItem, entries, note_clashes
from regwatch.reading.links import same_page, web_link

URL = "https://example.org/rss.xml"


def document(body: bytes, content_type: str = "application/rss+xml") -> Document:
    source = Source("s", "feed", "Example", URL, ("t",))
    return Document(source, Request(URL), URL, body, content_type, datetime(2026, 1, 12, tzinfo=UTC))


def rss(items: str, channel: str = "") -> bytes:
    head = '<rss version="2.0" xmlns:d="http://dublincore.org/documents/dcmi-namespace/"><channel><title>News</title>'
    return f"<?xml version='1.0' encoding='utf-8'?><!-- made -->\n{head}{channel}{items}</channel></rss>\n".encode()


def test_fields_of_a_wires_own_namespace_are_read_by_local_name() -> None:
    item = (
        "<item><title>T</title><link>https://example.org/1</link><d:language>fr-FR</d:language>"
        "<d:contributor>Ipsen</d:contributor><d:modified>Sat, 20 Feb 2021 15:54 GMT</d:modified></item>"
    )
    [entry] = entries(document(rss(item)))
    assert (entry.language, entry.contributor) == ("fr", "Ipsen")
    assert entry.modified == datetime(2021, 2, 20, 15, 54, tzinfo=UTC)


WORDS = st.text(st.characters(codec="ascii", categories=["L", "N"]), max_size=3)
LINKS = st.sampled_from(
    ["", "https://x.org/", "https://x.org/a", "https://x.org/a#1", "https://x.org/#!/2", "http://x.org/a"]
)
ITEMS = st.tuples(
    WORDS,
    LINKS,
    st.sampled_from(["", "same", "https://x.org/", "urn:1"]),
    WORDS,
    st.sampled_from(["", "4 November 2025"]),
)


def item(title: str, link: str, guid: str, text: str, day: str) -> str:
    return (
        f"<item><title>{title}</title><link>{link}</link><guid isPermaLink='false'>{guid}</guid>"
        f"<pubDate>{day}</pubDate><description>{text}</description></item>"
    )


@given(st.lists(ITEMS, min_size=1, max_size=6))
def test_entries_that_differ_have_identities_that_differ_and_a_clash_is_told(made: list[tuple[str, ...]]) -> None:
    found = entries(document(rss("".join(item(*one) for one in made))))
    said = [(same_page(one.url), urlsplit(one.url).fragment, one.title, one.published, one.blocks) for one in found]
    names = {entry.id for entry in found}
    assert len({(entry.id, words) for entry, words in zip(found, said, strict=True)}) == len(names) >= len(set(said))
    reading = Reading()
    note_clashes(found, reading)
    assert bool(reading.oddities) == any(entry.shared for entry in found)


@pytest.mark.parametrize(
    ("link", "guid"),
    [
        ("https://x.org/{}", "same"),
        ("https://x.org/news#{}", ""),
        ("https://x.org/news", "https://x.org/#{}"),
        ("https://x.org/", ""),
        ("https://x.org/", "https://x.org/"),
        ("", "same"),
    ],
)
def test_an_entry_that_shares_its_identity_is_read_beside_the_others(link: str, guid: str) -> None:
    made = [item(f"T{n}", link.format(n), guid.format(n), "", "") for n in (1, 2, 3)]
    found = entries(document(rss("".join(made))))
    assert len({entry.id for entry in found}) == 3
    assert all(entry.shared for entry in found)


def test_an_application_link_is_an_identity() -> None:
    made = [item("T", f"https://x.org/{hash}news/{n}", "", "", "") for n in (1, 2) for hash in ("#!/", "#/")]
    found = entries(document(rss("".join(made))))
    assert len({entry.id for entry in found}) == 4
    assert not any(entry.shared for entry in found)


def test_an_entry_of_words_alone_is_known_by_title_and_day() -> None:
    [before] = entries(document(rss(item("Old", "", "", "text", "4 November 2025"))))
    new, after = entries(document(rss(item("New", "", "", "", "") + item("Old", "", "", "more", "4 November 2025"))))
    assert before.id == after.id != new.id
    assert entries(document(rss(item("", "", "", "", ""))))[0].id == ""


LINK_SIGNS = st.text("abC\u00e99-._~:/?#@!$'()*+,=%& ", max_size=30)


@given(
    LINK_SIGNS, st.sampled_from(["copy", "lt", "amp", "nbsp", "#38", "x"]), st.sampled_from(["bare", "cdata", "amp"])
)
def test_a_link_is_the_one_written_however_its_ampersands_are(tail: str, name: str, form: str) -> None:
    link = f"https://x.org/n?a=1&{name}=2&{tail.strip()}"
    written = {"bare": link, "cdata": f"<![CDATA[{link}]]>", "amp": link.replace("&", "&amp;")}[form]
    [entry] = entries(document(rss(f"<item><title>R&D at A & B</title><link>{written}</link></item>")))
    assert (entry.title, entry.url) == ("R&D at A & B", web_link("", link))


def test_copies_of_an_entry_and_a_wires_editions_share_an_identity() -> None:
    copy = item("T", "https://x.org/1", "same", "words", "")
    assert len({entry.id for entry in entries(document(rss(copy + copy)))}) == 1
    wire = "https://www.globenewswire.com/news-release/2025/07/24/3121353/0/{}/Titre.html"
    found = entries(
        document(rss(item("Title", wire.format("en"), "", "", "") + item("Titre", wire.format("fr"), "", "", "")))
    )
    assert {entry.id for entry in found} == {"globenewswire:3121353"}


def test_two_releases_under_one_number_are_told_apart() -> None:
    wire = "https://www.globenewswire.com/news-release/2025/07/24/3121353/0/en/Title.html"
    found = entries(document(rss(item("Title", wire, "", "", "") + item("Correction: title", wire, "", "", ""))))
    assert len({entry.id for entry in found}) == 2
    assert {entry.shared for entry in found} == {"globenewswire:3121353"}


def test_the_longest_text_counts_and_a_cut_summary_is_left_out() -> None:
    entry = FeedItem("1", "", "T", "First words of [...]", ("First words of the text.", "More."))
    assert entry.blocks == ("First words of the text.", "More.")
    assert FeedItem("1", "", "T", "A teaser", ("Text.",)).blocks == ("A teaser", "Text.")


def test_markup_and_double_encoding_leave_the_title() -> None:
    title = "A &amp;amp; B&#174; &lt;i&gt;x&lt;/i&gt;<![CDATA[]]>"
    item = f"<item><title>{title}</title><link>https://example.org/1</link></item>"
    assert entries(document(rss(item)))[0].title == "A & B x"


def test_an_unreadable_date_is_kept_as_text_and_never_becomes_now() -> None:
    item = "<item><title>T</title><link>https://example.org/1</link><pubDate>yesterday</pubDate></item>"
    [entry] = entries(document(rss(item)))
    assert (entry.published, entry.instant, entry.unread_date) == (None, None, "yesterday")


def test_an_empty_feed_is_trouble_unless_it_may_be_empty() -> None:
    with pytest.raises(EmptyBody, match="no items"):
        entries(document(rss("")))
    assert entries(document(rss("")), may_be_empty=True) == []


@pytest.mark.parametrize("words", ["This channel is unavailable", "Channel not available.", "No channel ID was given"])
def test_a_dead_channel_is_gone_even_where_empty_is_allowed(words: str) -> None:
    with pytest.raises(Gone):
        entries(document(rss("", f"<description>{words}</description>")), may_be_empty=True)


def test_a_page_in_place_of_a_feed_is_of_the_wrong_type_whatever_it_is_called() -> None:
    with pytest.raises(WrongType):
        entries(document(b"<!DOCTYPE html><html><body><rss></body></html>"))


ATOM = (
    '<{p}feed xmlns{n}="http://www.w3.org/2005/Atom"><{p}title>News</{p}title><{p}entry><{p}title>T\u00f6</{p}title>'
    "<{p}id>urn:1</{p}id><{p}link href='https://example.org/1'/></{p}entry></{p}feed>"
)
RDF = (
    '<{p}RDF xmlns{n}="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
    "<channel><title>N</title></channel><item><title>T\u00f6</title><link>https://example.org/1</link></item></{p}RDF>"
)
RSS = (
    "<rss version='2.0'><channel><item><title>T\u00f6</title><link>https://example.org/1</link></item></channel></rss>"
)
ENTITIES = '<!DOCTYPE rss [<!ENTITY nbsp "&#160;">\n<!ENTITY ouml "&#246;"> <!-- "it\'s" -->]>'


@pytest.mark.parametrize(
    "text",
    [
        RSS,
        ATOM.format(p="", n=""),
        ATOM.format(p="atom:", n=":atom"),
        RDF.format(p="rdf:", n=":rdf"),
        RDF.format(p="r:", n=":r"),
        "\n\n <!-- </rss> -->" + RSS,
        '<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "http://my.netscape.com/publish/formats/rss-0.91.dtd">'
        + RSS,
        ENTITIES + RSS.replace("T\u00f6", "T&ouml;"),
        '<?xml-stylesheet href="a>b.xsl"?>' + RSS,
        "Warning: something in line 7\n" + RSS,
        "<br />\n<b>Notice</b>: in line 7<br />" + RSS,
        RSS + "<!-- " + "cached " * 200 + "-->",
        RSS + "\n<script>/* " + "counted " * 200 + "*/</script>\n",
        RSS.replace("</rss>", "</rss  >") + "\n\n",
        RSS.replace("</item>", "<description><![CDATA[</rss>]]></description></item>"),
        RSS.replace("<rss", "<RSS").replace("/rss", "/RSS"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_feed_is_read_however_its_root_is_dressed(text: str, encoding: str) -> None:
    assert [entry.title for entry in entries(document(text.encode(encoding)))] == ["T\u00f6"]


@pytest.mark.parametrize(
    ("encoding", "title"), [("iso-8859-2", "\u017c\u00f3\u0142"), ("windows-1251", "\u041e\u0434\u043e")]
)
def test_a_feed_without_an_encoding_of_its_own_has_that_of_the_header(encoding: str, title: str) -> None:
    plain = '<?xml version="1.0"?>' + RSS.replace("T\u00f6", title)
    declared = f'<?xml version="1.0" encoding="{encoding}"?>' + RSS.replace("T\u00f6", title)
    for text, header in ((plain, encoding), (declared, None), (declared, "utf-8"), (declared, "us-ascii")):
        [entry] = entries(replace(document(text.encode(encoding)), charset=header))
        assert entry.title == title


def test_a_feed_whose_own_encoding_is_wrong_is_read_by_its_bytes() -> None:
    text = '<?xml version="1.0" encoding="iso-8859-1"?>' + RSS.replace("T\u00f6", "\u017c\u00f3\u0142")
    assert entries(document(text.encode()))[0].title == "\u017c\u00f3\u0142"


def test_names_that_would_blow_a_feed_up_are_refused() -> None:
    head = f'<!DOCTYPE rss [<!ENTITY a "{"x" * 60}">]>'
    with pytest.raises(WrongType, match="blow it up"):
        entries(document((head + RSS.replace("T\u00f6", "&a;" * 1000)).encode()))


@pytest.mark.parametrize(
    "start", ["<!--", "<?x ", '<!DOCTYPE rss [ "', "<!DOCTYPE rss [ <!--", "<!DOCTYPE a [<!ENTITY "]
)
def test_what_never_ends_before_the_root_is_given_up_at_once(start: str) -> None:
    with pytest.raises(WrongType):
        entries(document((start * 20_000).encode()))


def test_a_feed_without_its_end_is_truncated() -> None:
    body = rss("<item><title>T</title><link>https://example.org/1</link></item>")
    with pytest.raises(Truncated):
        entries(document(body[:-20]))


def test_a_feed_without_end_of_items_is_refused_before_it_costs_anything() -> None:
    with pytest.raises(CountOutOfRange):
        entries(document(rss("<item><title>T</title></item>" * 1_001)))


def test_an_entity_bomb_expands_to_nothing() -> None:
    bomb = (
        b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
        b"<rss><channel><item><title>T&b;</title><link>https://example.org/1</link></item></channel></rss>"
    )
    try:
        found = entries(document(bomb))
    except WrongType:
        return
    assert "aaaa" not in found[0].title
