"""What can come in place of the page that was asked for, with the status of a good one: each a case by its name."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Mapping

from e2e.faulty_web import HTML, JSON, NEW_ITEM, OLD_ITEMS, OLD_RECORDS, RSS, Fault, api, feed, http, page
from e2e.web_faults import on_feed

WHOLE = feed(NEW_ITEM + OLD_ITEMS).encode()


def html(title: str, text: str = "", head: str = "") -> bytes:
    """A page of somebody else's software."""
    words = f"<!doctype html><html><head><title>{title}</title>{head}</head><body><h1>{title}</h1>{text}</body></html>"
    return http(200, HTML, words.encode())


def in_place(source: str, body: bytes | str, headers: Mapping[str, str] | None = None) -> Fault:
    """The source answers with this body; its usual headers, or these."""
    usual = {"feed": RSS, "page": HTML, "api": JSON}[source]
    return Fault(
        source,
        {"": http(200, usual if headers is None else headers, body if isinstance(body, bytes) else body.encode())},
    )


def packed(body: bytes, coding: str, source: str = "feed") -> Fault:
    """The feed, packed in some way and called so."""
    return in_place(source, body, {**RSS, "Content-Encoding": coding})


PACKING: Mapping[str, Fault] = {
    "cut gzip": packed(gzip.compress(WHOLE)[:-20], "gzip"),
    "no gzip": packed(WHOLE, "gzip"),
    "damaged gzip": packed(gzip.compress(WHOLE)[:40] + bytes(40) + gzip.compress(WHOLE)[80:], "gzip"),
    "cut deflate": packed(zlib.compress(WHOLE)[:-20], "deflate"),
    "no deflate": packed(WHOLE, "deflate"),
    "brotli": packed(b"\x8b\x02\x80" + WHOLE[:99], "br"),
    "zstd": packed(b"\x28\xb5\x2f\xfd" + WHOLE[:99], "zstd"),
    "compress": packed(b"\x1f\x9d\x90" + WHOLE[:99], "compress"),
    "packed five times": packed(WHOLE, "gzip, gzip, gzip, gzip, gzip"),
    "bomb": packed(gzip.compress(b"a" * 50_000_000), "gzip"),
    "bomb in a bomb": packed(gzip.compress(gzip.compress(bytes(50_000_000))), "gzip, gzip"),
    "gzip called nothing": in_place("feed", gzip.compress(WHOLE)),
    "too large": in_place("feed", b"<rss>" + b"a" * 1_100_000),
    "said to be too large": Fault("feed", {"": http(200, {**RSS, "Content-Length": "9999999999"}, WHOLE)}),
}
_CHALLENGE = "<script src='/cdn-cgi/challenge-platform/h/b/orchestrate/jsch/v1'></script>"
WALLS: Mapping[str, Fault] = {
    "wall": on_feed(
        http(403, HTML, b"<html><head><title>Access Denied</title></head><body>Reference #18.2</body></html>")
    ),
    "wall served as a page": on_feed(html("Access Denied", "You don't have permission. Reference #18.2d351ab8.155")),
    "Cloudflare asks to wait": on_feed(
        html("Just a moment...", f"Enable JavaScript and cookies to continue{_CHALLENGE}")
    ),
    "Cloudflare challenge by header": on_feed(http(403, {**HTML, "cf-mitigated": "challenge"}, b"<html></html>")),
    "Cloudflare names an attack": on_feed(
        html("Attention Required! | Cloudflare", "Sorry, you have been blocked. Ray ID: 8")
    ),
    "Imperva incident": on_feed(
        html(
            "", '<iframe src="/_Incapsula_Resource?SWUDNSAI=9">Request unsuccessful. Incapsula incident ID: 7</iframe>'
        )
    ),
    "AWS WAF": on_feed(http(405, {**HTML, "x-amzn-waf-action": "captcha"}, b"<html></html>")),
    "F5 support number": on_feed(
        html(
            "Request Rejected", "The requested URL was rejected. Please consult with your administrator. Support ID: 9"
        )
    ),
    "DataDome": on_feed(
        http(
            403,
            HTML,
            b"<html><head><title>site.example</title></head><body><p>Please enable JS and disable any ad blocker"
            b"</p><script src='https://ct.captcha-delivery.com/c.js'></script></body></html>",
        )
    ),
    "captcha": on_feed(html("Are you a robot?", "Please complete the captcha to continue.")),
    "wall in place of a web page": Fault(
        "page", {"": html("Access Denied", "You don't have permission. Reference #18.2d")}
    ),
    "wall in place of JSON": Fault(
        "api", {"": html("Access Denied", "You don't have permission. Reference #18.2d351ab8")}
    ),
    "consent first": Fault("page", {"": html("Before you continue", "We use cookies. Accept all cookies to go on.")}),
    "maintenance": on_feed(
        html("Site under maintenance", "We will be back soon. Scheduled maintenance is in progress.")
    ),
    "maintenance with 503": on_feed(http(503, HTML, b"<h1>Down for scheduled maintenance</h1>")),
    "maintenance of a web page": Fault(
        "page", {"": html("Maintenance", "The site is down for scheduled maintenance.")}
    ),
    "not found served as a page": Fault(
        "page", {"": html("404 - Page not found", "The page does not exist any more.")}
    ),
    "error served as a page": Fault("page", {"": html("500 Internal Server Error", "Something went wrong.")}),
    "login": Fault("page", {"": html("Sign in", '<form><input type="password" name="p"></form>')}),
    "page for a browser with scripts": Fault(
        "page",
        {
            "": http(
                200,
                HTML,
                b"<html><body><div id=root></div><noscript>Enable JavaScript to run this app.</noscript>"
                b"<script src=a.js></script></body></html>",
            )
        },
    ),
    "parked name": Fault("page", {"": html("maker.example is for sale", "Buy this domain.")}),
    "sent on by the page": Fault(
        "page", {"": html("Moved", "", '<meta http-equiv="refresh" content="0; url=https://new.example/news">')}
    ),
    "sent on by a script": Fault("page", {"": html("", "<script>location.href='https://new.example/news'</script>")}),
    "frames": Fault("page", {"": http(200, HTML, b"<html><frameset><frame src='/a'></frameset></html>")}),
    "error of a database": Fault("page", {"": html("Database error", "Error establishing a database connection")}),
    "error of a program": Fault("page", {"": http(200, HTML, b"<b>Fatal error</b>: Uncaught Error in index.php:3")}),
    "hosting suspended, of a page read whole": Fault("wide", {"": html("Account suspended")}),
    "new site to come, of a page read whole": Fault("wide", {"": html("Coming soon")}),
    "login of a page read whole": Fault("wide", {"": html("Sign in")}),
    "question of a profession, of a page read whole": Fault("wide", {"": html("Are you a doctor?")}),
    "server's own page, of a page read whole": Fault("wide", {"": html("Welcome to nginx!")}),
}
FEEDS: Mapping[str, Fault] = {
    "empty": in_place("feed", ""),
    "blank": in_place("feed", " \n" * 40),
    "zeros": in_place("feed", bytes(400)),
    "byte-order mark alone": in_place("feed", b"\xef\xbb\xbf"),
    "html": in_place("feed", page(), HTML),
    "html called a feed": in_place("feed", page()),
    "json in place of a feed": in_place("feed", '{"error": "no such feed"}', JSON),
    "OK in place of a feed": in_place("feed", "OK", {"Content-Type": "text/plain"}),
    "pdf in place of a feed": in_place("feed", b"%PDF-1.7\n1 0 obj\n", {"Content-Type": "application/pdf"}),
    "image in place of a feed": in_place("feed", b"\x89PNG\r\n\x1a\n" + bytes(99), {"Content-Type": "image/png"}),
    "binary": in_place("feed", bytes(range(256)) * 40),
    "zip in place of a feed": in_place("feed", b"PK\x03\x04" + bytes(99), {"Content-Type": "application/zip"}),
    "map of the site": in_place(
        "feed", '<?xml version="1.0"?><urlset><url><loc>https://maker.example/</loc></url></urlset>'
    ),
    "list of feeds": in_place(
        "feed", '<opml version="2.0"><body><outline xmlUrl="https://maker.example/f"/></body></opml>'
    ),
    "fault of a service": in_place(
        "feed", "<Envelope><Body><Fault><faultstring>no</faultstring></Fault></Body></Envelope>"
    ),
    "half": in_place("feed", WHOLE[:-40]),
    "cut in an entry": in_place("feed", WHOLE[: len(WHOLE) // 2]),
    "cut in the first tag": in_place("feed", WHOLE[:12]),
    "warning before a cut feed": in_place("feed", b"<br />Warning: foo in x.php" + WHOLE[:-40]),
    "feed without entries": in_place("feed", feed("")),
    "feed without a channel": in_place("feed", '<rss version="2.0"></rss>'),
    "feed that has ended": in_place("feed", feed("").replace("News", "This feed is no longer available")),
    "entries without a word": in_place("feed", feed("<item></item><item></item>")),
}
PAGES: Mapping[str, Fault] = {
    "empty web page": in_place("page", ""),
    "page without a body": in_place("page", "<html></html>"),
    "new layout": in_place("page", page().replace("main", "div")),
    "block without words": in_place(
        "page", '<html><title>Maker news</title><body><main class="status"></main></body></html>'
    ),
    "json in place of a page": in_place("page", '{"error": "x"}', JSON),
    "pdf in place of a page": in_place("page", b"%PDF-1.7\n1 0 obj\n", {"Content-Type": "application/pdf"}),
    "feed in place of a page": in_place("page", feed(), RSS),
    "text in place of a page": in_place("page", "Hello", {"Content-Type": "text/plain"}),
    "page cut before the block": in_place("page", page()[:90]),
    "api without an answer": in_place("api", ""),
    "api error": in_place("api", '{"error": {"code": 500, "message": "failed"}}'),
    "api null": in_place("api", "null"),
    "api number": in_place("api", "7"),
    "api empty object": in_place("api", "{}"),
    "api list of another shape": in_place("api", "[1, 2]"),
    "api items null": in_place("api", '{"result": {"items": null}}'),
    "api items a word": in_place("api", '{"result": {"items": "none"}}'),
    "api item of nothing": in_place("api", api("null, " + OLD_RECORDS)),
    "api keys renamed": in_place("api", api(OLD_RECORDS.replace('"id"', '"uid"'))),
    "api names renamed": in_place("api", api(OLD_RECORDS.replace('"name"', '"label"'))),
    "api texts renamed": in_place("api", api(OLD_RECORDS.replace('"text"', '"body"'))),
    "api cut off": in_place("api", api()[:-8]),
    "api as a web page": in_place("api", page(), HTML),
    "api as a call": in_place("api", f"callback({api()});"),
    "api twice": in_place("api", api() + api()),
    "api too deep": in_place("api", "[" * 20_000 + "]" * 20_000),
    "api number without end": in_place("api", api(OLD_RECORDS.replace("1,", "1" * 6000 + ","))),
    "api not a number": in_place("api", '{"result": {"items": [{"id": NaN}]}}'),
    "api xml": in_place("api", feed(), RSS),
    "api single quotes": in_place("api", api().replace('"', "'")),
}
LISTS: Mapping[str, Fault] = {
    "feed shrunken": in_place("feed", feed(OLD_ITEMS[: OLD_ITEMS.index("</item>") + 7])),
    "api shrunken": in_place("api", api(OLD_RECORDS[: OLD_RECORDS.index("}") + 1])),
    "api empty list": in_place("api", api("")),
}
