"""FDA: the list of cancer indications under accelerated approval that were withdrawn.

Gives     one row record per indication of a watched treatment, with a claim
Withheld  indications whose withdrawal is only announced
Quirks    late: after the label or the Federal Register; numbers of footnotes are glued to headings; one row per
          indication, so a medicine can stand there twice; dates are M/D/YYYY without zeros
"""

from __future__ import annotations

from bs4 import Tag

from regwatch.adapters.contract import Adapter, Limits
from regwatch.dates import PartialDate, read_date
from regwatch.errors import BadDate, CountOutOfRange, MissingPart, WrongIdentity
from regwatch.model import Claim, Document, Reading, Record, Request, Source
from regwatch.reading.html import need, rows, soup, text_of
from regwatch.reading.names import names_any
from regwatch.vocabulary import Milestone, Mode

LIST = "https://www.fda.gov/drugs/resources-information-approved-drugs/withdrawn-cancer-accelerated-approvals"
HEADS = ("drug name", "accelerated approval (aa) indication", "accelerated approval date", "withdrawal date")
LEAST_ROWS = 5


def request(source: Source) -> Request:
    """The list."""
    return Request(source.url or LIST)


def read(document: Document) -> Reading:
    """The rows of watched treatments. Raises `WrongIdentity` where another list answers."""
    html = soup(document)
    title = text_of(need(html.select_one("h1.content-title"), "heading h1.content-title"))
    if "withdrawn" not in title.casefold() or "accelerated approval" not in title.casefold():
        raise WrongIdentity(f"{document.final_url} is headed {title[:80]!r}, not the withdrawn accelerated approvals")
    main = need(html.select_one('div[role="main"]'), 'body div[role="main"]')
    reading = Reading()
    read_rows = 0
    for cells in _body(need(main.find("table"), "table of withdrawn indications")):
        dates = [_day(cell) for cell in cells[2:4]]
        if len(cells) != 4 or None in dates:
            reading.odd("a row of the list has another form", " | ".join(cells), document.final_url)
            continue
        read_rows += 1
        if names_any(cells[0], document.source.watch):
            _add(cells, dates[0], dates[1], reading)
    if read_rows < LEAST_ROWS:
        raise CountOutOfRange(f"the list has {read_rows} rows that can be read; {LEAST_ROWS} or more are usual")
    return reading


def _body(table: Tag) -> list[tuple[str, ...]]:
    """The rows below the heading, which must have the four columns in their order."""
    heads, *body = rows(table) or [()]
    if len(heads) != len(HEADS) or not all(map(_is_head, heads, HEADS)):
        raise MissingPart("columns of drug, indication, approval and withdrawal", " | ".join(heads)[:200])
    return body


def _is_head(shown: str, wanted: str) -> bool:
    """A heading, with the number of a footnote after it or not."""
    return shown.casefold().rstrip("0123456789*\u2020 ") == wanted


def _day(written: str) -> PartialDate | None:
    try:
        return read_date(written, numeric="mdy")
    except BadDate:
        return None


def _add(cells: tuple[str, ...], granted: PartialDate | None, ended: PartialDate | None, reading: Reading) -> None:
    drug, use = cells[:2]
    claim = Claim(
        "FDA",
        Milestone.INDICATION_WITHDRAWN,
        Mode.ANNOUNCED,
        f"{drug}: {use} Withdrawal date: {ended}",
        "fda.withdrawn_accelerated",
        date=ended,
        treatment=drug,
        indication=use,
    )
    fields = (("indication", use), ("accelerated approval", str(granted)), ("withdrawal", str(ended)))
    reading.add(
        Record("row", f"{drug} {granted} {ended} {use}"[:400], drug, LIST, ended, fields=fields, claims=(claim,))
    )


ADAPTER = Adapter(
    name="fda_withdrawn_accelerated",
    authorities=("FDA",),
    publisher="US Food and Drug Administration",
    request=request,
    read=read,
    limits=Limits(least=0, most=500),
    experimental=True,
    minutes=1_440,
)
