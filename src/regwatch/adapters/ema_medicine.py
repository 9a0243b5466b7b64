"""EMA page of one medicine (EPAR): its status, dates and indication.

Gives     one medicine record: status, dates, the indication sentence by sentence; the overview's notes on the procedure
Withheld  extensions of indication before the decision; when a use was added: the dates are the first authorisation's
Quirks    the progress strip prints every step whatever the state; heading levels and lists change between templates;
          the page follows the Commission's decision by weeks (see ec_register)
"""

from __future__ import annotations

import re

from regwatch.adapters import ema_page, ema_standing, ema_uses
from regwatch.adapters.contract import Adapter, Limits
from regwatch.adapters.ema_lines import Line
from regwatch.adapters.ema_numbers import PRODUCT_NUMBER, page_address, product_number
from regwatch.adapters.ema_standing import Standing
from regwatch.adapters.ema_vocabulary import PUBLISHER, STATUS, Status, day
from regwatch.errors import MissingPart
from regwatch.model import Document, Reading, Record, Request, Source
from regwatch.reading.html import label

_SHOWN = ("Opinion adopted", "Opinion status", "Marketing authorisation issued")
_DATE = re.compile(r"\d{2}/\d{2}/\d{4}")
_INTENDED = re.compile(
    r"\b(?:intended (?:for|to)|for (?=the (?:treatment|prevention|diagnosis|reduction|use)))[^.]{3,600}"
)
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
    word, status = _status(lines, reading)
    name = lines[0].text
    indication = " ".join(line.text for line in ema_page.section(lines, "Therapeutic indication", deep=True))
    sentences = ema_uses.sentences(indication, name)
    dates = {key: found[0] for key, value in facts.items() if (found := _DATE.match(value))}
    shown = [(key, dates.get(key) or facts[key].split(" ")[0]) for key in _SHOWN if facts.get(key)]
    if status and status.date_label in dates and status.date_label not in _SHOWN:
        shown.append((status.date_label, dates[status.date_label]))
    reading.add(
        Record(
            "medicine",
            number[0],
            name,
            document.final_url,
            fields=(("Status", word), *shown, ("Conditional approval", facts.get("Conditional approval", "No"))),
            blocks=(*_updates(lines), *sentences),
            claims=ema_standing.claims(_standing(status, facts, dates, sentences, lines), reading) if status else (),
        )
    )
    return reading


def _standing(
    status: Status, facts: dict[str, str], dates: dict[str, str], sentences: tuple[str, ...], lines: list[Line]
) -> Standing:
    date = day(dates.get(status.date_label, ""))
    return Standing(
        status,
        date=date,
        initial=None if facts.get("Revision") else date,
        sentences=sentences,
        applied=_intended(lines),
        conditional="Conditional approval" in facts,
        direction=facts.get("Opinion status", "").split(" ")[0],
    )


def _status(lines: list[Line], reading: Reading) -> tuple[str, Status | None]:
    """The badge between the title and the first section, if the sentence beside it says the same."""
    top: list[str] = []
    for line in lines[1:]:
        if (line.level and label(line.text) not in STATUS) or label(line.text) == "page contents":
            break
        if label(line.text) not in _TITLE_PARTS:
            top.append(line.text)
    words = [STATUS[label(text)] for text in top if label(text) in STATUS]
    if not words:
        if not top or len(top[0]) > 60:
            raise MissingPart("status under the title", (top or [""])[0][:80])
        reading.odd("a status that is not in the vocabulary", " | ".join(top[:3]))
        return top[0], None
    said = {
        one for one in STATUS.values() if any(one.line in text.casefold() for text in top if len(text) > len(one.word))
    }
    if any(word is not words[0] for word in words) or (said and words[0] not in said):
        reading.odd("a status and a sentence beside it that differ", " | ".join(top[:4]))
        return words[0].word, None
    return words[0].word, words[0]


def _updates(lines: list[Line]) -> list[str]:
    """Dated notes on the procedure (`Update as of 17 December 2025: ...`), which change while it runs."""
    overview = ema_page.section(lines, "Overview")
    return [line.text for line in overview if line.text.startswith(("Update as of", "Update from"))]


def _intended(lines: list[Line]) -> str:
    """What a medicine that is not authorised was meant for, in the words of the overview's opening."""
    opening = (line.text for line in ema_page.section(lines, "Overview")[:8])
    found = (_INTENDED.search(text) for text in opening)
    return next((match[0].strip() for match in found if match), "")


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
