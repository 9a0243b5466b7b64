"""FDA: the list of oncology and hematology approval notifications, and the notices that it links to.

Gives     one row record per list row that names a watched treatment; one notice record per notice of such a row, with
          a claim where its first sentence has the FDA's fixed form, else as prose
Withheld  submission, acceptance and goal date: the FDA does not publish them
Quirks    the whole table is in the HTML, ten rows are shown; dates are MM/DD/YYYY; addresses carry tracking
          parameters in mails; combinations are filed under the partner's name; titles and addresses get corrected
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from bs4 import BeautifulSoup, Tag

from regwatch.adapters.contract import Adapter, Limits
from regwatch.adapters.fda.notice import read_notice
from regwatch.dates import PartialDate, read_date
from regwatch.errors import BadDate, CountOutOfRange, WrongIdentity
from regwatch.model import Document, Follow, Reading, Record, Request, Source
from regwatch.reading.html import need, soup, text_of
from regwatch.reading.links import canonical, parts_of, web_link
from regwatch.reading.names import names_any

LIST = (
    "https://www.fda.gov/drugs/resources-information-approved-drugs/"
    "oncology-cancerhematologic-malignancies-approval-notifications"
)
LEAST_ROWS = 20


def request(source: Source) -> Request:
    """The list of notifications."""
    return Request(source.url or LIST)


def read(document: Document) -> Reading:
    """The list (root) or one notice (`notice/<path>`)."""
    return read_notice(document) if document.request.part else _list(document)


def _list(document: Document) -> Reading:
    html = soup(document)
    title = text_of(need(html.select_one("h1.content-title"), "heading h1.content-title"))
    if "approval notifications" not in title.casefold():
        raise WrongIdentity(f"{document.final_url} is headed {title[:80]!r}, not the approval notifications")
    reading = Reading()
    rows = 0
    for cells in _cells(html):
        link = cells[0].find("a", href=True)
        try:
            day = read_date(text_of(cells[-1]), numeric="mdy")
        except BadDate:
            day = None
        if len(cells) != 3 or day is None or not isinstance(link, Tag):
            reading.odd("a row of the list has another form", " | ".join(map(text_of, cells)), document.final_url)
            continue
        rows += 1
        if names_any(f"{text_of(cells[0])} {text_of(cells[1])}", document.source.watch):
            _row(reading, cells, web_link(LIST, str(link["href"])), day)
    if rows < LEAST_ROWS:
        raise CountOutOfRange(f"the list has {rows} rows that can be read; {LEAST_ROWS} or more are usual")
    return reading


def _cells(html: BeautifulSoup) -> Iterator[list[Tag]]:
    main = need(html.select_one('div[role="main"]'), 'body div[role="main"]')
    table = need(main.find("table"), "table of notifications")
    for row in table.find_all("tr"):
        if cells := row.find_all("td", recursive=False):
            yield cells


def _row(reading: Reading, cells: list[Tag], link: str, day: PartialDate) -> None:
    address = parts_of(canonical(link))
    headline, described = text_of(cells[0]), text_of(cells[1])
    if address.hostname != "www.fda.gov" or not address.path.startswith("/drugs/"):
        reading.odd("a notification links to another place than its notice", f"{headline}: {link}", link)
        return
    key = address.path.strip("/")
    fields = (("description", described), ("date", day.iso))
    told = any(record.key == key for record in reading.records)
    reading.add(Record("row", f"{key} {day}" if told else key, headline, link, published=day, fields=fields))
    again = timedelta(days=7)
    reading.follow(Follow(Request(link, f"notice/{key}"), day.iso, f"{headline} {described}", again))


ADAPTER = Adapter(
    name="fda_oncology",
    authorities=("FDA",),
    publisher="US Food and Drug Administration",
    request=request,
    read=read,
    limits=Limits(least=0, most=2_000),
    minutes=60,
)
