"""EMA: agendas and minutes of the CHMP, the committee for human medicines (a page, and the documents behind it).

Gives     one item record per numbered item that names a watched treatment; from minutes also a claim, where an item
          states an opinion or a withdrawal and its scope
Withheld  any claim from an agenda: what is to be discussed is not decided
Quirks    the only public trace of a variation while it runs: questions, clock stops, hearings; minutes come about two
          months later, long after the opinion itself was published
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from regwatch.adapters.contract import Adapter, Limits
from regwatch.adapters.ema.lines import lines
from regwatch.adapters.ema.page import page
from regwatch.adapters.ema.vocabulary import AGENCY, PUBLISHER, SITE
from regwatch.errors import MissingPart, WrongIdentity
from regwatch.model import Claim, Document, Follow, Reading, Record, Request, Source
from regwatch.reading import pdf_apart
from regwatch.reading.html import soup
from regwatch.reading.links import parts_of, web_link
from regwatch.reading.names import names_any
from regwatch.vocabulary import Milestone, Mode

PAGE = f"{SITE}/en/committees/chmp/chmp-agendas-minutes-highlights"
MOST = 6
"""Documents to read: those of the last three meetings."""
OUTCOMES = (
    (re.compile(r"\badopted (?:by \w+ )?a (?:\w+ )?negative opinion\b", re.IGNORECASE), Milestone.OPINION_NEGATIVE),
    (re.compile(r"\badopted (?:by \w+ )?a (?:\w+ )?positive opinion\b", re.IGNORECASE), Milestone.OPINION_POSITIVE),
    (
        re.compile(
            r"\b(?:noted|informed (?:of|about)) the withdrawal of the (?:\w+ ){0,3}application\b", re.IGNORECASE
        ),
        Milestone.APPLICATION_WITHDRAWN,
    ),
)
_DOCUMENT = re.compile(
    r"/en/documents/(?P<kind>agenda|minutes)/(?P<name>[\w-]{0,200}chmp[\w-]{0,200}\.pdf(?:-\d{1,2})?)"
)
_TITLE = re.compile(r"\b(?:agenda|minutes)\b", re.IGNORECASE)
_COMMITTEE = re.compile(r"committee for (?:medicinal products for human use|human medicin)|\bCHMP\b", re.IGNORECASE)
_NUMBER = re.compile(r"(?P<number>\d{1,2}(?:\.\d{1,2}){1,3})\.? +(?P<title>[A-Z].*)")
_SCOPE = re.compile(
    r"\bScope: ?(?P<scope>.{10,1500}?)(?= (?:Action|SectionMeaning|Decision|The Committee|The CHMP)\b|\Z)"
)


def request(source: Source) -> Request:
    """The page that lists the documents."""
    return Request(source.url or PAGE)


def read(document: Document) -> Reading:
    """The page (root), or one agenda or minutes (`agenda/<file>`, `minutes/<file>`)."""
    return _items(document) if document.request.part else _page(document)


def _page(document: Document) -> Reading:
    html, found = page(document)
    reading = Reading([Record("page", "page", found[0].text, PAGE)])
    links = (web_link(document.final_url, str(link["href"])) for link in html.find_all("a", href=True))
    for url in dict.fromkeys(links):
        known = _DOCUMENT.fullmatch(parts_of(url).path)
        if known and len(reading.follows) < MOST:
            accept = "application/pdf, text/html"
            reading.follow(Follow(Request(url, f"{known['kind']}/{known['name']}", accept), known["name"]))
    if not reading.follows:
        raise MissingPart("link to an agenda or minutes of the CHMP", found[0].text)
    return reading


def _text(document: Document) -> list[str]:
    if b"%PDF-" in document.body[:1024]:
        return pdf_apart.blocks(document)
    return [line.text for line in lines(soup(document))]


def _items(document: Document) -> Reading:
    text = _text(document)
    opening = " ".join(text[:60])
    if not _TITLE.search(opening) or not _COMMITTEE.search(opening):
        raise WrongIdentity(f"{document.final_url} is neither an agenda nor minutes of the CHMP")
    kind, _, name = document.request.part.partition("/")
    reading = Reading([Record("document", name, f"CHMP {kind}", document.request.url)])
    numbered = 0
    for number, title, body in _numbered(text):
        numbered += 1
        if names_any(title, document.source.watch):
            claims = _claims(title, body, reading) if kind == "minutes" else ()
            key = f"{name} {number} {title}"[:300]
            reading.add(Record(f"{kind}_item", key, title, document.request.url, blocks=tuple(body), claims=claims))
    if numbered < 5:
        raise MissingPart("numbered items", opening[:120])
    return reading


def _numbered(text: list[str]) -> Iterator[tuple[str, str, list[str]]]:
    """The numbered items with their text; lines of the table of contents (dots, page numbers) are none."""
    number, title, body = "", "", list[str]()
    for line in text:
        found = _NUMBER.fullmatch(line)
        if found and not re.search(r"\.{4,} ?\d{1,3}\Z", line):
            if number:
                yield number, title, body
            number, title, body = found["number"], found["title"], []
        else:
            body.append(line)
    if number:
        yield number, title, body


def _claims(title: str, body: list[str], reading: Reading) -> tuple[Claim, ...]:
    """The outcome that the minutes state of one item; none where they state two, or do not say of which use."""
    told = " ".join(body)
    outcomes = [(found[0], milestone) for pattern, milestone in OUTCOMES if (found := pattern.search(told))]
    if not outcomes:
        return ()
    scope = _SCOPE.search(told)
    if len(outcomes) > 1 or scope is None:
        reading.odd("an outcome in the minutes that does not stand alone or has no scope", f"{title}: {told}")
        return ()
    words, milestone = outcomes[0]
    quote = f"{title}. Scope: {scope['scope']} {words}"
    return (
        Claim(
            AGENCY,
            milestone,
            Mode.ANNOUNCED,
            quote,
            f"ema.minutes.{milestone}",
            treatment=title,
            indication=scope["scope"],
        ),
    )


ADAPTER = Adapter(
    "ema_chmp_agenda",
    authorities=("EMA",),
    request=request,
    read=read,
    publisher=PUBLISHER,
    limits=Limits(1, 20),
    experimental=True,
    minutes=1_440,
)
