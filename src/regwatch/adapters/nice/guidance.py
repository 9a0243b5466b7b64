"""NICE guidance: what stands at the end of an appraisal, reached by the redirect of its project page.

Gives     one project record (published), one guidance record with the recommendation and its claim
Withheld  guidance that replaces or withdraws this one later
Quirks    a terminated appraisal has a chapter Advice in the place of its recommendations
"""

from __future__ import annotations

import re
from datetime import timedelta

from bs4 import BeautifulSoup

from regwatch.adapters.nice.consultation import HOSTS, SITE, gid_of
from regwatch.adapters.nice.paragraphs import numbered, statements
from regwatch.adapters.nice.recommendation import NiceOutcome, weigh
from regwatch.dates import PartialDate, read_date
from regwatch.errors import BadDate, WrongIdentity
from regwatch.model import Claim, Document, Follow, Reading, Record, Request
from regwatch.reading import html as h
from regwatch.reading.links import parts_of, web_link
from regwatch.vocabulary import Milestone, Mode

_PATH = re.compile(r"/guidance/(?:terminated/|retired/)?((?:ta|hst)\d{1,5})(?:/|\Z)", re.IGNORECASE)
_CHAPTER = re.compile(r"/chapter/[a-z0-9-]{0,20}recommendations?/?\Z", re.IGNORECASE)
_TERMINATED = re.compile(r"\bterminated appraisal\b|\ATerminated:", re.IGNORECASE)
_PUBLISHED = re.compile(r"(?:Published|Terminated):? (\d{1,2} [A-Za-z]{3,9} \d{4})\Z")

MILESTONES = {
    NiceOutcome.RECOMMENDED: Milestone.HTA_RECOMMENDED,
    NiceOutcome.RESTRICTED: Milestone.HTA_RECOMMENDED_RESTRICTED,
    NiceOutcome.MANAGED_ACCESS: Milestone.HTA_MANAGED_ACCESS,
    NiceOutcome.NOT_RECOMMENDED: Milestone.HTA_NOT_RECOMMENDED,
    NiceOutcome.TERMINATED: Milestone.HTA_TERMINATED,
}


def number_of(document: Document) -> str:
    """The guidance number (`TA1234`) to which the page was redirected; "" while the project is in development."""
    url = parts_of(document.final_url)
    found = _PATH.match(url.path) if url.hostname in HOSTS else None
    return found[1].upper() if found else ""


def read_published(document: Document) -> Reading:
    """The overview of the guidance that the project has become."""
    page = h.soup(document)
    number = number_of(document)
    published = _check_header(page, document, number)
    title = h.title(page)
    fields = (("Status", "Published"), ("Guidance", number))
    reading = Reading()
    reading.add(Record("project", gid_of(document.source), title, document.final_url, published, fields))
    base = f"{SITE}/guidance/{number.lower()}"
    ended = _TERMINATED.search(title) or "/terminated/" in document.final_url
    chapter = f"{base}/chapter/advice" if ended else _chapter(page, document, base)
    reading.follow(Follow(Request(chapter, f"guidance/{number.lower()}"), again=timedelta(days=7)))
    reading.follow(Follow(Request(f"{base}/history", "documents"), again=timedelta(days=7)))
    return reading


def read_recommendations(document: Document) -> Reading:
    """The recommendations (or the advice) of published guidance."""
    number = document.request.part.partition("/")[2].upper()
    if number_of(document) != number:
        raise WrongIdentity(f"{document.final_url} is not a chapter of {number}")
    page = h.soup(document)
    published = _check_header(page, document, number)
    title = h.title(page)
    advice = parts_of(document.final_url).path.casefold().endswith("/advice")
    verdict = weigh(statements(page) if advice else numbered(page), document.source.watch)
    reading = Reading()
    claims: tuple[Claim, ...] = ()
    if milestone := verdict.milestone(MILESTONES):
        claims = (Claim("NICE", milestone, Mode.ANNOUNCED, verdict.quote, "nice.guidance", published, published),)
    else:
        reading.odd("recommendation of NICE guidance", verdict.text, document.final_url)
    url = document.final_url
    reading.add(Record("guidance", number, title, url, published, blocks=(verdict.text,), claims=claims))
    return reading


def _chapter(page: BeautifulSoup, document: Document, base: str) -> str:
    """The chapter with the recommendations, as the overview links to it."""
    for link in page.find_all("a", href=True):
        path = parts_of(web_link(document.final_url, str(link["href"]))).path
        if _CHAPTER.search(path) and path.casefold().startswith(parts_of(base).path + "/"):
            return SITE + path
    return f"{base}/chapter/1-Recommendations"


def _check_header(page: BeautifulSoup, document: Document, number: str) -> PartialDate | None:
    """The day of publication in the header. Raises `WrongIdentity` unless the header names this guidance."""
    items = [h.text_of(item) for item in page.find_all("li")]
    if not any(re.search(rf"\b{number}\b", item[:200]) for item in items):
        raise WrongIdentity(f"{document.final_url} does not name {number} in its header")
    for item in items:
        if found := _PUBLISHED.match(item):
            try:
                return read_date(found[1])
            except BadDate:
                return None
    return None
