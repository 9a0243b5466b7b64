"""One approval notice of the FDA (a followed page of `fda_oncology`).

The first sentence has a fixed form: "On <date>, the Food and Drug Administration <approved | granted accelerated,
regular or traditional approval to> <medicine> (<brand>, <company>) for <indication>." It becomes a claim where it
speaks of one watched medicine on its own. Any other sentence leaves the notice to the language rules.

How an application was reviewed (Project Orbis, real-time review, priority) and on what its continued approval hangs
stands in every notice in the same words: it is kept as fields, which nothing takes for an event.
"""

from __future__ import annotations

import re

from regwatch.dates import PartialDate, read_date
from regwatch.errors import BadDate, MissingPart, WrongIdentity
from regwatch.model import Claim, Document, Reading, Record, Source
from regwatch.reading.html import need, paragraphs, soup, text_of
from regwatch.reading.names import names_any
from regwatch.vocabulary import Milestone, Mode

APPROVALS = {
    "approved": Milestone.APPROVED,
    "granted approval to": Milestone.APPROVED,
    "granted regular approval to": Milestone.APPROVED,
    "granted traditional approval to": Milestone.APPROVED,
    "granted accelerated approval to": Milestone.ACCELERATED_APPROVED,
}
_OPENING = re.compile(r"On (?P<day>[A-Z][a-z]{2,8}\.? \d{1,2}, \d{4}), ")
_FIRST_SENTENCE = re.compile(
    rf"{_OPENING.pattern}the (?:U\.?S\.? )?Food and Drug Administration (?:\(FDA\) )?"
    rf"(?P<verb>{'|'.join(APPROVALS)}) "
    r"(?P<drug>(?!(?:an?|the|new) )[\w-]+(?: [\w-]+){0,3}) \((?P<brand>[^()]{2,120})\)"
    r"(?:,? (?:tablets|capsules|injection))?(?:, an? [^,.()]{3,80})?,? "
    r"(?:for|to treat) (?P<use>[^\n]{10,1200}?)\.(?= [A-Z]|\Z)"
)
_ANOTHER_DRUG = re.compile(r"\b(?:in combination with|combined with|plus|with or without)\b", re.IGNORECASE)
_ALSO = re.compile(r"\b(?:also|additionally) (?:approved|granted)\b", re.IGNORECASE)
_DEVICE = re.compile(r"\b(?:diagnostic|device|assay|test)\b", re.IGNORECASE)
_STANDING = re.compile(
    r"This (?:review|application|supplement(?:al application)?) (?:was (?:conducted|granted|discussed)|used|is part of"
    r"|received)\b|FDA granted this application\b|The (?:NDA|BLA|application) (?:was granted|received)\b"
    r"|(?:View )?full prescribing information\b|Healthcare professionals should report\b"
    r"|For (?:assistance with|information on) \b|A description of FDA expedited programs\b",
    re.IGNORECASE,
)
_CONTINUED = re.compile(
    r"(?:This indication (?:is|was) approved under accelerated approval[^.]{0,300}\. )?"
    r"Continued approval (?:(?:for|of) (?:this|these) indications? )?may be contingent[^.]{0,300}\."
)
_WORD_OF = re.compile(r"\bof\b|\bfor\b")


def read_notice(document: Document) -> Reading:
    """The notice as one record. Raises `MissingPart`, or `WrongIdentity` where it names no watched treatment."""
    html = soup(document)
    title = text_of(need(html.select_one("article#main-content h1.content-title"), "heading h1.content-title"))
    main = need(html.select_one('article#main-content div[role="main"]'), 'body div[role="main"]')
    text = paragraphs(main)
    if not text:
        raise MissingPart("text in the notice")
    if not names_any(" ".join((title, *text)), document.source.watch):
        raise WrongIdentity(f"the notice {title[:80]!r} names no watched treatment")
    news, standing = _apart(text)
    claim = next((claim for words in text if (claim := _claim(words, document.source))), None)
    record = Record(
        kind="notice",
        key=document.request.part.removeprefix("notice/"),
        title=title,
        url=document.request.url,
        published=next((day for words in text if (day := _day(words))), None),
        fields=tuple(("standing text", words) for words in standing),
        blocks=tuple(news),
        claims=(claim,) if claim else (),
        prose=claim is None or any(_also_approves(words, document.source) for words in text),
    )
    return Reading([record])


def _apart(text: list[str]) -> tuple[list[str], list[str]]:
    """What a notice tells, and what stands in every notice: how it was reviewed, whom to call, what may follow."""
    news, standing = list[str](), list[str]()
    for words in text:
        if _STANDING.match(words):
            standing.append(words)
            continue
        standing += _CONTINUED.findall(words)
        if rest := " ".join(_CONTINUED.sub("", words).split()):
            news.append(rest)
    return news, standing


def _claim(paragraph: str, source: Source) -> Claim | None:
    """What the FDA's fixed first sentence states of one watched medicine on its own; None for any other sentence."""
    found = _FIRST_SENTENCE.match(paragraph)
    if found is None or _ANOTHER_DRUG.search(found["use"]) or _WORD_OF.search(found["drug"]):
        return None
    if not names_any(f"{found['drug']} {found['brand']}", source.watch):
        return None
    day = _day(paragraph)
    if day is None:
        return None
    milestone = APPROVALS[found["verb"]]
    return Claim(
        authority="FDA",
        milestone=milestone,
        mode=Mode.ANNOUNCED,
        quote=found[0],
        rule=f"fda.notice.{milestone}",
        date=day,
        announced=day,
        treatment=found["drug"],
        indication=found["use"],
    )


def _day(paragraph: str) -> PartialDate | None:
    """The day of the act, with which the first sentence opens."""
    found = _OPENING.match(paragraph)
    try:
        return read_date(found["day"]) if found else None
    except BadDate:
        return None


def _also_approves(paragraph: str, source: Source) -> bool:
    told = _ALSO.search(paragraph) and not _DEVICE.search(paragraph)
    return bool(told) and names_any(paragraph, source.watch)
