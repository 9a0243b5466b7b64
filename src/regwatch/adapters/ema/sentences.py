"""An indication as sentences, a disease heading with the sentence that follows it.

The text often lost its line breaks ("...sorafenib.Differentiated thyroid carcinoma (DTC)Cabometyx is indicated...") or
its points, so that two uses stand in one.
"""

from __future__ import annotations

import html
import re
from itertools import pairwise

from regwatch.reading.html import clean

_LONGEST = 30_000
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,200}>")
_GLUED = re.compile(
    r"(?<=[a-z)\]][.:;])(?=[A-Z])|(?<=[A-Z]{2}[.:;])(?=[A-Z][a-z])|(?<=\))(?=[A-Z][a-z])"
    r"|(?<=[a-z]{4})(?=[A-Z][a-z]{3})|(?<=[a-z])(?=(?:Treatment|Prevention|Prophylaxis|Adults?|Adolescents|Children|Paediatric)\b)"
)
_END = re.compile(r"(?<=[A-Za-z0-9)\]%])\.\)?\s+(?=(?:[-\u2013] ?)?[A-Z0-9\u2022(\u0391-\u03c9])")
_SHORT = re.compile(r"(?:\b(?:e\.g|i\.e|cf|vs|approx|spp?|nos?|st|resp)|\b[A-Z])\Z", re.IGNORECASE)
INDICATED = re.compile(r"(?<!not )(?<!not be )(?<!longer )(?<!contra-)\bindicated\b", re.IGNORECASE)
_HEADING = re.compile(
    r"(?<!\bwith)(?<!\bof)(?<!\bin)(?<!\bfor)(?<!\bthe)(?<!\band)(?<!\bor)(?<!\bto)(?<!\bby)(?<!\bfrom)(?<!\bactive)"
    r"(?<!\bsevere)(?<!\bplus) (?P<heading>[A-Z][a-z][\w'-]{1,40}(?: (?!\()[\w'-]{1,40}){0,7}(?: \([^()]{1,40}\))?) ?\Z"
)
_LONGEST_HEADING = 120
_CLOSED = re.compile(r"\b(?:is|are|was|were|has|have|can|may|should|must|will|does|do|includes?)\b")
_OPEN = re.compile(
    r"\b(?:if|when|where|that|which|whom|who|with|without|of|for|to|in|on|by|from|and|or|than|the|an?|prior|previous"
    r"|including) ?\Z",
    re.IGNORECASE,
)
"""Words after which a sentence goes on."""


def sentences(text: str, *names: str) -> tuple[str, ...]:
    """The sentences of an indication text, in order, without markup. `names` are the product's, to undo glued words."""
    words = clean(_TAG.sub(" ", html.unescape(html.unescape(text[:_LONGEST]))))
    words = clean(_GLUED.sub(" ", words.replace("\u2022", " \u2022 ")))
    bare = tuple(one for name in names if len(one := clean(name.partition(" (")[0])) > 3)
    for one in bare:
        words = words.replace(_GLUED.sub(" ", one), one)
        words = re.sub(rf"(?<=[a-z)\]])(?=[A-Z])(?i:(?={re.escape(one)}\b))", " ", words)
    found, start = [], 0
    for end in _END.finditer(words):
        if not _SHORT.search(words[max(start, end.start() - 8) : end.start()]):
            found.append(words[start : end.end()])
            start = end.end()
    found.append(words[start:])
    apart = (piece for part in found for piece in _apart(part, bare))
    return tuple(piece for part in apart if (piece := part.strip(" \u2022-")))


def _apart(part: str, names: tuple[str, ...]) -> list[str]:
    """A sentence that holds a use behind another statement, the point between them lost, as two: the use begins with
    the product's name or, if there is one, with the disease heading before it.
    """
    if not names:
        return [part]
    rows = "|".join(map(re.escape, names))
    told = re.compile(
        rf"(?<=[a-z)\]] )(?:{rows})\b"
        rf"(?=(?:(?!(?:{rows})\b)[^.;]){{0,200}}?\b(?:indicated|(?:is|are) (?:also )?used (?:for|to|in))\b)",
        re.IGNORECASE,
    )
    places = [_with_heading(part, found.start()) for found in told.finditer(part)]
    cuts = [at for at in places if _is_whole(part[:at])]
    edges = [0, *cuts, len(part)]
    return [part[start:end] for start, end in pairwise(edges) if part[start:end].strip()]


def _is_whole(text: str) -> bool:
    """Whether the words before a place may be a sentence of their own."""
    return bool(INDICATED.search(text)) or (bool(_CLOSED.search(text)) and not _OPEN.search(text))


def _with_heading(part: str, at: int) -> int:
    """Where a use begins whose product is named at a place: with the heading before it, if a capital tells of one."""
    found = _HEADING.search(part[max(0, at - _LONGEST_HEADING) : at])
    return max(0, at - _LONGEST_HEADING) + found.start("heading") if found else at
