"""NICE project documents and the consultation pages found there: the draft recommendation.

Gives     one consultation record per draft document, with the draft outcome, which stands after closing too
Withheld  who commented; the closing date once the site leaves it out
Quirks    the recommendation is told by numbered paragraphs only: the same words occur about comparators in the text
"""

from __future__ import annotations

import re
from datetime import timedelta

from bs4 import BeautifulSoup

from regwatch.adapters.nice.paragraphs import numbered
from regwatch.adapters.nice.recommendation import NiceOutcome, weigh
from regwatch.dates import read_date
from regwatch.errors import BadDate, MissingPart, WrongIdentity
from regwatch.model import Claim, Document, Follow, Reading, Record, Request, Source
from regwatch.reading import html as h
from regwatch.reading.links import parts_of, web_link
from regwatch.vocabulary import Milestone, Mode

SITE = "https://www.nice.org.uk"
HOSTS = ("www.nice.org.uk", "nice.org.uk")
_GID = re.compile(r"GID-[A-Z]{1,6}\d{1,8}\Z", re.IGNORECASE)
_HEADED = re.compile(r"[A-Za-z ]{0,40}\[?(GID-[A-Z]{1,6}\d{1,8})\]?\Z", re.IGNORECASE)
_LINKED = re.compile(r"/guidance/(?:[a-z-]{1,30}/)?(gid-[a-z]{1,6}\d{1,8})(?:/|\Z)", re.IGNORECASE)
_DRAFT = re.compile(r"/consultations/(\d{1,7})/(\d{1,3})(?:/([a-z0-9-]{1,80}))?/?\Z", re.IGNORECASE)
_NOTE = re.compile(r"/(?:consultations?/[a-z0-9-]{1,80}|documents/html-content(?:-\d{1,3})?)/?\Z", re.IGNORECASE)
_FINAL = re.compile(r"\bfinal (?:draft guidance|appraisal|evaluation|draft)\b", re.IGNORECASE)
_CLOSES = re.compile(r"(?:open until|consultation ended on) (\d{1,2} [A-Za-z]{3,9} \d{4})", re.IGNORECASE)

_YES = (
    NiceOutcome.RECOMMENDED,
    NiceOutcome.RESTRICTED,
    NiceOutcome.POSITIVE,
    NiceOutcome.MANAGED_ACCESS,
)
_DRAFTS = dict.fromkeys(_YES, Milestone.HTA_DRAFT_RECOMMENDED) | {
    NiceOutcome.NOT_RECOMMENDED: Milestone.HTA_DRAFT_NOT_RECOMMENDED
}
_FINAL_DRAFTS = dict.fromkeys(_YES, Milestone.HTA_FINAL_DRAFT_RECOMMENDED) | {
    NiceOutcome.NOT_RECOMMENDED: Milestone.HTA_FINAL_DRAFT_NOT_RECOMMENDED
}


def gid_of(source: Source) -> str:
    """The configured project reference in upper case. Raises `MissingPart` where there is none."""
    gid = source.ids.get("nice_gid", "")
    if not _GID.match(gid):
        raise MissingPart("NICE reference such as GID-TA11613 under `nice_gid`", gid[:40])
    return gid.upper()


def check_reference(page: BeautifulSoup, document: Document) -> None:
    """Raises `WrongIdentity` unless the page's header names the configured project."""
    gid = gid_of(document.source)
    items = (_HEADED.match(h.text_of(item)) for item in page.find_all(("li", "p", "span")))
    headed = {found[1].upper() for found in items if found}
    if gid not in headed:
        seen = ", ".join(sorted(headed)) or "no reference"
        raise WrongIdentity(f"{document.final_url} is headed {seen} where {gid} was due")


def read_documents(document: Document) -> Reading:
    """The project's documents, its history after publication, or a note on a consultation: what they link to."""
    page = h.soup(document)
    gid = gid_of(document.source)
    reading = Reading()
    if "/history" not in parts_of(document.final_url).path:
        _check_links(page, document, required=True)
    for link in page.find_all("a", href=True):
        url = parts_of(web_link(document.final_url, str(link["href"])))
        if url.hostname not in HOSTS:
            continue
        if found := _DRAFT.search(url.path):
            slug = found[3] if found[3] and "recommendation" in found[3] else "recommendations"
            chapter = f"{SITE}/consultations/{found[1]}/{found[2]}/{slug.lower()}"
            data = f"{SITE}/consultations/api/Consultation?consultationId={found[1]}"
            _follow(reading, data, f"opening/{found[1]}", timedelta(days=1))
            _follow(reading, chapter, f"consultation/{found[1]}/{found[2]}", timedelta(days=7))
        elif document.request.part == "documents" and _is_note(url.path, h.text_of(link), gid):
            path = url.path.lower().rstrip("/")
            _follow(reading, SITE + path, f"note{path}", timedelta(days=7))
    return reading


def _is_note(path: str, words: str, gid: str) -> bool:
    """Whether a link leads to a note on a consultation of this project, which links to the draft."""
    about = "consult" in words.casefold() or "draft guidance" in words.casefold()
    return about and gid.lower() in path.lower() and bool(_NOTE.search(path))


def _follow(reading: Reading, url: str, part: str, again: timedelta) -> None:
    if all(part != follow.request.part for follow in reading.follows):
        request = Request(url, part, "application/json") if "/api/" in url else Request(url, part)
        reading.follow(Follow(request, again=again))


def read_chapter(document: Document) -> Reading:
    """The recommendations chapter of one draft document on the consultation site."""
    _, consultation, number = document.request.part.split("/")
    if f"/consultations/{consultation}/" not in document.final_url:
        raise WrongIdentity(f"{document.final_url} is not consultation {consultation}")
    page = h.soup(document)
    _check_links(page, document, required=False)
    title = h.title(page)
    named = f"{title} | {h.text_of(page.title)}"
    verdict = weigh(numbered(page), document.source.watch)
    milestone = verdict.milestone(_FINAL_DRAFTS if _FINAL.search(named) else _DRAFTS)
    reading = Reading()
    claims: tuple[Claim, ...] = ()
    if milestone:
        claims = (Claim("NICE", milestone, Mode.ANNOUNCED, verdict.quote, "nice.consultation"),)
    else:
        reading.odd("recommendation of a NICE draft", verdict.text, document.final_url)
    closes = _closing(page)
    fields = (("Closes", closes),) if closes else ()
    url, key = document.final_url, f"{consultation}/{number}"
    reading.add(Record("consultation", key, title, url, fields=fields, blocks=(verdict.text,), claims=claims))
    return reading


def _check_links(page: BeautifulSoup, document: Document, *, required: bool) -> None:
    """Raises `WrongIdentity` if the page links to other projects only (or, where required, to none)."""
    gid = gid_of(document.source)
    matches = (_LINKED.search(str(link["href"])) for link in page.find_all("a", href=True))
    linked = {found[1].upper() for found in matches if found}
    linked |= {found[1].upper() for found in (_HEADED.match(h.text_of(item)) for item in page.find_all("li")) if found}
    if gid not in linked and (linked or required):
        raise WrongIdentity(
            f"{document.final_url} belongs to {', '.join(sorted(linked)) or 'no project'}, not to {gid}"
        )


def _closing(page: BeautifulSoup) -> str:
    found = _CLOSES.search(h.text_of(page))
    try:
        return read_date(found[1]).iso if found else ""
    except BadDate:
        return ""
