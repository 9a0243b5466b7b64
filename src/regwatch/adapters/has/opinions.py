"""HAS opinions in the French public medicines database (BDPM): the actual benefit (SMR) of each medicine and use.

Gives     one opinion record per file and value, with a claim for each use; a file may hold opposite values
Withheld  the price and the listing, which come later in the Journal officiel; opinions not yet in the database
Quirks    rows repeat for each strength; weeks late; Windows-1252; the uses are French words; an old address answers
          with a licence page and status 200
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from regwatch.adapters.contract import Adapter, Limits
from regwatch.dates import PartialDate, read_date
from regwatch.errors import BadDate, CountOutOfRange, EmptyBody, MissingPart, Truncated, WrongType
from regwatch.model import Claim, Document, Reading, Record, Request, Source
from regwatch.reading.html import clean
from regwatch.reading.names import names_any
from regwatch.vocabulary import Milestone, Mode

FILE = "https://base-donnees-publique.medicaments.gouv.fr/download/file/CIS_HAS_SMR_bdpm.txt"
POSITIVE = frozenset({"Important", "Modéré", "Faible"})
NEGATIVE = "Insuffisant"
SILENT = frozenset({"Commentaires", "Commentaires sans chiffrage de l'ASMR", "Non précisé"})
COLUMNS = 6
FEWEST = 10
_BULLET = re.compile(r"<br>\s{0,5}-\s")
_SUBJECT = re.compile(
    r"rendu (?:par|de) (?:l'association |les |la |le )?([^.,;:]{2,150}?) "
    r"(?:est|sont|reste\w{0,2}|devient|dans|chez|en)\b",
    re.IGNORECASE,
)
_ONLY = re.compile(r"\b(?:uniquement|exclusivement|seulement)\b", re.IGNORECASE)
_MARKUP = re.compile(r"<br>")
_FILE_NUMBER = re.compile(r"CT-?\d{1,6}")


@dataclass(frozen=True)
class BenefitOpinion:
    """One value that a file gives to one text, whatever the strength of the medicine."""

    file: str
    reason: str
    day: PartialDate
    value: str
    text: str


def request(source: Source) -> Request:
    """The file of all opinions on the actual benefit."""
    return Request(FILE, accept="text/plain, */*;q=0.1")


def read(document: Document) -> Reading:
    """The opinions on watched medicines. Raises `WrongType` for a web page, `MissingPart` for another table."""
    reading = Reading()
    found: dict[BenefitOpinion, None] = {}
    for cells in _table(document):
        if names_any(cells[5], document.source.watch):
            try:
                opinion = BenefitOpinion(cells[1], clean(cells[2]), read_date(cells[3]), clean(cells[4]), cells[5])
            except BadDate:
                reading.odd("a date in the French database", f"{cells[1]}: {cells[3]}")
                continue
            found[opinion] = None
    for file in sorted({opinion.file for opinion in found}):
        _add_file(reading, [opinion for opinion in found if opinion.file == file])
    return reading


def _table(document: Document) -> list[list[str]]:
    body = document.body
    if not body.strip():
        raise EmptyBody(f"{document.final_url} answered with an empty body")
    if body.lstrip()[:1] in b"<{[" or b"\t" not in body:
        raise WrongType(f"{document.final_url} answered with {document.content_type or 'text'} where a table was due")
    if body[-1:] != b"\n":
        raise Truncated(f"{document.final_url} was cut off after {len(body)} bytes")
    rows = [line.split("\t") for line in body.decode("cp1252", "replace").split("\r\n") if line]
    if len(rows) < FEWEST:
        raise CountOutOfRange(f"the file has {len(rows)} rows; some 15,000 are usual")
    for row in rows:
        if len(row) != COLUMNS or not _FILE_NUMBER.fullmatch(row[1]):
            raise MissingPart("six columns with a file number in the second", " | ".join(row)[:100])
    return rows


def _add_file(reading: Reading, opinions: list[BenefitOpinion]) -> None:
    values = {opinion.value for opinion in opinions}
    for value in sorted(values, key=lambda value: (value != NEGATIVE, value)):
        same = [opinion for opinion in opinions if opinion.value == value]
        first = same[0]
        if value not in POSITIVE | SILENT | {NEGATIVE}:
            reading.odd("value of a French opinion", f"{first.file}: {value}")
        reading.add(
            Record(
                "opinion",
                f"{first.file}/{value}",
                f"{first.file}: service médical rendu {value.lower()}",
                FILE,
                first.day,
                (("Value", value), ("Reason", first.reason), ("Date", first.day.iso)),
                tuple(clean(_MARKUP.sub(" ", opinion.text)) for opinion in same),
                tuple(claim for opinion in same for claim in _claims(opinion, reading)),
            )
        )


def _claims(opinion: BenefitOpinion, reading: Reading) -> list[Claim]:
    """A claim for each use of the medicine that the text is about, not of those it compares with.

    A text that says "only" (uniquement) accepts a part of the use.
    """
    if opinion.value == NEGATIVE:
        milestone = Milestone.HTA_NOT_RECOMMENDED
    elif opinion.value in POSITIVE:
        milestone = Milestone.HTA_RECOMMENDED_RESTRICTED if _ONLY.search(opinion.text) else Milestone.HTA_RECOMMENDED
    else:
        return []
    subject = _SUBJECT.search(clean(opinion.text))
    if subject is None:
        reading.odd("French opinion that does not say of which medicine", f"{opinion.file}: {opinion.text}")
        return []
    lead, *bullets = (clean(_MARKUP.sub(" ", part)) for part in _BULLET.split(opinion.text))
    whole = clean(_MARKUP.sub(" ", opinion.text))
    quote = f"{opinion.file}, SMR {opinion.value}: "
    return [
        Claim("HAS", milestone, Mode.ANNOUNCED, quote + (f"{lead} {use}" if bullets else use), "has.smr", opinion.day,
              treatment=subject[1], indication=use)
        for use in bullets or [whole]
    ]  # fmt: skip


ADAPTER = Adapter(
    "has_opinions",
    ("HAS",),
    request,
    read,
    publisher="HAS (base de données publique des médicaments)",
    limits=Limits(0, 500),
    minutes=10_080,
)
