"""Health Canada's Drug Product Database, the monthly extract: whether a watched product is on the market.

Gives     one product record per watched drug code with its status and the days on which it changed; never a claim
Withheld  indications, so that nothing here is news of a disease; new uses leave no trace
Quirks    update dates move in bulk (a new one stood on two thirds of all products in March 2025); the order of rows
          flips; a second APPROVED and MARKETED pair is a new registration, not a new use; a month or more late
"""

from __future__ import annotations

import csv
import io
import re
import struct
import zipfile
import zlib

from regwatch.adapters.contract import Adapter, Limits
from regwatch.errors import CountOutOfRange, EmptyBody, MissingPart, TooLarge, Truncated, WrongType
from regwatch.model import Document, Reading, Record, Request, Source
from regwatch.reading.html import clean
from regwatch.reading.names import names_any

EXTRACT = "https://www.canada.ca/content/dam/hc-sc/documents/services/drug-product-database/allfiles.zip"
STATUSES = frozenset((
    "APPROVED", "MARKETED", "DORMANT", "CANCELLED POST MARKET", "CANCELLED PRE MARKET",
    "CANCELLED (UNRETURNED ANNUAL)", "CANCELLED (SAFETY ISSUE)",
))  # fmt: skip
MOST_UNPACKED = 64 * 1024 * 1024
FEWEST = 10
_DAMAGED = (
    zipfile.BadZipFile, zlib.error, struct.error, csv.Error, EOFError, NotImplementedError, RuntimeError, ValueError,
    KeyError, OSError,
)  # fmt: skip
"""What the standard library raises on archives whose bytes were changed."""
_DAY = re.compile(r"(\d{2})-([A-Z]{3})-(\d{4})")
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")


def request(source: Source) -> Request:
    """The extract of marketed products, or another one (approved, dormant, cancelled) under `url`."""
    return Request(source.url or EXTRACT, accept="application/zip, */*;q=0.1")


def read(document: Document) -> Reading:
    """The watched products. Raises `MissingPart` without the files of products, substances and statuses."""
    archive = _open(document)
    drugs = _table(archive, "drug", document, 13)
    if len(drugs) < FEWEST:
        raise CountOutOfRange(f"the extract has {len(drugs)} products; some 13,000 are usual")
    substances: dict[str, set[str]] = {}
    for row in _table(archive, "ingred", document, 3):
        substances.setdefault(row[0], set()).add(clean(row[2]))
    statuses: dict[str, list[list[str]]] = {}
    for row in _table(archive, "status", document, 4):
        statuses.setdefault(row[0], []).append(row)
    reading = Reading()
    for row in sorted(drugs):
        held = sorted(substances.get(row[0], ()))
        if names_any(f"{row[4]} {'; '.join(held)}", document.source.watch):
            reading.add(_product(row, held, statuses.get(row[0], []), reading))
    return reading


def _open(document: Document) -> zipfile.ZipFile:
    if not document.body.strip():
        raise EmptyBody(f"{document.final_url} answered with an empty body")
    if document.body[:2] != b"PK":
        raise WrongType(f"{document.final_url} answered with {document.content_type} where a zip archive was due")
    try:
        archive = zipfile.ZipFile(io.BytesIO(document.body))
    except _DAMAGED as error:
        raise Truncated(f"{document.final_url} was cut off after {len(document.body)} bytes") from error
    if sum(item.file_size for item in archive.infolist()) > MOST_UNPACKED:
        raise TooLarge(f"{document.final_url} unpacks to more than {MOST_UNPACKED} bytes")
    return archive


def _table(archive: zipfile.ZipFile, name: str, document: Document, columns: int) -> list[list[str]]:
    """The rows of `drug.txt` (or `drug_ap.txt` and the like in the other extracts)."""
    members = [member for member in archive.namelist() if re.fullmatch(rf"{name}(?:_[a-z]{{2}})?\.txt", member)]
    if len(members) != 1:
        raise MissingPart(f"one file {name}.txt in the extract", ", ".join(archive.namelist())[:100])
    try:
        text = archive.read(members[0]).decode("utf-8-sig", "replace")
        rows = [row for row in csv.reader(io.StringIO(text)) if row]
    except _DAMAGED as error:
        raise Truncated(f"{document.final_url} has a damaged {members[0]}: {type(error).__name__}") from error
    if any(len(row) < columns or not row[0].isdecimal() for row in rows):
        raise MissingPart(f"drug code and {columns} columns in every row of {members[0]}")
    return rows


def _product(row: list[str], substances: list[str], history: list[list[str]], reading: Reading) -> Record:
    current = sorted({state for _, flag, state, *_ in history if flag == "Y"})
    for state in {state for _, _, state, *_ in history} - STATUSES:
        reading.odd("status of a Canadian product", f"{row[0]} {row[4]}: {state}")
    days = sorted({(_iso(day), state) for _, _, state, day, *_ in history})
    fields = (
        ("Status", ", ".join(current)),
        ("Substances", "; ".join(substances)),
        *((state.capitalize(), day) for day, state in days),
    )
    page = f"https://health-products.canada.ca/dpd-bdpp/info?lang=eng&code={row[0]}"
    return Record("product", row[0], f"{row[4]} (DIN {row[3]})", page, fields=fields)


def _iso(text: str) -> str:
    found = _DAY.fullmatch(text)
    if not found or found[2] not in _MONTHS:
        return text
    return f"{found[3]}-{_MONTHS.index(found[2]) + 1:02d}-{found[1]}"


ADAPTER = Adapter(
    "hc_products",
    ("HealthCanada",),
    request,
    read,
    publisher="Health Canada",
    limits=Limits(0, 2_000),
    minutes=10_080,
)
