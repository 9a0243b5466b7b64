"""What the lay overview of a medicine's page tells: its uses, the days of acts, and what an application was for.

The overview is written for patients and is often ahead of, or behind, the formal text of the same page.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from regwatch.adapters.ema import page as ema_page
from regwatch.adapters.ema import uses as ema_uses
from regwatch.adapters.ema.lines import Line
from regwatch.adapters.ema.vocabulary import day_in_words
from regwatch.dates import PartialDate
from regwatch.reading.html import label
from regwatch.vocabulary import Milestone

_DAY = r"(\d{1,2} [A-Z][a-z]{2,8} \d{4})"
_INTENDED = re.compile(
    r"\b(?:intended (?:for|to)|for (?=the (?:treatment|prevention|diagnosis|reduction|use)))[^.]{3,600}"
)
_USE = re.compile(
    r"\b(?:used|use|treat(?:s|ed|ing|ment)?|prevent(?:s|ed|ing|ion)?|protect(?:s|ed|ing|ion)?|vaccin\w{1,8}|diagnos\w{1,6})\b",
    re.IGNORECASE,
)
_DENIAL = re.compile(
    r"\b(?:is|are|was|were) not (?:used|indicated|recommended|intended|authori[sz]ed|approved)\b|\bmust not be used\b"
    r"|\bno longer (?:used|authori[sz]ed|approved)\b|\b(?:has|have) not (?:yet )?been\b|\bno (?:data|results)\b"
)
_FOLDED = frozenset({"expand section", "collapse section"})
_ACTS = {
    Milestone.AUTHORISATION_WITHDRAWN: r"withdr(?:ew|awn|awal)",
    Milestone.REVOKED: r"revo(?:ked|cation)",
    Milestone.SUSPENDED: r"suspen(?:ded|sion)",
    Milestone.REFUSED: r"refus(?:ed|al)",
    Milestone.LAPSED: r"(?:lapsed?|expir(?:ed|y)|ceased to be valid)",
}
_COMMISSION = re.compile(r"\bCommission\b|\bceased to be valid\b|\blapsed\b|\bexpired\b")
_CONVERTED = re.compile(
    r"(?<!\bbe )\b(?:switched|converted|changed|became|granted|turned)\b[^.]{0,120}?"
    r"\b(?:standard|full|unconditional|normal)\b"
    rf"(?:[^.]{{0,80}}?\b(?:authori[sz]ation|approval|one)\b)(?:[^.]{{0,80}}?\bon {_DAY})?"
    r"|\bfrom (?:a )?conditional to (?:an? )?(?:standard|full|unconditional|normal)\b"
    rf"(?:[^.]{{0,80}}?\bon {_DAY})?"
    r"|\b(?:is|are) no longer (?:a )?conditional\b"
)
_OPENING_DAY = re.compile(rf"On {_DAY}\b")
_STILL = re.compile(
    r"\b(?:has been|was|is|have been) (?:given|granted|authori[sz]ed)\b[^.]{0,60}?\bconditional", re.IGNORECASE
)
_REFERENCE = re.compile(r"EMA/[A-Z]{2,8}/\d{3,8}/\d{4}|EMA/\d{3,8}/\d{4}")
_SUMMARY = re.compile(r"\bCHMP post-authorisation summary of (?:(?:a )?positive )?opinion\b", re.IGNORECASE)
_QUESTIONS = ("why is ", "why has ", "why was ", "other information about ")
_LONGEST, _MOST = 1_500, 40


def text(lines: Sequence[Line]) -> list[Line]:
    """The opening of the overview, up to what is folded away or listed as documents."""
    found = ema_page.section(lines, "Overview")
    return list(takewhile(lambda line: label(line.text) not in _FOLDED and " : EPAR - " not in line.text, found))


def mentions(lines: Sequence[Line]) -> tuple[str, ...]:
    """What the overview says the medicine is used for: a sentence or a list's point each, with the list's opening."""
    found: list[str] = []
    opening = ""
    for line in text(lines):
        if opening and (line.point or not line.text[:1].isupper()):
            found.append(f"{opening} {line.text}")
        else:
            opening = line.text if line.text.endswith(":") else ""
            found += [part for part in ema_uses.sentences(line.text) if not opening]
    told = (part[:_LONGEST] for part in found if _USE.search(part) and not _DENIAL.search(part))
    return tuple(dict.fromkeys(told))[:_MOST]


def intended(lines: Sequence[Line]) -> str:
    """What a medicine that is not authorised was meant for, in the words of the opening."""
    found = (_INTENDED.search(line.text) for line in text(lines)[:8])
    return next((match[0].strip() for match in found if match), "")


def day_of(milestone: Milestone | None, lines: Sequence[Line]) -> PartialDate | None:
    """The day on which the overview says that the authorisation ended or was refused, if exactly one is told so."""
    act = _ACTS.get(milestone) if milestone else None
    if act is None:
        return None
    told = re.compile(rf"\b[Oo]n {_DAY}[^.]{{0,120}}?\b{act}\b|\b{act}\b[^.]{{0,160}}?\b(?:on|of) {_DAY}")
    days = {
        match[1] or match[2]
        for line in text(lines)
        for sentence in ema_uses.sentences(line.text)
        if _COMMISSION.search(sentence) and (match := told.search(sentence))
    }
    return day_in_words(days.pop()) if len(days) == 1 else None


def conversion(lines: Sequence[Line]) -> tuple[str, PartialDate | None] | None:
    """The sentence, and the day, that tell of a conditional authorisation made a standard one; None where none does.

    It stands in the opening, or under the questions why the medicine is authorised and what else there is to know.
    """
    said = [sentence for line in (*text(lines), *_procedure(lines)) for sentence in ema_uses.sentences(line.text)]
    found = [(sentence, _day_of(match)) for sentence in said if (match := _CONVERTED.search(sentence))]
    dated = next((one for one in found if one[1]), None) or next(iter(found), None)
    return (dated[0], day_in_words(dated[1]) if dated[1] else None) if dated else None


def _day_of(found: re.Match[str]) -> str:
    """The day behind the words of a conversion, or the one with which their sentence opens; "" without any."""
    opening = _OPENING_DAY.match(found.string)
    return found[1] or found[2] or (opening[1] if opening else "")


def _procedure(lines: Sequence[Line]) -> list[Line]:
    """What the questions on the authorisation itself are answered with."""
    asked = [line.text for line in lines if line.level and label(line.text).startswith(_QUESTIONS)]
    return ema_page.section(lines, *asked) if asked else []


def is_conditional(lines: Sequence[Line]) -> bool:
    """Whether the overview says that the authorisation is a conditional one."""
    return any(_STILL.search(line.text) for line in text(lines)) and conversion(lines) is None


def summaries(lines: Sequence[Line]) -> tuple[tuple[str, str], ...]:
    """The titles of summaries of opinions on changes of the authorisation, each with its reference, "" without one."""
    found: dict[str, str] = {}
    for at, line in enumerate(lines):
        if _SUMMARY.search(line.text) and len(line.text) < 200:
            near = " ".join(one.text for one in lines[at + 1 : at + 4])
            reference = match[0] if (match := _REFERENCE.search(near)) else ""
            found.setdefault(reference or line.text, line.text)
    return tuple((title, "" if reference == title else reference) for reference, title in found.items())
