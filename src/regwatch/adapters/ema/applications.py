"""The EMA medicines report, by name: every medicine with a watched substance, also before its number is known.

Gives     one medicine record per row that names a watched treatment: new applications, refused and withdrawn ones too
Withheld  claims of generics and biosimilars of the substance, whose fate is not the treatment's
Quirks    an application shows only from the opinion or its withdrawal on; another brand of the substance is another
          product, so what ends a whole product counts only where its brand is watched
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from regwatch.adapters.contract import Adapter, Limits
from regwatch.adapters.ema.medicines import REPORT, medicine
from regwatch.adapters.ema.report import rows, text_in
from regwatch.adapters.ema.vocabulary import PUBLISHER, flag
from regwatch.errors import Unreadable
from regwatch.model import Document, Reading, Record, Request, Source
from regwatch.reading.names import names_any

_NAMES = ("name_of_medicine", "international_non_proprietary_name_common_name", "active_substance")


def request(source: Source) -> Request:
    """The report; the medicines are picked out of it."""
    return Request(source.url or REPORT, accept="application/json")


def read(document: Document) -> Reading:
    """The human medicines that name a watched treatment. None of them is a good answer: there is no application yet."""
    watch = document.source.watch
    reading = Reading([Record("report", "medicines", "Medicines report", REPORT)])
    for row in rows(document):
        told = " ; ".join(text_in(row, key) for key in _NAMES)
        if "Human" in text_in(row, "category").split(";") and names_any(told, watch):
            try:
                reading.add(_named(row, watch, reading))
            except Unreadable as missing:
                number = text_in(row, "ema_product_number").upper()
                reading.missed("medicine", number, "a medicine that could not be read", f"{told}: {missing.message}")
    return reading


def _named(row: dict[str, Any], watch: tuple[str, ...], reading: Reading) -> Record:
    """The record, with claims that carry the product's names: the number is not configured here."""
    record = medicine(row, text_in(row, "ema_product_number").upper(), reading)
    brand, common = text_in(row, "name_of_medicine"), text_in(row, _NAMES[1])
    copies = [flag(text_in(row, key), reading) for key in ("generic", "biosimilar")]
    own = brand.casefold() in {name.casefold() for name in watch}
    if copies != [False, False] and not own:
        return replace(record, claims=())
    both = f"{brand} ({common})" if common else brand
    named = (replace(claim, treatment=both) for claim in record.claims if claim.indication or own)
    return replace(record, claims=tuple(named))


ADAPTER = Adapter(
    "ema_applications",
    authorities=("EMA", "EC"),
    request=request,
    read=read,
    publisher=PUBLISHER,
    limits=Limits(1, 100),
    minutes=720,
)
