"""EMA: the monthly list of new medicines whose application is under evaluation (a page, and a PDF behind it).

Gives     one list record per month; one application record per line that names a watched treatment
Withheld  any claim: the list names substance and therapeutic area, neither company nor disease nor date
Quirks    holds first applications; whether extensions of indication stand on it is not known; brands do not
"""

from __future__ import annotations

import re

from regwatch.adapters.contract import Adapter, Limits
from regwatch.adapters.ema.page import page
from regwatch.adapters.ema.vocabulary import PUBLISHER, SITE
from regwatch.errors import MissingPart, WrongIdentity
from regwatch.model import Document, Follow, Reading, Record, Request, Source
from regwatch.reading import pdf_apart
from regwatch.reading.links import parts_of, web_link
from regwatch.reading.names import names_any

PAGE = f"{SITE}/en/medicines/medicines-human-use-under-evaluation"
_LIST = re.compile(r"/en/documents/[a-z-]{3,40}/[\w-]{0,200}under-evaluation[\w-]{0,200}\.pdf(?:-\d{1,2})?")
_HEADING = "under evaluation"


def request(source: Source) -> Request:
    """The page."""
    return Request(source.url or PAGE)


def read(document: Document) -> Reading:
    """The page (root) or the list of one month (`list/<file>`)."""
    return _applications(document) if document.request.part else _page(document)


def _page(document: Document) -> Reading:
    html, lines = page(document)
    title = lines[0].text
    if _HEADING not in title.casefold():
        raise WrongIdentity(f"{document.final_url} is headed {title[:80]!r}, not the medicines under evaluation")
    links = (web_link(document.final_url, str(link["href"])) for link in html.find_all("a", href=True))
    lists = [url for url in dict.fromkeys(links) if _LIST.fullmatch(parts_of(url).path)]
    if not lists:
        raise MissingPart("link to a list of applications under evaluation", title)
    newest = lists[0].split("?")[0].split("#")[0]
    name = newest.rpartition("/")[2]
    reading = Reading([Record("page", "page", title, PAGE)])
    reading.follow(Follow(Request(newest, f"list/{name}", "application/pdf"), name))
    return reading


def _applications(document: Document) -> Reading:
    lines = [line for lines in pdf_apart.pages(document) for line in lines]
    if not any(_HEADING in line.casefold() for line in lines[:40]):
        raise WrongIdentity(f"{document.final_url} does not say that it lists applications under evaluation")
    key, url = document.request.part.removeprefix("list/"), document.request.url
    reading = Reading([Record("list", "list", key, url)])
    for line in dict.fromkeys(line for line in lines if names_any(line, document.source.watch)):
        reading.add(Record("application", "", line[:300], url))
        reading.odd("a watched treatment is under evaluation; the list does not say for which disease", line, url)
    return reading


ADAPTER = Adapter(
    "ema_under_evaluation",
    authorities=("EMA",),
    request=request,
    read=read,
    publisher=PUBLISHER,
    limits=Limits(1, 10),
    experimental=True,
    minutes=1_440,
)
