"""EMA page of one variation: the committee's opinion on a further use of an authorised medicine.

Gives     one variation record: the outcome, its date, the new use in the page's words
Withheld  the Commission's decision: "positive" stands here until the page is removed, even after the approval
Quirks    the page exists from the opinion (or the withdrawal) until some time after the decision; the text repeats all
          older uses "for information"; the last part of the address is used again for later procedures
"""

from __future__ import annotations

from regwatch.adapters.contract import Adapter, Limits
from regwatch.adapters.ema.numbers import page_address, product_number
from regwatch.adapters.ema.opinion import read_variation
from regwatch.adapters.ema.vocabulary import PUBLISHER
from regwatch.model import Document, Reading, Request, Source


def request(source: Source) -> Request:
    """The page: the source's url, else `ema_variation_slug` (the last part of its address). Raises `MissingPart`."""
    product_number(source)
    return Request(page_address(source, "ema_variation_slug", "variation"))


def read(document: Document) -> Reading:
    """One variation page. Raises `WrongIdentity` where it is about another product."""
    return read_variation(document, product_number(document.source))


ADAPTER = Adapter(
    "ema_variation",
    authorities=("EMA",),
    request=request,
    read=read,
    publisher=PUBLISHER,
    needs=("ema_product_number",),
    limits=Limits(1, 1),
    absent_is_empty=True,
    may_leave=True,
    minutes=720,
)
