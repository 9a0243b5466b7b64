"""Where a text speaks: headline, sub-heads, dateline, lede, news body and tail, cut into sentences.

The tail (boilerplate "About ...", safety information, references, contacts) never carries news; quotations carry
opinions. A rolling page (dated entries, newest first) is told by its entries.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import IntEnum
from itertools import islice

from regwatch.classify.boilerplate import TAIL_ELSEWHERE, inline_tail
from regwatch.classify.cues import CUES
from regwatch.classify.date_spans import Mention, find_dates
from regwatch.classify.date_words import ORDINAL
from regwatch.classify.rolling_pages import DatedEntry, find_entries
from regwatch.classify.text import Text
from regwatch.dates import PartialDate, Precision, days_between

LEDE_SENTENCES, LEDE_BULLETS = 2, 6
SENTENCE_MOST = 2500
"""Longer sentences are read in pieces (characters)."""
WRAPPED_MOST = 110
"""Texts whose lines are all this short were wrapped by a mailer (characters)."""
LETTERHEAD_MOST = 8
"""Lines of a letterhead."""
TITLE_MOST = 400
"""A first line longer than this is no headline (characters)."""


class Zone(IntEnum):
    """How far a sentence is trusted for news, best first."""

    LEDE = 0
    TITLE = 1
    SUBHEAD = 2
    BODY = 3
    LATER = 4


@dataclass(frozen=True)
class Sentence:
    """A half-open span of the text. `entry` is the number of the dated entry it stands in, -1 where there are none."""

    start: int
    end: int
    zone: Zone
    number: int
    line: int
    entry: int = -1
    heading: bool = False


@dataclass(frozen=True)
class TextLayout:
    """The text cut up. `quotes` are spans of quotations; `anchor` the date that "today" means, if any."""

    sentences: list[Sentence]
    quotes: list[tuple[int, int]]
    anchor: PartialDate | None
    entries: list[DatedEntry]
    tail: int
    title: tuple[int, int]
    stale: bool = False
    """The dateline lies long before the publisher's date: an old text shown again."""


_TAIL_COMPANY = re.compile(
    r"\n[ #>*-]*(?:about [a-z0-9][^\n.:]{1,90}(?=\n|$)|about [^\n]{2,60}(?:\n|$)"
    r"|indications?(?: and usage| and important)[^\n]*|indications(?: *:|\n)[^\n]*"
    r"|important safety information[^\n]*"
    r"|(?:select(?:ed)? )?(?:important )?safety information[^\n]{0,80}|forward[- ]looking[^\n]*"
    r"|(?:note|caution(?:s|ary)?|disclaimer)[^\n]{0,40}(?:forward|concerning)[^\n]*"
    r"|safe harbou?r[^\n]*|references?:? *(?=\n|$)|(?:media |press |investor "
    r"|company )?contacts?:? *(?=\n|$)|notes? (?:to|for) editors?[^\n]*|(?:#{3,}|# # #) *(?=\n|$)"
    r"|ends?\.? *(?=\n|$)|- ?ends? ?-|(?:most (?:read|viewed|popular)|you m(?:ay|ight) also like)[^\n]{0,30}(?=\n|$)"
    r"|recommended reading|related (?:posts|articles|news|links|content)[^\n]*|further reading *(?=\n|$)"
    r"|disclaimer[^\n]{0,60}|company profile *(?=\n|$)|boilerplate[^\n]*)"
)
_WIRE = re.compile(
    r"(?:\((?:business wire|globe ?newswire|globe newswire|marketwired?|ap|reuters|mt newswires"
    r"|rttnews|dpa-afx|afx|newsfile corp\.?|accesswire|pr ?newswire|afp)\)|/(?:pr ?newswire"
    r"|cnw)[^/\n]{0,30}/|/ ?/)\s{0,3}-{1,3}"
    r"|-{4}|--\s?\(\s?\)\s?--|\((?:reuters|ap|bloomberg)\)\s?-"
)
_MONTHS = (
    r"(?:JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov"
    r"|Dec)[A-Za-z]{0,6}\.?"
)
_OWN_DATELINE = re.compile(
    r"[A-Z][A-Za-z.,' /&()-]{1,70}?[,(\s-]{1,4}(?:\d{1,2}(?:st|nd|rd|th)? "
    + _MONTHS
    + r",? \d{4}|"
    + _MONTHS
    + r" {1,3}\d{1,2},? {0,2}\d{4}|"
    + _MONTHS
    + r" \d{1,2})\)?[ :]{0,3}(?:-{1,2}|/|\||I |:)\s?"
)
_FIXED = re.compile(r"(?:the corrected (?:release|version) (?:reads|follows)|corrected text follows)[^\n:]{0,20}:?")
_ABBREVIATED = re.compile(
    r"(?:\b(?:inc|corp|ltd|co|llc|dr|mr|mrs|ms|prof|st|no|nos|vs|v|approx|e\.g|i\.e|cf|al|jan|feb|mar"
    r"|apr|jun|jul|aug|sept|sep|oct|nov|dec|calif|mass|conn|del|fla|ill|mich|minn|wash|pa|va|md|n\.j"
    r"|n\.y|n\.c|u\.s|u\.k|u\.s\.a|a\.m|p\.m|ph\.d|m\.d|m\.p\.h|jr|sr|fig|dept|univ|bros|plc|s\.a|n\.v"
    r"|a\.g|nr|bzw|mio|mrd|ggf|sog|usw|dic|ene|janv|fevr|juil|giu|lug|ott|dott|ee|uu|num|pag|evtl|vgl|inkl)"
    r"|\b[a-z])\.$"
)
_ENDS = r"(?:\[?\d{1,2}(?:[,-]\d{1,2})*\]?)?[\"')\]]*(?:\s+|(?=[A-Z][a-z]))"
_STOP = re.compile(r"[.!?]" + _ENDS)
_STOP_OR_BAR = re.compile(rf"[.!?\s](?:(?<=[.!?]){_ENDS}|(?<=\s)\|\s(?=\S)|(?<= )(?=- [A-Z]))")
"""For lines that hold a bar or a dash between spaces. One set of characters comes first in both: the search passes
over all others quickly."""
_BREAK = re.compile("\n")
_BULLET = re.compile(r"\s*(?:[-*•▪●◦‣·–]|\(?\d{1,2}[.)])\s")
_QUOTE = re.compile(r"(?<![\w.,;:!?)%])\"(?! )[^\"\n]{25,1600}\"")
"""A quotation. Where one has just ended, what stands between it and the next is none."""


def unwrap(text: Text) -> Text:
    """The text with the line breaks that a mailer set inside sentences made into spaces; offsets stay."""
    whole = _lines(text, len(text.low))
    breaks = [m.start() for first, last in whole for m in _BREAK.finditer(text.low, first, last)]
    if not breaks:
        return text
    plain, low = list(text.plain), list(text.low)
    for place in breaks:
        plain[place] = low[place] = " "
    return replace(text, plain="".join(plain), low="".join(low))


def cut_text(text: Text, kind: str, published: PartialDate | None) -> TextLayout:
    """The layout of a document of that kind. `published` is the publisher's own date, the best anchor."""
    tail = _tail(text, kind)
    lines = _lines(text, tail)
    title = _title(text, lines, kind)
    start, dateline = _lede_start(text, lines, title)
    anchor = published if published else dateline
    if published and dateline and dateline.precision is Precision.DAY and published.precision is not Precision.DAY:
        anchor = dateline
    entries = find_entries(text, lines, anchor)
    opened = {entry.start: number for number, entry in enumerate(entries)}
    sentences: list[Sentence] = []
    entry, seen = -1, 0
    for number, (first, last) in enumerate(lines):
        if len(sentences) >= SENTENCES_MOST:
            break
        if CUES["layout.link"].match(text.low, first, last):
            continue
        entry = opened.get(first, entry)
        for a, b in _sentences(text, first, last, start):
            if a > first and CUES["layout.link"].match(text.low, a, b):
                continue
            zone = _zone(a, title, start, seen, bool(_BULLET.match(text.low, first)))
            seen += zone in {Zone.LEDE, Zone.BODY} and (b - a > 25 or len(sentences) > 30)
            heading = _is_heading(text, first, last)
            sentences.append(Sentence(a, b, zone, len(sentences), number, entry, heading))
    quotes = [m.span() for m in _QUOTE.finditer(text.low, 0, tail)]
    stale = bool(published and dateline and days_between(dateline.last, published.first) > 30)
    return TextLayout(sentences, quotes, anchor or (entries[0].day if entries else None), entries, tail, title, stale)


def _title(text: Text, lines: list[tuple[int, int]], kind: str) -> tuple[int, int]:
    """The headline; of a paper of an appraising body, the line below its letterhead that names the subject."""
    if kind == "hta_page":
        headed = 0
        while headed < min(len(lines), LETTERHEAD_MOST) and CUES["layout.letterhead"].fullmatch(
            text.low, *lines[headed]
        ):
            headed += 1
        lines = lines[headed:] if headed < len(lines) else lines
    return lines[0] if lines and lines[0][1] - lines[0][0] <= TITLE_MOST else (0, 0)


def _tail(text: Text, kind: str) -> int:
    """Where the news ends."""
    from_line = min(len(text.low), 25)
    ends = [len(text.low)]
    for tail in (_TAIL_COMPANY, TAIL_ELSEWHERE):
        ends += [found.start() for found in [tail.search(text.low, from_line)] if found]
    if kind == "company_press_release" and (inline := inline_tail(text.plain, 400)) is not None:
        ends.append(inline)
    return min(ends)


def _lines(text: Text, tail: int) -> list[tuple[int, int]]:
    """The non-empty lines before the tail; lines that were wrapped by a mailer are joined."""
    raw = [m.span() for m in islice(_LINE.finditer(text.low, 0, tail), LINES_MOST)]
    widths = [last - first for first, last in raw]
    widest, inner = max(widths, default=0), widths[1:-1]
    filled = sum(width > 0.7 * widest for width in inner)
    wrapped = widest if inner and 45 <= widest <= WRAPPED_MOST and filled >= 0.6 * len(inner) else 0
    wrapped = 0 if sum(bool(_ENTRY.match(text.plain, *one)) for one in raw) >= 0.6 * len(raw) else wrapped
    lines: list[tuple[int, int]] = []
    for first, last in raw:
        if len(lines) > 1 and _continues(text, lines[-1], first, last, wrapped):
            lines[-1] = (lines[-1][0], last)
        else:
            lines.append((first, last))
    return lines


LINES_MOST, SENTENCES_MOST = 30_000, 20_000
"""Lines and sentences read of one text: no announcement has so many, and hostile ones should cost no more."""
_LINE = re.compile(r"\S(?:[^\n]*\S)?")
_ENTRY = re.compile(r"[A-Z][\w-]+(?:,? [\w-]+){0,3} ?\(|[A-Z][\w ]{1,30}: ")
"""The start of an entry of a list, whose lines are often alike in width: a name before a bracket or a colon."""
_OPEN_END = re.compile(r"(?:,|\b(?:the|of|for|and|or|with|in|to|by|a|an|has|have|that|from|on|u\.s\.))$")


def _continues(text: Text, before: tuple[int, int], first: int, last: int, wrapped: int) -> bool:
    """Whether a line goes on with the sentence before. `wrapped`: the width at which lines were cut, 0 for none."""
    blank = text.low.count("\n", before[1], first) > 1
    if blank or text.low[before[1] - 1] in ".!?:;|" or _BULLET.match(text.low, first) or "|" in text.low[first:last]:
        return False
    if _OPEN_END.search(text.low, max(before[0], before[1] - 12), before[1]):
        return True
    length = before[1] - max(before[0], text.low.rfind("\n", 0, before[1]) + 1)
    if wrapped:
        word = text.low[first:last].split(" ", 1)[0]
        return length > 40 and length + 1 + len(word) > wrapped
    return text.plain[first].islower() and length > 30


def _lede_start(text: Text, lines: list[tuple[int, int]], title: tuple[int, int]) -> tuple[int, PartialDate | None]:
    """Where the first sentence of the news begins, and the date of its dateline."""
    body = title[1]
    if fixed := _FIXED.search(text.low, body, body + 3000):
        body = fixed.end()
    if wire := _WIRE.search(text.low, body, body + 2500):
        from_here = max(title[1], wire.start() - 60)
        line = text.low.rfind("\n", from_here, wire.start()) + 1 or from_here
        return wire.end(), _dateline(find_dates(text, line, min(wire.end() + 25, len(text.low))))
    for first, last in lines[:14]:
        if first < body:
            continue
        if m := _OWN_DATELINE.match(text.plain, first, min(last, first + 130)):
            return m.end(), _dateline(find_dates(text, first, m.end()))
    for first, last in lines[:14]:
        if first >= body and last - first > 60 and not _BULLET.match(text.low, first):
            head = [d for d in find_dates(text, first, min(last, first + 45)) if d.start - first < 25]
            return first, _dateline(head)
    return body, None


def _dateline(mentions: list[Mention]) -> PartialDate | None:
    days = [d for m in mentions if m.kind == "explicit" and m.day and m.year and (d := m.resolve(None))]
    return days[0] if days else None


def _sentences(text: Text, first: int, last: int, lede: int) -> list[tuple[int, int]]:
    cuts = [first]
    if first < lede < last:
        cuts.append(lede)
    barred = text.plain.find("|", first, last) >= 0 or text.plain.find(" - ", first, last) >= 0
    for m in islice((_STOP_OR_BAR if barred else _STOP).finditer(text.plain, first, last), SENTENCES_MOST):
        word = text.low[max(first, m.start() - 12) : m.start() + 1]
        after = text.plain[m.end() : m.end() + 1]
        if m[0][0] == "." and (_ABBREVIATED.search(word) or after.islower()) and not m[0][1:2].isdigit():
            continue
        between = m[0][0] == "." and text.low[m.start() - 1 : m.start()].isdigit()
        if between and ORDINAL.match(text.low, m.start()):
            continue
        if between and (m.end() == m.start() + 1 or text.low[m.start() + 1].isdigit()):
            continue
        if m.end() < last:
            cuts.append(m.end())
    cuts = sorted(set(cuts))
    pieces = zip(cuts, [*cuts[1:], last], strict=True)
    return [piece for a, b in pieces for piece in _pieces(text, a, b) if text.low[slice(*piece)].strip()]


def _pieces(text: Text, start: int, end: int) -> list[tuple[int, int]]:
    """A sentence, or, where it is longer than any sentence, pieces of it cut at spaces."""
    pieces: list[tuple[int, int]] = []
    while end - start > SENTENCE_MOST:
        space = text.low.rfind(" ", start + SENTENCE_MOST // 2, start + SENTENCE_MOST)
        stop = space if space > 0 else start + SENTENCE_MOST
        pieces.append((start, stop))
        start = stop
    return [*pieces, (start, end)]


def _zone(start: int, title: tuple[int, int], lede: int, seen: int, bullet: bool) -> Zone:
    if start < title[1]:
        return Zone.TITLE
    if start < lede:
        return Zone.SUBHEAD
    if seen < (LEDE_BULLETS if bullet else LEDE_SENTENCES):
        return Zone.LEDE
    return Zone.BODY if seen < 12 else Zone.LATER


def _is_heading(text: Text, first: int, last: int) -> bool:
    """Whether a line stands alone as a heading: short, without a full stop."""
    return last - first <= 170 and text.low[last - 1] not in ".;,:" and not _BULLET.match(text.low, first)
