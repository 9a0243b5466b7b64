"""A press release as it lies at EDGAR: plain HTML without headline or article, in the agency's envelope.

Before the headline stand the mark of the exhibit, a letterhead and often the people to call. The headline is the first
line of words behind them and before the dateline, one set in bold where there is one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bs4 import BeautifulSoup

from regwatch.dates import PartialDate, read_date
from regwatch.errors import BadDate, MissingPart
from regwatch.model import Document
from regwatch.reading.html import paragraphs, soup, text_of
from regwatch.reading.release import Release, dateline

_ENVELOPE = re.compile(rb"\A\s{0,99}<DOCUMENT>[^\0]{0,4000}?<TEXT>", re.IGNORECASE)
_OPENING = 40
"""Paragraphs within which headline and dateline stand."""
_NO_HEADLINE = re.compile(
    r"EX-?\s?99|exhibit\b|(?:\S{1,20} ){0,4}(?:press|news|media) (?:release|information)\Z|for (?:immediate )?release"
    r"|immediate release|(?:media|press|investors?|company|corporate|public)(?: (?:and|&) \w{1,20})?(?: relations)?"
    r"(?: contacts?| inquiries)?:?\Z"
    r"|contacts?\b|inquiries|source:|(?:tel|phone|fax|cell|mobile|e-?mail)\b"
    r"|\(?(?:nasdaq|nyse|otc|tsx|lse|euronext)\b|page \d",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"@|www\.|https?:|\(?\d{3}\)?[-. ]{1,2}\d{3}[-. ]\d{4}|\+\d{1,3}[ (-]|\b[A-Z]{2} \d{5}\b"
    r"|\b\d{1,5} [A-Z][\w .]{1,40}(?:Street|St\.|Avenue|Ave\.|Road|Drive|Parkway|Boulevard|Blvd|Suite)\b"
)
_OFFICE = re.compile(
    r"\b(?:president|director|officer|manager|head of|relations|communications|affairs|counsel)\b", re.IGNORECASE
)
_COMPANY = re.compile(r",? (?:inc|corp|corporation|ltd|limited|plc|llc|s\.?a|n\.?v|ag|company)\b\.?\Z", re.IGNORECASE)
_DAY = re.compile(r"[A-Z][a-z]{2,8}\.? \d{1,2}, \d{4}")
_BOLD = re.compile(r"\bbold\b|font-weight:\s?[6-9]00", re.IGNORECASE)
_PAGE_END = re.compile(r"\d{1,3}|-?more-?|###|# # #", re.IGNORECASE)
_SHORTEST, _LEAST_WORDS, _LEAST_TEXT = 15, 3, 200


def read_exhibit(document: Document) -> Release:
    """The release. Raises `MissingPart` where it has no text (pictures of slides) or no headline."""
    page = soup(replace(document, body=_ENVELOPE.sub(b"", document.body, count=1)))
    text = [words for words in paragraphs(page.body or page) if not _PAGE_END.fullmatch(words)]
    if sum(map(len, text)) < _LEAST_TEXT:
        raise MissingPart("text of a press release", " ".join(text)[:80])
    opening = text[:_OPENING]
    dated = next((place for place, words in enumerate(opening) if dateline(words)), None)
    place = _headline(opening[:dated] if dated else opening, _in_bold(page))
    if place is None:
        raise MissingPart("headline before the text", " ".join(text)[:80])
    return Release(text[place], tuple(text[place + 1 :]), dateline(text[dated]) if dated else _own_day(opening))


def _headline(opening: Sequence[str], bold: frozenset[str]) -> int | None:
    """Where the headline stands: behind the people to call, in bold where anything there is."""
    wanted = [place for place, words in enumerate(opening) if _may_head(words) and not _is_called(opening, place)]
    return next((place for place in wanted if opening[place] in bold), wanted[0] if wanted else None)


def _may_head(words: str) -> bool:
    if len(words) < _SHORTEST or len(words.split()) < _LEAST_WORDS or _NO_HEADLINE.match(words):
        return False
    return not (_ADDRESS.search(words) or _is_person_or_company(words) or _DAY.fullmatch(words))


def _is_called(opening: Sequence[str], place: int) -> bool:
    """Whether a line is the name of somebody whose office or number stands below."""
    below = opening[place + 1 : place + 3]
    return len(opening[place].split()) <= 4 and any(_ADDRESS.search(one) or _is_person_or_company(one) for one in below)


def _is_person_or_company(words: str) -> bool:
    """Whether a line names a company, or somebody's office: short and without a verb that news would have."""
    return len(words.split()) <= 9 and bool(_COMPANY.search(words) or _OFFICE.search(words)) and "nnounce" not in words


def _in_bold(page: BeautifulSoup) -> frozenset[str]:
    bold = [
        *page.find_all(("b", "strong", "h1", "h2", "h3"), limit=_OPENING),
        *page.find_all(style=_BOLD, limit=_OPENING),
    ]
    return frozenset(map(text_of, bold))


def _own_day(opening: Sequence[str]) -> PartialDate | None:
    """The day in a line of its own, where the text has no dateline."""
    for words in opening:
        if _DAY.fullmatch(words):
            try:
                return read_date(words)
            except BadDate:
                continue
    return None
