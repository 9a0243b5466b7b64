"""Whether a body is of a type that the request asked for."""

from __future__ import annotations

from functools import lru_cache

from regwatch.errors import WrongType
from regwatch.fetch.answer import Answer
from regwatch.fetch.page_traits import Family

_NEVER_HTML = ("image/", "audio/", "video/", "font/", "application/zip", "application/pdf", "application/json")


def wrong_type(answer: Answer, family: Family, accept: str) -> WrongType | None:
    """The trouble with the type of a body, or None.

    The bytes count, not their label: publishers serve feeds as `text/html` and JSON as `text/plain`. Only what cannot
    be what was asked for is refused: HTML or plain words where JSON, XML or PDF was due, and data where a page was.
    """
    wanted = _wanted(accept)
    if not wanted or family in wanted:
        return None
    if "html" in wanted:
        labelled = answer.media_type.startswith(_NEVER_HTML)
        if family in ("xml", "text") and not labelled:
            return None
    due = " or ".join(sorted(wanted)).upper()
    return WrongType(f"{answer.url} answered with {_named(answer, family)} where {due} was due")


@lru_cache(maxsize=256)
def _wanted(accept: str) -> frozenset[str]:
    """The families that an Accept header likes best (RFC 9110 section 12.5.1); empty where anything will do."""
    best, wanted = 0.0, set[str]()
    for item in accept.lower().split(","):
        name, *parameters = (part.strip() for part in item.split(";"))
        weight = next((_weight(p[2:]) for p in parameters if p.startswith("q=")), 1.0)
        if name and weight > best:
            best, wanted = weight, set()
        if name and weight == best:
            wanted.add(_family(name))
    return frozenset() if "" in wanted else frozenset(wanted)


def _weight(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def _family(media_type: str) -> str:
    """The family of a media type, "" for one that is not told apart."""
    if media_type in ("text/html", "application/xhtml+xml"):
        return "html"
    if media_type.endswith(("/json", "+json")):
        return "json"
    if media_type.endswith(("/xml", "+xml")):
        return "xml"
    return "pdf" if media_type == "application/pdf" else ""


def _named(answer: Answer, family: Family) -> str:
    looks = {"html": "HTML", "xml": "XML", "json": "JSON", "pdf": "PDF", "text": "plain text", "binary": "binary data"}
    return f"{looks[family]} (labelled {answer.media_type[:60]})" if answer.media_type else looks[family]
