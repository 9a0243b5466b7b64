"""EMA page of one medicine (EPAR): its status, dates and indication.

Gives     one medicine record: status, dates, the indication sentence by sentence, what the overview says of its uses
          and of the procedure; as signs the summaries of opinions on changes, which leave open what they are about
Withheld  extensions of indication before the decision; when a use was added: the dates are the first authorisation's
Quirks    a site menu may stand before the title; text is lost and comes back; overview and indication change apart; the
          progress strip prints every step whatever the state; heading levels and lists change between templates; the
          page follows the Commission's decision by weeks (see ec_register)
"""

from __future__ import annotations

import re

from regwatch.adapters.contract import Adapter, Limits
from regwatch.adapters.ema import overview as ema_overview
from regwatch.adapters.ema import page as ema_page
from regwatch.adapters.ema import standing as ema_standing
from regwatch.adapters.ema import uses as ema_uses
from regwatch.adapters.ema.lines import Line
from regwatch.adapters.ema.numbers import PRODUCT_NUMBER, page_address, product_number
from regwatch.adapters.ema.standing import MedicineState
from regwatch.adapters.ema.vocabulary import AGENCY, PUBLISHER, STATUS, Status, day
from regwatch.errors import MissingPart, UnknownTerm
from regwatch.model import Claim, Document, Reading, Record, Request, Source
from regwatch.reading.html import label
from regwatch.vocabulary import Milestone, Mode

_SHOWN = ("Opinion adopted", "Opinion status", "Marketing authorisation issued")
_DATE = re.compile(r"\d{2}/\d{2}/\d{4}")
LONGEST_STATUS = 60
_TITLE_PARTS = frozenset({"rss", "page contents", "medicine", "human"})


def request(source: Source) -> Request:
    """The page: the source's url, else `ema_epar_url` (an address or its last part). Raises `MissingPart`."""
    product_number(source)
    return Request(page_address(source, "ema_epar_url", "EPAR"))


def read(document: Document) -> Reading:
    """One medicine's page. Raises `WrongIdentity` where it shows another product number."""
    _, lines = ema_page.page(document)
    facts = ema_page.facts(lines)
    number = PRODUCT_NUMBER.match(facts.get("EMA product number", ""))
    if number is None:
        raise MissingPart("EMA product number", facts.get("EMA product number", "")[:40])
    ema_page.check_identity(number[0], product_number(document.source), document.final_url)
    reading = Reading()
    ema_page.account(facts, reading, document.final_url)
    status = _status(lines)
    name = lines[0].text
    indication = " ".join(line.text for line in ema_page.section(lines, "Therapeutic indication", deep=True))
    sentences = ema_uses.sentences(indication, name, facts.get("Active substance", ""))
    dates = {key: found[0] for key, value in facts.items() if (found := _DATE.match(value))}
    shown = [(key, dates.get(key) or facts[key].split(" ")[0]) for key in _SHOWN if facts.get(key)]
    if status.date_label in dates and status.date_label not in _SHOWN:
        shown.append((status.date_label, dates[status.date_label]))
    standing = _standing(status, facts, dates, sentences, lines)
    reading.add(
        Record(
            "medicine",
            number[0],
            name,
            document.final_url,
            fields=(("Status", status.word), *shown, ("Conditional approval", "Yes" if standing.conditional else "No")),
            blocks=(*_updates(lines), *sentences),
            claims=ema_standing.claims(standing, reading),
            mentions=ema_overview.mentions(lines) or (name,),
            signs=_signs(lines, flagged="Conditional approval" in facts),
        )
    )
    return reading


def _signs(lines: list[Line], *, flagged: bool) -> tuple[Claim, ...]:
    """Documents that say that a change of the authorisation was recommended, and only in themselves which; and a
    conditional authorisation that the overview calls a standard one.
    """
    told = ema_overview.conversion(lines) if flagged else None
    switched = (Claim("EC", Milestone.APPROVED, Mode.ANNOUNCED, told[0], "ema.switched", date=told[1]),) if told else ()
    summaries = (
        Claim(AGENCY, Milestone.OPINION_POSITIVE, Mode.ANNOUNCED, f"{title} {reference}".strip(), "ema.summary")
        for title, reference in ema_overview.summaries(lines)
    )
    return (*summaries, *switched)


def _standing(
    status: Status, facts: dict[str, str], dates: dict[str, str], sentences: tuple[str, ...], lines: list[Line]
) -> MedicineState:
    date = day(dates.get(status.date_label, "")) or ema_overview.day_of(status.milestone, lines)
    flagged = "Conditional approval" in facts or ema_overview.is_conditional(lines)
    return MedicineState(
        status,
        date=date,
        initial=None if facts.get("Revision") else date,
        sentences=sentences,
        applied=ema_overview.intended(lines),
        conditional=flagged,
        direction=facts.get("Opinion status", "").split(" ")[0],
        converted=None if flagged else ema_overview.conversion(lines),
    )


def _status(lines: list[Line]) -> Status:
    """The badge between title and first section. Raises `MissingPart` or `UnknownTerm` unless all there says one."""
    top: list[str] = []
    for line in lines[1:]:
        if (line.level and label(line.text) not in STATUS) or label(line.text) == "page contents":
            break
        if label(line.text) not in _TITLE_PARTS:
            top.append(line.text)
    words = [STATUS[label(text)] for text in top if label(text) in STATUS]
    said = {
        one for one in STATUS.values() if any(one.line in text.casefold() for text in top if len(text) > len(one.word))
    }
    if not words:
        if not top or len(top[0]) > LONGEST_STATUS:
            raise MissingPart("status under the title", (top or [""])[0][:80])
        raise UnknownTerm(f"the status under the title is not in the vocabulary: {' | '.join(top[:3])[:120]!r}")
    if any(word is not words[0] for word in words) or (said and words[0] not in said):
        raise UnknownTerm(f"the status and the sentence beside it differ: {' | '.join(top[:4])[:120]!r}")
    return words[0]


def _updates(lines: list[Line]) -> list[str]:
    """Dated notes on the procedure (`Update as of 17 December 2025: ...`), which change while it runs."""
    overview = ema_page.section(lines, "Overview")
    return [line.text for line in overview if line.text.startswith(("Update as of", "Update from"))]


ADAPTER = Adapter(
    "ema_medicine",
    authorities=("EMA", "EC"),
    request=request,
    read=read,
    publisher=PUBLISHER,
    needs=("ema_product_number",),
    limits=Limits(1, 1),
    minutes=1440,
)
