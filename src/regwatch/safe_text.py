"""Makes scraped text and links safe to mail: what a page says is quoted, never obeyed."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote, urlsplit

_LONGEST_URL = 2000
_WRITTEN = "%!#$&'()*+,/:;=?@[]~-._"
"""What may stand in an address (RFC 3986 section 2): it is not escaped, because `%2F` and `/` are two addresses."""
_TRACKING = re.compile(r"\butm_\w{1,40}(?=[=&#]|\Z)", re.IGNORECASE)
_NO_ADDRESS = re.compile(r"[\x00-\x20\x7f]")
_MAPPED = {ord(space): " " for space in "\u00a0\u2028\u2029\t\r\n\x0b\x0c\x85"}


def one_line(text: str, limit: int) -> str:
    """The text on one line of at most `limit` characters, cut at a word with an ellipsis.

    Control characters, direction overrides, zero-width and unassigned characters are left out (RFC 5322 section 2.2:
    a header must not carry a line end; Unicode TR 36: overrides make text read as something else).
    """
    bounded = text[: 8 * limit + 200].translate(_MAPPED)
    words = " ".join(_visible(bounded).split())
    if len(words) <= limit:
        return words
    cut = words[: limit - 1]
    head, _, _ = cut.rpartition(" ")
    return (head if len(head) > limit // 2 else cut).rstrip(" ,;:.-") + "…"


def _visible(text: str) -> str:
    if text.isprintable():  # asked at once, for it is asked of every text of every mail
        return text
    return "".join(c for c in text if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Cn", "Co"})


def web_link(url: str) -> str:
    """The address if it is a plain http or https one, in ASCII and otherwise as it was written; else "".

    What tells a site by which mail or feed somebody came (`utm_...`) is left out: no reader is to be followed.

    Refused: other schemes, credentials, no host, control characters, more than 2,000 characters.
    """
    if not 0 < len(url) <= _LONGEST_URL or _NO_ADDRESS.search(url):
        return ""
    try:
        parts = urlsplit(url)
        host, _ = (parts.hostname or "").encode("idna").decode("ascii"), parts.port
    except (ValueError, UnicodeError):
        return ""
    if parts.scheme.lower() not in {"http", "https"} or not host or "@" in parts.netloc:
        return ""
    port = parts.netloc.rpartition(":")[2] if parts.port is not None else ""
    where = parts.netloc if parts.netloc.isascii() else f"{host}:{port}" if port else host
    place = _untracked(url.partition("//")[2][len(parts.netloc) :])
    return f"{parts.scheme.lower()}://{where}{quote(place, safe=_WRITTEN)}"


def _untracked(place: str) -> str:
    """The part after the host without such parameters."""
    before, mark, query = place.partition("?")
    query, hash_sign, fragment = query.partition("#")
    if not mark or "#" in before or not _TRACKING.search(query):
        return place
    kept = "&".join(one for one in query.split("&") if not _TRACKING.match(one))
    return f"{before}{mark if kept else ''}{kept}{hash_sign}{fragment}"


def host_of(url: str) -> str:
    """The host of an address that `web_link` gave, as a link names it."""
    return urlsplit(url).hostname or ""
