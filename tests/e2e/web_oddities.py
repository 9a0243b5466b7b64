"""Answers that keep to no rule and are read all the same, as a browser would: each tells the news, by its name."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Mapping

from e2e.faulty_web import (
    HTML,
    NEW_ITEM,
    NEW_RECORD,
    NEWS,
    OLD_ITEMS,
    OLD_RECORDS,
    RSS,
    TITLE,
    Fault,
    api,
    feed,
    http,
    page,
)
from e2e.web_bodies import WHOLE, in_place, packed
from e2e.web_faults import _on, on_feed

FEED, PAGE, API = feed(NEW_ITEM + OLD_ITEMS), page(NEWS), api(f"{NEW_RECORD}, {OLD_RECORDS}")
_XML = '<?xml version="1.0" encoding="{}"?>'
QUOTED = "\u201cNews\u201d of Maker \u2013 caf\u00e9"
ATOM = (
    '<{p}feed xmlns{x}="http://www.w3.org/2005/Atom"><{p}title>News</{p}title><{p}entry><{p}id>urn:9</{p}id><{p}title>'
    f"{TITLE}</{{p}}title><{{p}}updated>2025-07-24T12:00:00Z</{{p}}updated><{{p}}summary>{NEWS}</{{p}}summary>"
    "</{p}entry></{p}feed>"
)
RDF = (
    '<{r}:RDF xmlns:{r}="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel><title>N'
    f"</title></channel><item><title>{TITLE}</title><link>https://maker.example/9</link><description>{NEWS}</description>"
    "</item></{r}:RDF>"
)


LAUGHS = '<!ENTITY l0 "ha">' + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))


def _said(text: str) -> str:
    return PAGE.replace("<h1>News of Maker</h1>", f"<h1>{text}</h1>")


def in_charset(label: str, codec: str, *, declared: str = "", source: str = "page") -> Fault:
    """The news in these bytes, under this label in the header (or in the document, where that is declared)."""
    text = _said(QUOTED) if source == "page" else FEED.replace("part 1", QUOTED)
    head = f'<meta charset="{declared}">' if source == "page" else _XML.format(declared)
    text = text.replace("<head>", f"<head>{head}") if source == "page" else head + text if declared else text
    kind = (HTML if source == "page" else RSS)["Content-Type"] + (f"; charset={label}" if label else "")
    return in_place(source, text.encode(codec, "replace"), {"Content-Type": kind})


CHARACTERS: Mapping[str, Fault] = {
    **{
        f"page labelled {label or 'nothing'}": in_charset(label, codec)
        for label, codec in (
            ("latin1", "cp1252"),
            ("us-ascii", "cp1252"),
            ("ISO-8859-1", "utf-8"),
            ("x-cp1252", "cp1252"),
            ("UTF8", "utf-8"),
            ("unicode-1-1-utf-8", "utf-8"),
            ("gb2312", "gb18030"),
            ("euc-kr", "cp949"),
            ("shift_jis", "cp932"),
            ("big5", "big5"),
            ("koi8-r", "koi8-r"),
            ("iso-8859-9", "cp1254"),
            ("macintosh", "mac_roman"),
            ("klingon", "utf-8"),
            ("utf-7", "utf-8"),
            ("'utf-8'", "utf-8"),
            ("utf-16le", "utf-16-le"),
            ("utf-16", "utf-16"),
            ("", "utf-16"),
            ("binary", "utf-8"),
        )
    },
    "declared and labelled otherwise": in_charset("utf-8", "utf-8", declared="iso-8859-1"),
    "declared utf-16 in utf-8": in_charset("", "utf-8", declared="utf-16"),
    "byte-order mark against the label": in_charset("iso-8859-1", "utf-8-sig"),
    "feed labelled in the header alone": in_charset("windows-1252", "cp1252", source="feed"),
    "feed declared otherwise than labelled": in_charset("iso-8859-1", "utf-8", declared="utf-8", source="feed"),
    "feed in UTF-16": in_charset("", "utf-16", declared="utf-16", source="feed"),
    "feed declared UTF-16 in UTF-8": in_charset("", "utf-8", declared="utf-16", source="feed"),
    "feed with a wrong byte": in_place("feed", WHOLE.replace(b"part 1", b"part \xff\xfe")),
    "json with a byte-order mark": in_place("api", b"\xef\xbb\xbf" + API.encode()),
    "json in UTF-16": in_place("api", API.encode("utf-16")),
    "json in UTF-32": in_place("api", API.encode("utf-32")),
    "json in Latin-1": in_place("api", API.replace("report 1", "caf\u00e9").encode("latin-1")),
}
ENVELOPES: Mapping[str, Fault] = {
    "deflate": packed(zlib.compress(WHOLE), "deflate"),
    "bare deflate": packed(zlib.compress(WHOLE)[2:-4], "deflate"),
    "gzip with a comma": packed(gzip.compress(WHOLE), "gzip,"),
    "gzip named twice": packed(gzip.compress(WHOLE), "gzip, gzip"),
    "gzip packed twice": packed(gzip.compress(gzip.compress(WHOLE)), "gzip, gzip"),
    "gzip called deflate": packed(gzip.compress(WHOLE), "deflate"),
    "GZIP in capitals": packed(gzip.compress(WHOLE), "GZip"),
    "gzip in two members": packed(gzip.compress(WHOLE[:99]) + gzip.compress(WHOLE[99:]), "gzip"),
    "gzip with zeros behind": packed(gzip.compress(WHOLE) + bytes(9), "gzip"),
    "packed as identity": packed(WHOLE, "identity"),
    "packed as utf-8": packed(WHOLE, "utf-8"),
    **{
        f"feed called {kind or 'nothing'}": in_place("feed", WHOLE, {"Content-Type": kind} if kind else {})
        for kind in (
            "text/plain",
            "text/html",
            "application/octet-stream",
            "application/json",
            "text/xml;",
            "x/y; charset",
            "",
            ";;",
        )
    },
    "json called text/html": in_place("api", API, {"Content-Type": "text/html"}),
    "page called application/xhtml+xml": in_place("page", PAGE, {"Content-Type": "application/xhtml+xml"}),
    "page called nothing": in_place("page", PAGE, {}),
    "status 203": on_feed(http(203, RSS, WHOLE)),
    "HTTP/1.0": on_feed(http("HTTP/1.0 200 OK", RSS, WHOLE)),
    "status without a reason": on_feed(http("HTTP/1.1 200", RSS, WHOLE)),
    "no length": on_feed(b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nConnection: close\r\n\r\n" + WHOLE),
    "interim answer first": on_feed(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + http(200, RSS, WHOLE)),
    "chunks with extensions": on_feed(
        http(200, {**RSS, "Transfer-Encoding": "chunked"}, b"%x;a=b\r\n%s\r\n0\r\nX: y\r\n\r\n" % (len(WHOLE), WHOLE))
    ),
    "etag that is none": on_feed(http(200, {**RSS, "ETag": "W/\xe9 x", "Last-Modified": "never"}, WHOLE)),
    "cookies": on_feed(http(200, {**RSS, "Set-Cookie": "a=b; Path=/; HttpOnly"}, WHOLE)),
    "301 to the feed": on_feed(_on("/moved", 301), moved=http(200, RSS, WHOLE)),
    "308 without a scheme": on_feed(_on("//maker.example:{port}/moved", 308), moved=http(200, RSS, WHOLE)),
    "sent on with a blank": on_feed(_on("/a b"), **{"a%20b": http(200, RSS, WHOLE)}),
    "sent on in UTF-8": on_feed(_on("/\u00c3\u00a9"), **{"%C3%A9": http(200, RSS, WHOLE)}),
    **{
        f"robots {name}": on_feed(http(200, RSS, WHOLE), **{"robots.txt": answer})
        for name, answer in {
            "403": http(403),
            "401": http(401),
            "410": http(410),
            "a web page": http(200, HTML, page().encode()),
            "empty": http(),
            "in a circle": _on("/robots.txt"),
            "to nowhere": http(301),
            "packed as br": packed(b"x", "br").answers[""],
            "allows us": http(200, {}, b"User-agent: *\nDisallow: /\n\nUser-agent: regwatch\nAllow: /\n"),
            "more precise": http(200, {}, b"User-agent: *\nDisallow: /\nAllow: /feed\n"),
            "zeros": http(200, {}, bytes(999)),
            "crawl-delay of nonsense": http(200, {}, b"User-agent: *\nCrawl-delay: soon\n"),
        }.items()
    },
}
FORMS: Mapping[str, Fault] = {
    "blanks before the feed": in_place("feed", "\r\n\r\n  " + FEED),
    "blanks before the declaration": in_place("feed", "\n" + _XML.format("utf-8") + FEED),
    "warning before the feed": in_place(
        "feed", "<br /><b>Warning</b>: foo in x.php<br />" + _XML.format("utf-8") + FEED
    ),
    "comment behind the feed": in_place("feed", FEED + "<!-- cached 0.2 s -->"),
    "script behind the feed": in_place("feed", FEED + "<script>track()</script>"),
    "words behind the feed": in_place("feed", FEED + "\nNotice: undefined index"),
    "style sheet": in_place("feed", _XML.format("utf-8") + '<?xml-stylesheet href="a.xsl"?>' + FEED),
    "Atom": in_place("feed", ATOM.format(p="", x="")),
    "Atom with a prefix": in_place("feed", ATOM.format(p="atom:", x=":atom")),
    "RDF": in_place("feed", RDF.format(r="rdf")),
    "RDF under another prefix": in_place("feed", RDF.format(r="r")),
    "old document type": in_place(
        "feed", '<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "http://x.example/r.dtd">' + FEED
    ),
    "document type with entities": in_place(
        "feed", '<!DOCTYPE rss [<!ENTITY nbsp "&#160;">]>' + FEED.replace("part 1", "part&nbsp;1")
    ),
    "laughs": in_place("feed", f"<!DOCTYPE rss [{LAUGHS}]>" + FEED.replace("part 1", "&l8;")),
    "entity from outside": in_place(
        "feed", '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + FEED.replace("part 1", "&x;")
    ),
    "entity of HTML": in_place("feed", FEED.replace("part 1", "&eacute;t&eacute;&nbsp;1")),
    "bare ampersand": in_place("feed", FEED.replace("part 1", "R&D <b")),
    "control character": in_place("feed", FEED.replace("part 1", "part\x0b1\x00")),
    "markup twice escaped": in_place("feed", FEED.replace(NEWS, f"&lt;p&gt;{NEWS}&amp;nbsp;&lt;/p&gt;")),
    "unescaped markup": in_place("feed", FEED.replace(NEWS, f"<p>{NEWS}</p>")),
    "CDATA": in_place("feed", FEED.replace(NEWS, f"<![CDATA[<p>{NEWS}</p>]]>")),
    "tag not closed": in_place("feed", FEED.replace("</description>", "<br></description>")),
    "shared guid": in_place("feed", FEED.replace("<guid>9<", "<guid>1<")),
    "guid of the front page": in_place("feed", FEED.replace("<guid>9<", "<guid>https://maker.example/<")),
    "links apart behind #": in_place("feed", FEED.replace("/9</link>", "/#9</link>").replace("<guid>9</guid>", "")),
    "no guid and no link": in_place(
        "feed", FEED.replace("<guid>9</guid>", "").replace("<link>https://maker.example/9</link>", "")
    ),
    "malformed link": in_place("feed", FEED.replace("https://maker.example/9", "https://[maker.example]/9")),
    "script as link": in_place("feed", FEED.replace("https://maker.example/9", "javascript:alert(1)")),
    "an entry of nothing": in_place("feed", FEED.replace("<item>", "<item></item><item>", 1)),
    "list of one": in_place("feed", feed(NEW_ITEM)),
    "api of one": in_place("api", api(NEW_RECORD)),
    "news last": in_place("feed", feed(OLD_ITEMS + NEW_ITEM)),
    **{
        f"dated {day or 'nowhere'}": in_place("feed", FEED.replace("Thu, 24 Jul 2025 12:00:00 +0000", day))
        for day in (
            "2025-07-24 12:00:00 UTC",
            "2025/07/24 12:00:00",
            "24.07.2025",
            "Thu, 24 July 2025 24:00:00 GMT",
            "24-Jul-2025",
            "jeu., 24 juil. 2025 12:00:00 +0200",
            "1753358400",
            "1753358400000",
            "Thu, 24 Jul 2025 12:00:00 GMT-5",
            "yesterday",
            "",
            "0000-00-00",
            "Thu, 24 Jul 2099 12:00:00 +0000",
            "Thu, 31 Jun 2025 12:00:00 +0000",
            "2025-07-24T12:00:00.000000+02:00",
            "Thu, 24 Jul 25 12:00 EST",
            "July 24, 2025 12:00 PM",
            "20250724",
            "24 Temmuz 2025",
        )
    },
    "page without head": in_place("page", PAGE[PAGE.index("<main") :]),
    "page in capitals": in_place("page", PAGE.replace("main", "MAIN").replace("<p>", "<P>").replace("</p>", "")),
    "page not closed": in_place("page", PAGE.replace("</p>", "").replace("</h1>", "</h1><div><span>")),
    "soft hyphens": in_place("page", PAGE.replace("cabozantinib for", "cabo&shy;zan&shy;tinib for")),
    "hard blanks": in_place(
        "page", PAGE.replace(" ", "&nbsp;").replace("<main&nbsp;", "<main ").replace("<!doctype&nbsp;", "<!doctype ")
    ),
    "no-width characters": in_place(
        "page", PAGE.replace("approved", "appro\u200bved").replace("cabozantinib", "cabozantinib\ufeff")
    ),
    "broken lines": in_place("page", PAGE.replace(" has approved ", "\r\n   has\r\n\tapproved\r\n")),
    "words in tags": in_place("page", PAGE.replace("approved", "<b>appro</b><i>ved</i>")),
    "zeros in the page": in_place("page", PAGE.replace("Maker ", "Maker\x00 ")),
    "deep nesting": in_place(
        "page", PAGE.replace("<p>", "<div>" * 400 + "<p>").replace("</p>", "</p>" + "</div>" * 400)
    ),
    "huge comment": in_place("page", PAGE.replace("<main", "<!--" + "a" * 200_000 + "--><main")),
    "entities of figures": in_place("page", PAGE.replace("approved", "&#97;ppr&#x6f;ved")),
    "json with blanks": in_place("api", "\n\n  " + API + "\n\n"),
    "json with escapes": in_place("api", API.replace("approves", "approv\\u0065s")),
    "json with half a character": in_place("api", API.replace("report 1", "\\ud83d")),
    "json with a key twice": in_place("api", API.replace('{"result"', '{"a": 1, "a": 2, "result"')),
    "json with an id twice": in_place("api", API.replace('"id": 9', '"id": 1')),
    "json with HTML in it": in_place("api", API.replace(NEWS, f"<p>{NEWS}<\\/p>")),
}
