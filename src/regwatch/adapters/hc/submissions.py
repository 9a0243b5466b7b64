"""Health Canada's lists of submissions under review, and the decision summaries that the lists of past ones link to.

Gives     one submission record per row of a watched ingredient, without a claim; one decision record per summary, with
          a claim for the use that its purpose names
Withheld  the indication of a submission under review; most refusals before 2015
Quirks    rows have no id, and one ingredient may stand twice; a row that leaves may be approved, refused or withdrawn;
          footnote stars in cells; monthly, up to six weeks late; summaries weeks to months after the decision
"""

from __future__ import annotations

import re
from datetime import timedelta

from bs4 import Tag

from regwatch.adapters.contract import Adapter, Limits
from regwatch.adapters.ema.uses import sentences
from regwatch.dates import PartialDate, read_date
from regwatch.errors import MissingPart, WrongIdentity
from regwatch.model import Claim, Document, Follow, Reading, Record, Request, Source
from regwatch.reading import html as h
from regwatch.reading import labels
from regwatch.reading.leftovers import terms
from regwatch.reading.links import parts_of, web_link
from regwatch.reading.names import names_any
from regwatch.vocabulary import Milestone, Mode

BASE = "https://www.canada.ca/en/health-canada/services/drug-health-product-review-approval/submissions-under-review"
LIST = f"{BASE}/supplemental-submissions-under-review.html"
CLASSES = frozenset((
    "", "new active substance", "biosimilar", "not applicable", "being reviewed under the priority review policy",
    "part of an aligned review with a health technology assessment organization",
    "part of aligned review with a health technology assessment organization",
    "being reviewed under the submissions relying on third-party data guidance", "extraordinary use submission",
    "for use in relation to covid-19",
))  # fmt: skip
LABELS = (
    "Product type", "Product name", "Brand name", "Medicinal ingredient(s)", "Therapeutic area", "Type of submission",
    "Control number", "What was the purpose of this submission?", "Why was the decision issued?", "Decision issued",
    "Date of decision", "Submission date", "Manufacturer", "Prescription status", "Date filed", "DIN", "Strength(s)",
)  # fmt: skip
DECISIONS = (
    ("approved; issued a notice of compliance with conditions", Milestone.CONDITIONALLY_APPROVED),
    ("issued notice of compliance with conditions", Milestone.CONDITIONALLY_APPROVED),
    ("approved", Milestone.APPROVED),
    ("issued notice of compliance", Milestone.APPROVED),
    ("rejected", Milestone.REFUSED),
    ("negative", Milestone.REFUSED),
    ("cancelled by sponsor", Milestone.APPLICATION_WITHDRAWN),
    ("submission cancelled by sponsor", Milestone.APPLICATION_WITHDRAWN),
    ("withdrawn by sponsor", Milestone.APPLICATION_WITHDRAWN),
)
_SUMMARY = re.compile(r"(?:linkID=|resource/)((?:RDS|SBD)[0-9A-Z]{3,20})", re.IGNORECASE)


def request(source: Source) -> Request:
    """The list of supplements under review, or another of the lists under `url`."""
    return Request(source.url or LIST)


def read(document: Document) -> Reading:
    """A list, or one decision summary."""
    page = h.soup(document)
    if document.request.part:
        return _read_summary(page, document)
    as_of = next((words for words in h.paragraphs(page) if "current as of" in words.casefold()), "")
    if not as_of:
        raise MissingPart("line 'This list is current as of'", h.title(page))
    reading = Reading()
    for table in page.find_all("table"):
        header = next(iter(h.rows(table)), ())
        names = [h.label(cell).rstrip("*") for cell in header]
        if "company name" not in names or not any(name.startswith("medicinal ingredient") for name in names):
            raise MissingPart("columns of ingredient and company", " | ".join(header)[:100])
        for line in table.find_all("tr"):
            cells = tuple(h.text_of(cell) for cell in line.find_all("td"))
            if cells and names_any(cells[0], document.source.watch):
                _add_row(reading, header, cells, line, document)
    if not page.find("table"):
        raise MissingPart("table of submissions")
    return reading


def _add_row(reading: Reading, header: tuple[str, ...], cells: tuple[str, ...], line: Tag, document: Document) -> None:
    if len(cells) != len(header):
        reading.odd("row of a Canadian list", " | ".join(cells), document.final_url)
        return
    fields = tuple((name.rstrip("*"), cell.rstrip("* ")) for name, cell in zip(header, cells, strict=True))
    told = next((value for name, value in fields if "class" in name.casefold()), "")
    if h.label(told).replace("'", "") not in CLASSES:
        reading.odd("class of a Canadian submission", " | ".join(cells), document.final_url)
    reading.add(Record("submission", "", cells[0].rstrip("* "), document.final_url, fields=fields))
    for link in line.find_all("a", href=True):
        if found := _SUMMARY.search(str(link["href"])):
            url = web_link(document.final_url, str(link["href"]))
            if parts_of(url).scheme == "https":
                part = f"summary/{found[1].upper()}"
                reading.follow(Follow(Request(url, part), found[1], cells[0], timedelta(days=30)))


def _read_summary(page: Tag, document: Document) -> Reading:
    wanted = document.request.part.removeprefix("summary/")
    start = h.need(page.find("h1"), "main heading")
    facts = labels.values(labels.lines_after(start, through=("h1", "h2", "h3", "h4", "h5", "h6")), LABELS)
    control = labels.need(facts, "Control number")
    names = " ".join(facts.get(name, "") for name in ("brand name", "product name", "medicinal ingredient(s)"))
    if not names_any(f"{names} {h.text_of(start)}", document.source.watch):
        raise WrongIdentity(f"{document.final_url} is about {names[:80]}, which is not watched")
    reading = Reading()
    terms(reading, start, LABELS, document.final_url)
    decision, purpose = labels.need(facts, "Decision issued"), labels.need(facts, LABELS[7])
    day = read_date(labels.need(facts, "Date of decision"))
    fields = (("Control number", control), ("Decision", decision), ("Date of decision", day.iso))
    claims = _claims(decision, purpose, day, h.clean(f"{names} {h.text_of(start)}"), reading)
    title = h.text_of(start)
    reading.add(Record("decision", wanted, title, document.final_url, day, fields, (purpose,), claims))
    return reading


def _claims(decision: str, purpose: str, day: PartialDate, names: str, reading: Reading) -> tuple[Claim, ...]:
    """The decision on the use in the first sentence of the purpose; further ones tell what was authorised before."""
    milestone = next((m for start, m in DECISIONS if h.label(decision).startswith(start)), None)
    if milestone is None:
        reading.odd("decision of Health Canada", decision)
        return ()
    use = sentences(purpose)[0]
    quote = f"Decision issued: {decision}. {use}"
    return (
        Claim("HealthCanada", milestone, Mode.ANNOUNCED, quote, "hc.summary", day, treatment=names, indication=use),
    )


ADAPTER = Adapter(
    "hc_submissions",
    ("HealthCanada",),
    request,
    read,
    publisher="Health Canada",
    experimental=True,
    limits=Limits(0, 500),
    minutes=1_440,
)
