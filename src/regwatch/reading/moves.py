"""Where a page lives by its own word: what it calls its canonical address, and where redirects have led."""

from __future__ import annotations

import re
from html import unescape

from regwatch.characters import html_text
from regwatch.model import Document
from regwatch.reading.html import is_html
from regwatch.reading.links import canonical, parts_of, web_link

MOVED = "the page lives at another address now"
"""What the oddity about a page that has moved says."""

_LOOKED_AT = 64 * 1024
_LINK = re.compile(r"<link\b([^>]{0,1000})>", re.IGNORECASE)
_CANONICAL = re.compile(r"""\brel\s{0,9}=\s{0,9}["']?canonical\b""", re.IGNORECASE)
_HREF = re.compile(r"""\bhref\s{0,9}=\s{0,9}(?:"([^"]{1,1000})"|'([^']{1,1000})'|([^\s"'>]{1,1000}))""", re.IGNORECASE)


def moved_to(document: Document) -> str:
    """The address at which a page that was read lives by the word of its server or its own; "" where that is the one
    that was asked for. Spellings of one address are the same, and a front page is the canonical one of nothing.
    """
    asked, final = _place(document.request.url), _place(document.final_url)
    if document.hops and asked != final:
        return document.final_url
    own = _own_address(document)
    return own if own and parts_of(own).path.strip("/") and _place(own) not in (asked, final) else ""


def _own_address(document: Document) -> str:
    text = html_text(document.body[:_LOOKED_AT], document.charset)
    for link in _LINK.finditer(text) if is_html(text) else ():
        if _CANONICAL.search(link[1]) and (found := _HREF.search(link[1])):
            return web_link(document.final_url, unescape(found[1] or found[2] or found[3]))
    return ""


def _place(url: str) -> str:
    """An address without scheme, `www.`, case, a last slash and its query, of which a canonical one keeps little."""
    parts = parts_of(canonical(url))
    return f"{parts.netloc.removeprefix('www.')}{parts.path.rstrip('/')}".lower()
