"""Union Register of the European Commission: the page of one medicine, the earliest official sign of a decision.

Gives     one procedure record per procedure, with its decision; one medicine record with its indication
Withheld  what a procedure is about: only the configured number ties one to a topic
Quirks    the tables are empty in the HTML and filled from literals in a script; `closed` is the day of notification,
          one day after the decision; the Official Journal's and the files' columns are filled in later
"""

from __future__ import annotations

import re
from typing import Any

from regwatch.adapters.contract import Adapter, Limits
from regwatch.adapters.ema import uses as ema_uses
from regwatch.adapters.ema.numbers import procedure
from regwatch.characters import html_text
from regwatch.dates import PartialDate, read_date
from regwatch.errors import CountOutOfRange, MissingPart, Truncated, WrongIdentity, WrongType
from regwatch.model import Claim, Document, Reading, Record, Request, Source
from regwatch.reading.html import clean, soup
from regwatch.reading.json import DECODER, need
from regwatch.reading.leftovers import Facts
from regwatch.vocabulary import Milestone, Mode

PAGES = "https://ec.europa.eu/health/documents/community-register/html/"
_NUMBER = re.compile(r"(?:EU/1/\d{2}/|h)?(\d{1,5})\Z", re.IGNORECASE)
UNREAD = frozenset({"inn", "mah", "atc", "ema_links", "oj", "files_dec", "files_anx", "updated_by", "remark"})
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_GRANTS = frozenset({"centralised - authorisation", "centralised - variation"})
_OTHERS = frozenset({
    "centralised - variation (no change in commission decision)", "centralised - notification",
    "centralised - yearly update", "centralised - renewal", "centralised - transfer marketing authorisation holder",
    "corrigendum",
})  # fmt: skip


def request(source: Source) -> Request:
    """The medicine's page: `EU/1/16/1136` stands at `h1136.htm`, `EU/1/95/001` at `h001.htm`. Raises `MissingPart`."""
    return Request(f"{PAGES}h{_number(source):03d}.htm")


def _number(source: Source) -> int:
    found = _NUMBER.match(source.ids.get("ec_register", "").strip())
    if found is None:
        raise MissingPart("EU number such as EU/1/16/1136 under ec_register in the source's ids")
    return int(found[1])


def read(document: Document) -> Reading:
    """The medicine's page. Raises `WrongIdentity` where it shows another EU number."""
    soup(document)
    items = _literal(document, "dataSet_product_information")
    information = Facts({need(item, "type", str): item for item in items})
    for kind in ("name", "eu_num", "indication"):
        if kind not in information:
            raise MissingPart(f"item {kind!r} in dataSet_product_information", ", ".join(information))
    number = clean(need(information["eu_num"], "value", str))
    if (found := _NUMBER.match(number)) is None or int(found[1]) != _number(document.source):
        raise WrongIdentity(f"{document.final_url} is about {number}, not about the source's ec_register number")
    procedures = _literal(document, "dataSet_proc")
    if not procedures:
        raise CountOutOfRange(f"{document.final_url} lists no procedure; every medicine has its authorisation")
    reading = Reading()
    watched = {procedure(one) for one in re.split(r"[\s,;]+", document.source.ids.get("ema_procedure", "")) if one}
    for row in procedures:
        reading.add(_procedure(row, watched, document.final_url, reading))
    reading.add(_medicine(information, number, document.final_url, reading))
    information.account(reading, UNREAD, document.final_url)
    return reading


def _literal(document: Document, name: str) -> list[dict[str, Any]]:
    text = html_text(document.body, document.charset)
    opening = re.search(rf"\bvar {name}\s{{0,8}}=\s{{0,8}}(?=\[)", text)
    if opening is None:
        raise MissingPart(f"script literal {name}")
    end = text.find("];", opening.end())
    if end < 0:
        raise Truncated(f"{document.final_url} was cut off inside {name}")
    try:
        rows = DECODER.decode(_CONTROLS.sub("", text[opening.end() : end + 1]))
    except (RecursionError, ValueError) as error:
        raise WrongType(f"{document.final_url}: {name} is not JSON: {str(error)[:100]}") from error
    if not all(isinstance(row, dict) for row in rows):
        raise MissingPart(f"objects in {name}")
    return list(rows)


def _medicine(information: dict[str, dict[str, Any]], number: str, url: str, reading: Reading) -> Record:
    name = clean(need(information["name"], "value", str))
    status = clean(str(need(information["name"], "meta", dict).get("status_name") or ""))
    indication = ema_uses.sentences(clean(information["indication"].get("value") or ""), name)
    claims: tuple[Claim, ...] = ()
    if status.casefold() == "active":
        uses = ema_uses.uses(indication)
        claims = ema_uses.claims(uses, "EC", Milestone.APPROVED, "ec.indication", prefix=f"Register status: {status}.")
        if not uses:
            reading.odd("an active medicine whose indication was not found", " ".join(indication), url)
    else:
        reading.odd("a register status that is not in the vocabulary", status or "(empty)", url)
    fields = (("Status", status), ("EU number", number))
    return Record("medicine", number, name, url, fields=fields, blocks=indication, claims=claims)


def _procedure(row: dict[str, Any], watched: set[str], url: str, reading: Reading) -> Record:
    row = Facts(row)
    kind, number = clean(need(row, "type", str)), clean(str(row.get("ema_number") or ""))
    decision = need(row, "decision", dict)
    if "date" not in decision:
        raise MissingPart("date of the decision in dataSet_proc")
    decided, closed = _day(decision["date"]), _day(row.get("closed"))
    if kind.casefold() not in _GRANTS | _OTHERS:
        reading.odd("a procedure type that is not in the vocabulary", f"{kind}: {number}", url)
    claims: tuple[Claim, ...] = ()
    if number and procedure(number) in watched and decided and kind.casefold() in _GRANTS:
        quote = f"{kind}, {number}: decision {decision.get('number') or ''} of {decided.plain}".replace("  ", " ")
        claims = (
            Claim("EC", Milestone.APPROVED, Mode.ANNOUNCED, quote, "ec.procedure", date=decided, announced=closed),
        )
    fields = (("Type", kind), ("Number", number), ("Decision", clean(str(decision.get("number") or ""))))
    dates = (("Decided", decided.iso if decided else ""), ("Closed", closed.iso if closed else ""))
    key = str(row.get("id") or number)
    row.account(reading, UNREAD, url)
    return Record("procedure", key, number, url, fields=tuple(f for f in (*fields, *dates) if f[1]), claims=claims)


def _day(value: Any) -> PartialDate | None:
    return read_date(value) if isinstance(value, str) and value.strip() else None


ADAPTER = Adapter(
    "ec_register",
    authorities=("EC",),
    request=request,
    read=read,
    publisher="European Commission",
    needs=("ec_register",),
    limits=Limits(2, 1_000),
    minutes=720,
)
