"""Japan: the yearly list of approved drugs that the PMDA publishes as a workbook, in Japanese or in English.

Gives     one approval record per row of a watched medicine, with a claim for the use that its last column names
Withheld  applications, which are never published; the council's agenda
Quirks    the address of the workbook changes with every edition; dates may be in era form and stand only in the first
          of several rows; several sheets; a partial change is a new use or a new dose; English months late
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from regwatch.adapters.contract import Adapter, Limits
from regwatch.dates import PartialDate, from_iso, read_date
from regwatch.errors import BadDate, MissingPart
from regwatch.model import Claim, Document, Reading, Record, Request, Source
from regwatch.reading import xlsx
from regwatch.reading.names import names_any
from regwatch.vocabulary import Milestone, Mode

COLUMNS = {
    "date": ("approvaldate", "承認年月日", "承認日"),
    "name": ("brandname", "販売名"),
    "kind": ("approval/partialchange", "approval/change", "承認区分", "承認"),
    "substance": ("newactiveingredient", "activeingredient", "成分名"),
    "use": ("notes", "効能・効果等", "効能･効果等", "備考"),
}
KINDS = frozenset({"approval", "partial change", "change", "承認", "一変"})
_ERA = re.compile(r"(?:令和|R)\s?(\d{1,2})[年.]\s?(\d{1,2})[月.]\s?(\d{1,2})日?\Z")
_FIRST_REIWA = 2018
_HIRAGANA = re.compile(r"([\u3040-\u309f]{1,20})")
"""The small words of Japanese, set apart so that the name of a disease between them stands as a word."""
_CONDITIONAL = re.compile(r"条件付き?(?:早期)?承認|conditional (?:early )?approval", re.IGNORECASE)


def request(source: Source) -> Request:
    """The workbook of one fiscal year. Raises `ValueError` without its address, which only the PMDA's index tells."""
    if not source.url:
        raise ValueError("the adapter pmda_approvals needs the address of the year's workbook under `url`")
    return Request(source.url, accept="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet, */*")


def read(document: Document) -> Reading:
    """The rows of watched medicines on every sheet. Raises `MissingPart` without the known columns."""
    reading = Reading()
    places: dict[str, int] = {}
    found = False
    day = ""
    for cells in xlsx.rows(document, every_sheet=True):
        if here := _places(cells):
            places, found, day = here, True, ""
            continue
        if not places:
            continue
        row = {name: cells[at] if at < len(cells) else "" for name, at in places.items()}
        day = row["date"] or day
        if names := _named(row, document.source.watch):
            _add(reading, row, names, day, document.source.url)
    if not found:
        raise MissingPart("row of column headings in the list of approvals")
    return reading


def _places(cells: Sequence[str]) -> dict[str, int]:
    folded = ["".join(cell.casefold().split()) for cell in cells]
    places = {}
    for name, headings in COLUMNS.items():
        at = next((i for heading in headings for i, cell in enumerate(folded) if cell.startswith(heading)), None)
        if name == "kind":
            at = next((i for i, cell in enumerate(folded) if cell in COLUMNS["kind"]), None)
        if at is not None:
            places[name] = at
    return places if len(places) == len(COLUMNS) else {}


def _named(row: dict[str, str], watch: Sequence[str]) -> list[str]:
    """The watched names that a row holds. A Japanese cell has no spaces around words, so there any place counts."""
    told = f"{row['name']} {row['substance']}"
    return [name for name in watch if (names_any(told, (name,)) if name.isascii() else name in told)]


def _add(reading: Reading, row: dict[str, str], names: Sequence[str], written: str, url: str) -> None:
    day = _day(written)
    told = f"{row['name']}: {row['kind']} {written}"
    claims: tuple[Claim, ...] = ()
    if day is None or row["kind"].casefold() not in KINDS:
        reading.odd("date or kind of a Japanese approval", told)
    elif row["use"]:
        conditional = _CONDITIONAL.search(row["use"])
        milestone = Milestone.CONDITIONALLY_APPROVED if conditional else Milestone.APPROVED
        quote = f"{told}: {row['use']}"
        claims = (
            Claim(
                "MHLW",
                milestone,
                Mode.ANNOUNCED,
                quote,
                "pmda.list",
                day,
                treatment=", ".join(names),
                indication=_HIRAGANA.sub(r" \1 ", row["use"]),
            ),
        )
    fields = (("Kind", row["kind"]), ("Date", day.iso if day else written), ("Substance", row["substance"]))
    reading.add(Record("approval", "", row["name"], url, day, fields, (row["use"],) if row["use"] else (), claims))


def _day(text: str) -> PartialDate | None:
    if era := _ERA.match(text):
        text = f"{int(era[1]) + _FIRST_REIWA}-{int(era[2]):02d}-{int(era[3]):02d}"
    for reader in (xlsx.day_of, from_iso, read_date):
        try:
            return reader(text)
        except BadDate:
            continue
    return None


ADAPTER = Adapter(
    "pmda_approvals",
    ("MHLW",),
    request,
    read,
    publisher="Japanese Pharmaceuticals and Medical Devices Agency",
    experimental=True,
    limits=Limits(0, 200),
    minutes=1_440,
)
