"""What a page on a variation says: the opinion on a further use of an authorised medicine, or that it was withdrawn.

An opinion is a recommendation and never an approval; the same text stays until the page is removed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from regwatch.adapters.ema import page as ema_page
from regwatch.adapters.ema import uses as ema_uses
from regwatch.adapters.ema.lines import Line
from regwatch.adapters.ema.new_use import about, new_uses
from regwatch.adapters.ema.numbers import PRODUCT_NUMBER, procedure
from regwatch.adapters.ema.vocabulary import AGENCY, DIRECTION, day, day_in_words
from regwatch.dates import PartialDate
from regwatch.errors import Gone, MissingPart, WrongIdentity
from regwatch.model import Claim, Document, Reading, Record
from regwatch.reading.names import names_any
from regwatch.vocabulary import Milestone

_DAY = r"(\d{1,2} [A-Z][a-z]{2,8} \d{4})"
_ADOPTED = re.compile(
    rf"\bOn {_DAY}[^.]{{0,250}}?\badopted (?:by \w{{1,20}} )?a (?:final )?(positive|negative) opinion\b"
)
_REFUSAL = re.compile(r"\brecommended (?:the refusal of|refusing|not (?:to approve|granting)|against)\b[^.]{0,400}")
_ISSUED = re.compile(rf"\bissued its opinion on {_DAY}")
_WITHDREW = re.compile(r"\b(?:withdrew|has withdrawn|decided to withdraw) (?:its|the|their) application\b[^.]{0,400}")
_WITHDRAWN_ON = re.compile(rf"\b(?:withdrew|withdrawn) (?:its|the|their) application on {_DAY}")


@dataclass(frozen=True)
class Opinion:
    """What the page states: `uses` in its words, in the place of `older` ones; `quote` states the outcome."""

    milestone: Milestone
    date: PartialDate | None
    quote: str
    uses: tuple[str, ...]
    older: tuple[str, ...] = ()


def read_variation(document: Document, wanted: str) -> Reading:
    """One variation page, of the product with the wanted number ("" for any).

    Raises `Gone` where the address leads elsewhere, as it may once the page is removed, `WrongIdentity` where the page
    names another product, and `MissingPart` where it is no such page.
    """
    if "/variation/" not in document.final_url:
        raise Gone(f"{document.request.url} now leads to {document.final_url}: the page of the procedure was removed")
    parsed, lines = ema_page.page(document)
    title, _, kind = lines[0].text.partition(" - ")
    if "variation" not in lines[0].text.casefold():
        raise MissingPart("title that speaks of a variation", lines[0].text[:100])
    facts = ema_page.facts(lines) if ema_page.section(lines, *ema_page.FACTS) else {}
    number = PRODUCT_NUMBER.match(facts.get("EMA product number", ""))
    ema_page.check_identity(number[0] if number else "", wanted, document.final_url)
    if not number and document.source.watch and not names_any(title, document.source.watch):
        raise WrongIdentity(f"{document.final_url} is about {title[:60]!r}, which is not watched")
    reading = Reading()
    ended = "withdrawal of application" in kind.casefold()
    told = (_withdrawal if ended else _opinion)(lines, facts, reading)
    reading.add(_record(document.final_url, lines[0].text, facts, told, ema_page.published(parsed)))
    return reading


def _record(url: str, title: str, facts: dict[str, str], told: Opinion | None, published: PartialDate | None) -> Record:
    shown = [("Outcome", told.milestone.value.replace("_", " "))] if told else []
    if told and told.date:
        shown.append(("Date", told.date.iso))
    if number := facts.get("Procedure number", ""):
        shown.append(("Procedure", procedure(number)))
    claims: tuple[Claim, ...] = ()
    if told:
        made = ema_uses.claims(told.uses, AGENCY, told.milestone, "ema.variation", date=told.date, announced=published)
        older = tuple(ema_uses.granted(one) for one in told.older)
        claims = tuple(replace(claim, quote=_with(told.quote, claim.quote), known=older) for claim in made)
    return Record(
        "variation",
        url.rstrip("/").rpartition("/")[2],
        title,
        url,
        published=published,
        fields=tuple(shown),
        blocks=told.uses if told else (),
        claims=claims,
    )


def _with(outcome: str, use: str) -> str:
    return use if outcome in use else f"{outcome} {use}"


def _opinion(lines: list[Line], facts: dict[str, str], reading: Reading) -> Opinion | None:
    body = _body(lines)
    stated = DIRECTION.get(facts.get("Opinion status", "").split(" ")[0].casefold())
    adopted = _sentence(body, _ADOPTED)
    refusal = _sentence(body, _REFUSAL)
    found = DIRECTION[adopted[1][2]] if adopted else Milestone.OPINION_NEGATIVE if refusal else None
    if found is None or (stated and stated is not found) or (adopted and refusal):
        reading.odd("an opinion whose direction is not stated", " ".join(line.text for line in body[:4]))
        return None
    if adopted:
        quote, match = adopted
        date = day_in_words(match[1])
    else:
        assert refusal is not None
        quote = refusal[0]
        issued = _sentence(body, _ISSUED)
        date = day_in_words(issued[1][1]) if issued else None
    date = date or day(facts.get("Opinion adopted", "")[:10].strip())
    uses, older = new_uses(body) if found is Milestone.OPINION_POSITIVE else (about(body), ())
    if not uses:
        reading.odd("an opinion whose indication was not found", " ".join(line.text for line in body[:6]))
    return Opinion(found, date, quote, uses, older)


def _withdrawal(lines: list[Line], facts: dict[str, str], reading: Reading) -> Opinion | None:
    body = _body(lines)
    date = day(facts.get("Withdrawal of application", "")[:10].strip())
    if date is None and (said := _sentence(body, _WITHDRAWN_ON)):
        date = day_in_words(said[1][1])
    sentence = _sentence(body, _WITHDREW)
    uses = about(body)
    if sentence is None or not uses:
        reading.odd("a withdrawn application whose indication was not found", " ".join(x.text for x in body[:4]))
        return None
    return Opinion(Milestone.APPLICATION_WITHDRAWN, date, sentence[0], uses)


def _body(lines: list[Line]) -> list[Line]:
    """The text of the page's first section; without the badges, contents, facts and documents."""
    found = ema_page.section(lines, "Opinion", "Overview", deep=True)
    if not found:
        raise MissingPart("section 'Opinion' or 'Overview'", "; ".join(x.text for x in lines if x.level)[:200])
    return found


def _sentence(body: Sequence[Line], pattern: re.Pattern[str]) -> tuple[str, re.Match[str]] | None:
    for line in body:
        if match := pattern.search(line.text):
            start = line.text.rfind(". ", 0, match.start()) + 2 if ". " in line.text[: match.start()] else 0
            end = line.text.find(". ", match.end())
            return line.text[start : end + 1 if end >= 0 else len(line.text)].strip(), match
    return None
