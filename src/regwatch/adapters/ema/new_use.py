"""Which use an opinion or a withdrawn application is about, in the words of the Agency's page.

An opinion on a variation repeats every older use of the medicine: only what it adds counts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile

from regwatch.adapters.ema import uses as ema_uses
from regwatch.adapters.ema.lines import Line
from regwatch.uses import squash

_FULL_LIST = re.compile(
    r"\bFor information\b|\bfull (?:set of )?(?:therapeutic )?indications?\b[^.]{0,120}:", re.IGNORECASE
)
_NEW_LIST = re.compile(
    r"\b(?:as follows|is as follows|new indication|extension[^.]{0,80}indication)[^.:]{0,80}:", re.IGNORECASE
)
_LAST_LINES = re.compile(
    r"\A(?:Detailed recommendations|\* ?New text|\[?\d?\]? ?New text|Note \d|This page was last)", re.IGNORECASE
)
_NEW_USE = re.compile(r"\b(?:new (?:indication|use)|exten(?:sion|d|ded|ding))\b", re.IGNORECASE)
_APPLIED_FOR = re.compile(
    r"\b(?:application|change|indication|extension|extend|use)\b.{0,200}?\b(?:treat(?:ment|ing)?|prevent(?:ion)?|patients)\b",
    re.IGNORECASE,
)
_OLDER = re.compile(r"\b(?:is|are|was|already|currently) authori[sz]ed\b", re.IGNORECASE)
_HEADING_LENGTH = 90
_MARK_LENGTH = 15


def about(body: Sequence[Line]) -> tuple[str, ...]:
    """What a refused or withdrawn application was for: the opening sentences that say so, as one text.

    What follows the first heading tells of the medicine's older uses.
    """
    opening = list(takewhile(lambda line: not line.level, body))[:6]
    named = [
        sentence
        for line in opening
        for sentence in ema_uses.sentences(line.text)
        if _APPLIED_FOR.search(sentence) and not _OLDER.search(sentence)
    ]
    return (" ".join(named[:3]),) if named else ()


def new_uses(body: Sequence[Line]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The uses that an opinion adds, and those whose place they take.

    They stand before the full set is repeated "for information". Where a wording is changed inside an older text, the
    new words are in bold and the old ones struck through, letter by letter: then only the sentences that differ count.
    """
    kept: list[Line] = []
    before: list[str] = []
    inside = False
    for line in body:
        stop = _FULL_LIST.search(line.text)
        text = line.text[: stop.start()].strip() if stop else line.text
        if _LAST_LINES.match(text):
            break
        opened = None if inside else _NEW_LIST.search(text)
        rest = text[opened.end() :].strip() if opened else text if inside else ""
        inside = inside or opened is not None
        if rest and (opened is None or len(rest) > _MARK_LENGTH):
            kept.append(replace(line, text=rest, older=line.older if rest == line.text else rest))
        before.append(text)
        if stop:
            break
    if inside and (told := _granted(kept))[0]:
        return told
    if marked := [line for line in body if line.changed and line.older and not _is_heading(line)]:
        return _granted(marked)
    parts = (part for text in before for part in ema_uses.sentences(text))
    return tuple(part for part in parts if _NEW_USE.search(part) and ema_uses.is_use(part)), ()


def _granted(kept: Sequence[Line]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    uses = [line for line in kept if not _is_heading(line)]
    some = any(line.changed for line in uses) and not all(line.changed for line in uses)
    chosen: list[str] = []
    replaced: list[str] = []
    heading = ""
    for line in kept:
        if _is_heading(line):
            heading = line.text
            continue
        if line.changed or not some:
            chosen.append(f"{heading} {line.text}".strip())
            replaced += [f"{heading} {line.older}".strip()] if line.changed and line.older else []
        heading = ""
    older = [part for part in ema_uses.sentences(" ".join(replaced)) if ema_uses.is_use(part)]
    stands = {squash(part) for part in older}
    parts = ema_uses.sentences(" ".join(chosen))
    return tuple(part for part in parts if ema_uses.is_use(part) and squash(part) not in stands), tuple(older)


def _is_heading(line: Line) -> bool:
    short = len(line.text) <= _HEADING_LENGTH and not re.search(r"\bindicated\b|[.;,]\Z", line.text)
    return bool(line.level) or short
