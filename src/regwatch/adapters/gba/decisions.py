"""Germany's G-BA: decisions on added benefit in the file that it publishes for practice software (AIS, XML).

Gives     one decision record per procedure of a watched medicine, with a claim for each group of patients in which an
          added benefit was found
Withheld  assessments under way; prices
Quirks    a medicine is reimbursed from its launch: "not proven" is about the price and no refusal; the rating is that
          of a group, never of the medicine; twice a month; the address of the file changes, and a lasting one is given
          on request
"""

from __future__ import annotations

import io
from collections.abc import Iterator

from lxml import etree  # type: ignore[import-untyped]

from regwatch.adapters.contract import Adapter, Limits
from regwatch.dates import PartialDate, from_iso
from regwatch.errors import BadDate, EmptyBody, MissingPart, Truncated, WrongType
from regwatch.model import Claim, Document, Reading, Record, Request, Source
from regwatch.reading.html import clean, fragment, text_of
from regwatch.reading.names import names_any
from regwatch.vocabulary import Milestone, Mode

POSITIVE = frozenset((
    "erheblich", "beträchtlich", "gering", "gilt als belegt", "nicht quantifizierbar",
    "nicht quantifizierbar, weil die wissenschaftliche datengrundlage dies nicht zulässt",
    "nicht quantifizierbar, weil erforderliche nachweise nicht vollständig sind",
))  # fmt: skip
SILENT = frozenset(("ist nicht belegt", "gilt als nicht belegt", "geringerer nutzen", ""))
"""Ratings that are shown and claim nothing: the medicine stays reimbursed."""


def request(source: Source) -> Request:
    """The file under `url`. Raises `ValueError` where the source has none: the G-BA gives a lasting link on request."""
    if not source.url:
        raise ValueError(
            "the adapter gba_decisions needs a link of your own to the file G-BA_Beschluss_Info.xml under `url`: "
            "the G-BA moves the file twice a month and gives a lasting link on request (docs/sources/g-ba.md)"
        )
    return Request(source.url, accept="application/xml")


def read(document: Document) -> Reading:
    """The decisions on watched medicines. Raises `MissingPart` where the file holds no decisions."""
    reading = Reading()
    count = 0
    for decision in _decisions(document):
        count += 1
        names = _names(decision)
        if names_any(names, document.source.watch):
            reading.add(_record(decision, names, reading))
    if not count:
        raise MissingPart("decision (BE) in the file")
    reading.records.sort(key=lambda record: record.key)
    return reading


def _decisions(document: Document) -> Iterator[etree._Element]:
    body = document.body
    if not body.strip():
        raise EmptyBody(f"{document.final_url} answered with an empty body")
    if b"<BE_COLLECTION" not in body[:1000]:
        raise WrongType(f"{document.final_url} answered with {document.content_type} that is no file of decisions")
    try:
        for _, element in etree.iterparse(io.BytesIO(body), tag="BE", resolve_entities=False, no_network=True):
            yield element
            element.clear()
    except etree.XMLSyntaxError as error:
        if b"</BE_COLLECTION>" in body[-200:]:
            raise WrongType(f"{document.final_url} is broken XML: {error}") from error
        raise Truncated(f"{document.final_url} was cut off after {len(body)} bytes") from error


def _value(element: etree._Element, path: str) -> str:
    """The `value` of an element below, or its text (which may be HTML); "" where there is none."""
    found = element.find(path)
    if found is None:
        return ""
    return clean(found.get("value") or text_of(fragment(f"<div>{''.join(found.itertext())}</div>")))


def _names(decision: etree._Element) -> str:
    found = [*decision.iterfind(".//NAME_HN"), *decision.iterfind(".//NAME_WS_BEW")]
    return ", ".join(dict.fromkeys(clean(one.get("value") or "") for one in found if one.get("value")))


def _record(decision: etree._Element, names: str, reading: Reading) -> Record:
    number = _value(decision, "ID_BE_AKZ")
    if not number:
        raise MissingPart("number of a decision (ID_BE_AKZ)", names)
    claims: list[Claim] = []
    groups: list[str] = []
    for group in decision.iterfind("PAT_GR_INFO_COLLECTION/ID_PAT_GR"):
        rating, certainty = _value(group, "ZVT_ZN/ZN_A"), _value(group, "ZVT_ZN/ZN_W")
        use = " ".join(filter(None, (_value(group, "AWG_KURZ"), _value(group, "NAME_PAT_GR"))))
        day = _day(_value(group, "DATUM_BE_VOM"), number, reading)
        quote = f"{number}: {use}: Zusatznutzen {rating}{f' ({certainty})' if certainty else ''}"
        groups.append(quote)
        if rating.casefold() in POSITIVE and day and use:
            claims.append(
                Claim("G-BA", Milestone.HTA_RECOMMENDED, Mode.ANNOUNCED, quote, "gba.benefit", day, treatment=names,
                      indication=use)
            )  # fmt: skip
        elif rating.casefold() not in POSITIVE | SILENT:
            reading.odd("rating of added benefit", quote)
    if not groups:
        reading.odd("decision without a group of patients", f"{number}: {names}")
    url = _value(decision, "URL")
    return Record("decision", number, names, url, fields=(("Number", number),), blocks=tuple(sorted(groups)),
                  claims=tuple(claims))  # fmt: skip


def _day(text: str, number: str, reading: Reading) -> PartialDate | None:
    try:
        return from_iso(text)
    except BadDate:
        reading.odd("day of a decision", f"{number}: {text}")
        return None


ADAPTER = Adapter(
    "gba_decisions",
    ("G-BA",),
    request,
    read,
    publisher="G-BA",
    experimental=True,
    limits=Limits(0, 500),
    minutes=1_440,
)
