"""Links: as a page writes them, to show and to follow; folded, to see that two of them lead to the same place.

What is folded is never shown or asked for: a site without https, an address with `%2F` in it or one behind `#!` would
lead nowhere.
"""

from __future__ import annotations

import re
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urljoin, urlsplit, urlunsplit

from regwatch.reading.html import clean

_LONGEST = 8_000
_TRACKING = re.compile(r"utm_\w{1,40}|feedref|fbclid|gclid|mc_cid|mc_eid", re.IGNORECASE)
_KEPT = "surrogateescape"
"""How bytes that are no UTF-8 come through: `caf%E8` and `caf%E9` are two pages."""
_SAFE = "/:@!$&'()*+,;=-._~"
_UNSEEN = re.compile("[\t\r\n]")
_UNWRITTEN = re.compile("[\0-\x20\x7f]")
_APPLICATION = ("!", "/")
"""What the part behind `#` begins with where a program in the browser shows another page for it."""

_GLOBENEWSWIRE = re.compile(r"globenewswire\.com/news-release/\d{4}/\d{2}/\d{2}/(\d{5,9})(?:/|\Z)")
_BUSINESSWIRE = re.compile(r"businesswire\.com/news/home/(\d{14})(?:/([a-zA-Z-]{2,5}))?(?:/|\Z)")
_PRNEWSWIRE = re.compile(r"prnewswire\.(?:com|co\.uk)/news-releases/[^?#]{1,400}-(\d{9})\.html")
_EDITION = re.compile(r"/(?:news/home/\d{14}|news-release/\d{4}/\d{2}/\d{2}/\d{5,9}/\d{1,6})/([a-zA-Z]{2})(?:[-/]|\Z)")


def web_link(base: str, written: str) -> str:
    """The address that a link leads to, spelled as the page spells it; "" for what is no web address.

    A relative link is completed from `base`. As in a browser, line breaks within do not count and blanks are escaped.
    """
    text = _UNSEEN.sub("", written.strip())
    try:
        url = text if urlsplit(text).scheme.lower() in ("http", "https") else urljoin(base, text)
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return ""
    good = parts.scheme in ("http", "https") and parts.hostname and len(url) <= _LONGEST
    return _UNWRITTEN.sub(lambda one: quote(one[0]), url) if text and good else ""


def parts_of(url: str) -> SplitResult:
    """The parts of an address; empty ones for what is no address, where the library would raise."""
    try:
        return urlsplit(url)
    except ValueError:
        return SplitResult("", "", "", "", "")


def without_place(url: str) -> str:
    """An address without the part behind `#`."""
    return parts_of(url)._replace(fragment="").geturl()


def canonical(url: str) -> str:
    """A link folded for comparing: https, lower-case host, no tracking parameters, no fragment, one way of escaping;
    "" for what is no web address.
    """
    try:
        parts = urlsplit(url.strip())
        port = f":{parts.port}" if parts.port and parts.port not in (80, 443) else ""
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return ""
    given = parse_qsl(parts.query, keep_blank_values=True, errors=_KEPT)
    kept = [(name, value) for name, value in given if not _TRACKING.fullmatch(name)]
    same = len(kept) == len(given)
    query = quote(parts.query, safe=_SAFE + "%?[]", errors=_KEPT) if same else urlencode(kept, errors=_KEPT)
    path = quote(unquote(parts.path, errors=_KEPT), safe=_SAFE, errors=_KEPT)
    return urlunsplit(("https", parts.hostname + port, path, query, ""))


def same_page(url: str) -> str:
    """The form in which two links to one document are equal: `canonical`, without `www.` and closing slash."""
    return canonical(url).removeprefix("https://").removeprefix("www.").rstrip("/")


def same_place(url: str) -> str:
    """`same_page` with the part behind `#` where that is a page of its own (`#!/news/7`), not a place within one."""
    fragment = parts_of(url).fragment
    page = same_page(url)
    return f"{page}#{fragment}" if page and fragment.startswith(_APPLICATION) else page


def identity(url: str, guid: str = "") -> str:
    """The best identity of an item: a wire's release number, else the feed's own id, else the link.

    A GlobeNewswire number is shared by the language editions of one release; Business Wire numbers each edition.
    """
    for text in (url, guid):
        if found := _GLOBENEWSWIRE.search(text):
            return f"globenewswire:{found[1]}"
        if found := _BUSINESSWIRE.search(text):
            return f"businesswire:{found[1]}/{(found[2] or 'en').lower()}"
        if found := _PRNEWSWIRE.search(text):
            return f"prnewswire:{found[1]}"
    return same_place(guid) or clean(guid) or same_place(url)


def at_wire(name: str) -> bool:
    """Whether an identity is a wire's release number."""
    return name.startswith(("globenewswire:", "businesswire:", "prnewswire:"))


def edition(url: str) -> str:
    """The language of a wire's edition by its address, two letters; "" where the address names none."""
    found = _EDITION.search(url)
    return found[1].lower() if found else ""
