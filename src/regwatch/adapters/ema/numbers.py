"""How a medicine, its pages and its procedures are known at the Agency: numbers and addresses."""

from __future__ import annotations

import re

from regwatch.adapters.ema.vocabulary import MEDICINES
from regwatch.errors import MissingPart
from regwatch.model import Source
from regwatch.reading.html import clean

PRODUCT_NUMBER = re.compile(r"EMEA/[HV]/[CW]/\d{6}(?!\d)")
"""A product number: H human, V veterinary. Stable for the life of the product."""


def product_number(source: Source) -> str:
    """The product number that the source is configured with. Raises `MissingPart`."""
    number = source.ids.get("ema_product_number", "").strip().upper()
    if not PRODUCT_NUMBER.fullmatch(number):
        raise MissingPart("EMA product number such as EMEA/H/C/004163 in the source's ids", number)
    return number


def page_address(source: Source, key: str, folder: str) -> str:
    """Where the page is: the source's url; else an address, or the last part of one, in its ids. Raises `MissingPart`.

    The last part is not computable from a medicine's name (`neofordex-0`, `blenrep1`).
    """
    address = source.url or source.ids.get(key, "").strip()
    if not address:
        raise MissingPart(f"url of the page, or {key} in the source's ids")
    return address if address.startswith(("https://", "http://")) else f"{MEDICINES}{folder}/{address}"


def procedure(number: str) -> str:
    """A procedure number as it is compared: `EMEA/H/C/004163/II/0040/G` and `II/0040` are one, as are
    `EMA/VR/0000271719` and `VR-0000271719`. "" where the text holds no letter or digit.
    """
    words = clean(number).upper()
    if re.search(r"\d-\d", words):
        return words
    bare = re.sub(r"[^A-Z0-9]", "", words)
    bare = re.sub(r"\AEMA(?=[A-Z]{1,6}\d)", "", re.sub(r"\AEMEAH[CW]\d+(?=[A-Z])", "", bare))
    parts = re.fullmatch(r"([A-Z]{1,8})0*(\d{1,12})G?", bare)
    return f"{parts[1]}{parts[2]}" if parts else bare
