"""Swissmedic's list of authorised packages: the one official list that shows the indications of each medicine.

Gives     one authorisation record per watched medicine, with a claim for each use that its text names
Withheld  the day of a new use (authorisation dates never move); applications under review; refusals
Quirks    monthly, one to six weeks late; a cell may switch between German, French and Italian as a whole; one row per
          package; a number is listed only while it has a package, so its absence says nothing
"""

from __future__ import annotations

from collections.abc import Sequence

from regwatch.adapters.contract import Adapter, Limits
from regwatch.adapters.swissmedic.uses import language_of, uses
from regwatch.dates import PartialDate
from regwatch.errors import BadDate, CountOutOfRange, MissingPart
from regwatch.model import Claim, Document, Reading, Record, Request, Source
from regwatch.reading import xlsx
from regwatch.reading.html import clean
from regwatch.reading.names import names_any
from regwatch.vocabulary import Milestone, Mode

LIST = (
    "https://www.swissmedic.ch/dam/swissmedic/de/dokumente/internetlisten/zugelassene_packungen_human.xlsx.download.xlsx"
    "/zugelassene_packungen_ham.xlsx"
)
COLUMNS = {
    "number": "Zulassungs-Nummer",
    "name": "Bezeichnung des Arzneimittels",
    "category": "Heilmittelcode",
    "first": "Erstzul.datum Arzneimittel",
    "until": "Gültigkeitsdauer der Zulassung",
    "substances": "Wirkstoff(e)",
    "use": "Anwendungsgebiet Arzneimittel",
    "use of dose": "Anwendungsgebiet Dosisstärke",
}
"""The German half of each bilingual heading."""
HEADING_ROWS = 12
FEWEST = 50
NO_USES = frozenset({"Homöopathische Arzneimittel", "Anthroposophische Arzneimittel"})
"""Authorised by their tradition and not for a use."""
Row = dict[str, str]


def request(source: Source) -> Request:
    """The monthly workbook, or another address of it under `url`: its last path element has changed before."""
    return Request(source.url or LIST, accept="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet, */*")


def read(document: Document) -> Reading:
    """The watched medicines. Raises `MissingPart` without the known columns, `CountOutOfRange` for a short list."""
    found: dict[str, list[Row]] = {}
    places: dict[str, int] = {}
    count = 0
    for at, cells in enumerate(xlsx.rows(document, tidy=xlsx.lines)):
        if not places:
            places = _places(cells)
            if not places and at > HEADING_ROWS:
                raise MissingPart("row of column headings in the list of packages", clean(" | ".join(cells))[:100])
            continue
        row = {name: cells[place] if place < len(cells) else "" for name, place in places.items()}
        if row["number"].isdecimal():
            count += 1
            if names_any(_names(row), document.source.watch):
                found.setdefault(row["number"].zfill(5), []).append(row)
    if count < FEWEST:
        raise CountOutOfRange(f"the list has {count} packages; some 17,000 are usual")
    reading = Reading()
    for number, rows in sorted(found.items()):
        reading.add(_authorisation(number, rows, reading))
    return reading


def _places(cells: Sequence[str]) -> dict[str, int]:
    """Where each column is; empty for a row that is not the one of headings. Raises `MissingPart` if one is missing."""
    folded = [_fold(cell) for cell in cells]
    if not folded or not any(cell.startswith(_fold(COLUMNS["number"])) for cell in folded):
        return {}
    places = {}
    for name, heading in COLUMNS.items():
        place = next((at for at, cell in enumerate(folded) if cell.startswith(_fold(heading))), None)
        if place is None:
            raise MissingPart(f"column {heading!r} in the list of packages", clean(" | ".join(cells))[:100])
        places[name] = place
    return places


def _fold(heading: str) -> str:
    return "".join(heading.casefold().replace("-", "").split())


def _names(row: Row) -> str:
    """The names of a medicine: as sold, and its substances in Latin and as the international name has it."""
    words = row["substances"].split()
    inns = [word.rstrip(",").removesuffix("um") for word in words if word.rstrip(",").endswith("um")]
    return " ".join((row["name"], *words, *inns, *(f"{word}e" for word in inns)))


def _authorisation(number: str, rows: Sequence[Row], reading: Reading) -> Record:
    texts = sorted({row[name] for row in rows for name in ("use", "use of dose") if row[name]})
    name, substances = (clean(min(row[key] for row in rows)) for key in ("name", "substances"))
    first, until = (_day(min(row[key] for row in rows), number, reading) for key in ("first", "until"))
    milestone = Milestone.CONDITIONALLY_APPROVED if _temporary(first, until) else Milestone.APPROVED
    said = [] if rows[0]["category"] in NO_USES else [use for text in texts for use in uses(text)]
    claims = tuple(
        Claim(
            "Swissmedic",
            milestone,
            Mode.ANNOUNCED,
            f"{number} {name}: {use}",
            "swissmedic.packages.use",
            treatment=_names({"name": name.partition(",")[0], "substances": substances}),
            indication=use,
        )
        for use in dict.fromkeys(said)
    )
    fields = (
        ("Substances", substances),
        ("First authorised", first.iso if first else ""),
        ("Valid until", until.iso if until else rows[0]["until"].casefold()),
        ("Language", language_of(" ".join(texts))),
    )
    return Record("authorisation", number, name, LIST, fields=fields, blocks=tuple(map(clean, texts)), claims=claims)


def _day(cell: str, number: str, reading: Reading) -> PartialDate | None:
    if not cell or cell.casefold() == "unbegrenzt":
        return None
    try:
        return xlsx.day_of(cell)
    except BadDate:
        reading.odd("a date in the list of packages", f"{number}: {cell}")
        return None


def _temporary(first: PartialDate | None, until: PartialDate | None) -> bool:
    """Whether an authorisation was given for two years: that is how the temporary ones (article 9a) are dated."""
    return first is not None and until is not None and 729 <= (until.first - first.first).days <= 731


ADAPTER = Adapter(
    "swissmedic_packages",
    ("Swissmedic",),
    request,
    read,
    publisher="Swissmedic",
    limits=Limits(0, 500),
    minutes=1_440,
)
