"""The Australian register (ARTG) by its web service: the indications of every entry with a watched ingredient.

Gives     one entry record per licence, with a claim for each indication that its text grants
Withheld  the day of a variation or cancellation; applications under evaluation; refusals
Quirks    without a range of records, or with an unknown filter, the service answers with the whole register; a wrong
          path answers with an HTML page and status 200
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from regwatch.adapters.contract import Adapter, Limits
from regwatch.adapters.ema import uses as ema_uses
from regwatch.adapters.option_values import names
from regwatch.errors import CountOutOfRange, MissingPart
from regwatch.model import Claim, Document, Reading, Record, Request, Source
from regwatch.reading.html import clean
from regwatch.reading.json import load, maps, need
from regwatch.reading.leftovers import Facts
from regwatch.reading.names import names_any
from regwatch.vocabulary import Milestone, Mode

SERVICE = "https://data.tga.gov.au/ARTGSearch/ARTGWebService.svc/JSON/ARTGValueSearch/"
MOST = 400
UNREAD = frozenset({"ProductCategory", "ProductInformation", "ConsumerInformation"})
REGISTERED = frozenset(
    {"medicine registered", "medicine registered (provisional)", "provisionally registered medicine"}
)
STANDING = frozenset({"", "a", "active", "current", "registered"})


def request(source: Source) -> Request:
    """The entries with the ingredient that the option names, or else the first watched name (the INN of a topic)."""
    ingredient = source.options.get("ingredient") or next(iter(source.watch), "")
    if not ingredient:
        raise ValueError("the adapter tga_artg needs a topic, or the option `ingredient`")
    return Request(f"{SERVICE}?ingredient={quote(ingredient)}&pagestart=1&pageend={MOST}", accept="application/json")


def read(document: Document) -> Reading:
    """The entries of watched medicines. Raises `CountOutOfRange` where the filter was lost or entries are missing."""
    answer = load(document)
    total, results = need(answer, "TotalRecords", int), need(answer, "Results", list)
    if total > MOST:
        raise CountOutOfRange(f"the service found {total} entries: the filter by ingredient was lost")
    if total != len(results):
        raise CountOutOfRange(f"the service found {total} entries and gave {len(results)}")
    reading = Reading()
    for entry in sorted(results, key=lambda one: str(need(one, "LicenceId", str))):
        facts = Facts(entry)
        names = _names(facts)
        if names_any(names, document.source.watch):
            reading.add(_entry(facts, names, reading))
    return reading


def _names(entry: Any) -> str:
    ingredients = {
        clean(str(need(part, "Name", str)))
        for product in maps(need(entry, "Products", list))
        for part in maps(product.get("Ingredients"))
    }
    return f"{clean(need(entry, 'Name', str))} ({', '.join(sorted(ingredients))})"


def _entry(entry: Facts, names: str, reading: Reading) -> Record:
    number = need(entry, "LicenceId", str)
    kind, status = clean(need(entry, "EntryType", str)), clean(str(entry.get("Status") or ""))
    texts = _texts(entry)
    uses = ema_uses.uses(sentence for text in texts for sentence in ema_uses.sentences(text))
    claims: tuple[Claim, ...] = ()
    if kind.casefold() not in REGISTERED or status.casefold() not in STANDING:
        reading.odd("type or status of an Australian entry", f"{number} {names}: {kind}; {status}")
    else:
        provisional = "provisional" in kind.casefold()
        milestone = Milestone.CONDITIONALLY_APPROVED if provisional else Milestone.APPROVED
        claims = tuple(
            Claim("TGA", milestone, Mode.ANNOUNCED, f"ARTG {number}: {use}", "tga.artg.indication", treatment=names,
                  indication=ema_uses.granted(use))
            for use in uses
        )  # fmt: skip
    sponsor = entry.get("Sponsor")
    fields = (
        ("Entry type", kind),
        ("Status", status),
        ("Start date", clean(str(entry.get("StartDate") or ""))),
        ("Sponsor", clean(str(sponsor.get("Name") or "")) if isinstance(sponsor, dict) else ""),
    )
    page = f"https://www.tga.gov.au/resources/artg/{number}"
    entry.account(reading, UNREAD, page)
    return Record("entry", number, names, page, fields=fields, blocks=texts, claims=claims)


def _texts(entry: Any) -> tuple[str, ...]:
    """The indications of all products of the entry, each once."""
    found = []
    for product in entry["Products"]:
        told = need(product, "SpecificIndications", list)
        if not all(isinstance(text, str) for text in told):
            raise MissingPart("text of an indication", str(told)[:60])
        found += [clean(text) for text in told if text.strip()]
    return tuple(dict.fromkeys(found))


ADAPTER = Adapter(
    "tga_artg",
    ("TGA",),
    request,
    read,
    publisher="Australian Therapeutic Goods Administration",
    options={"ingredient": "The ingredient to ask for, where it is not the first name of the first topic."},
    values={"ingredient": names},
    experimental=True,
    limits=Limits(0, 400),
    minutes=1_440,
)
