"""A topic across authorities as a drawing: one lane each, what happened, what is expected, and what is overdue.

The drawing is SVG made here, without scripts or style rules of its own: the colours stand as attributes, so that it
works as an image on other sites, and as classes, so that our own style sheet turns them for the dark. Shapes tell the
same as colours (WCAG 2.2, 1.4.1). Every page that shows it has the same facts as a list.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from xml.sax.saxutils import escape, quoteattr

from regwatch import wording
from regwatch.dates import MONTHS, PartialDate, local_day
from regwatch.digest.transition_view import capital
from regwatch.ledger.entries import Expectation, ExpectationState, Transition
from regwatch.model import Topic
from regwatch.palette import LIGHT
from regwatch.safe_text import one_line
from regwatch.vocabulary import AUTHORITIES, DEADLINES, Standing
from regwatch.wording_tables import Tone

_WIDTH, _NAMES, _RIGHT = 960, 156, 24
_TOP, _LANE, _FOOT = 40, 58, 34
_MARGIN = timedelta(days=25)
_LETTER = 6.7
"""Mean width of a letter at 13 px, for placing labels."""
_FONT = "-apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"


@dataclass(frozen=True)
class TimelineMark:
    """One thing to draw: `first` to `last` is its window; `kind` is a tone, `expected` or `overdue`.

    `prefix` says what the window is of, where that is not the thing itself: `announced `, `seen `.
    """

    first: date
    last: date
    kind: str
    label: str
    reported: bool = False
    prefix: str = ""


def marks_of(
    transitions: Sequence[Transition], coming: Sequence[Expectation], today: date
) -> dict[str, list[TimelineMark]]:
    """What to draw, by authority, in the order of the vocabulary."""
    lanes: dict[str, list[TimelineMark]] = {}
    for one in sorted(transitions, key=lambda found: (_day(found).first, found.id)):
        known = _day(one)
        reported = one.standing is Standing.REPORTED
        label = capital(wording.status(one.milestone)) + (" (reported)" if reported else "")
        prefix = "" if one.date else "announced " if one.announced else "seen "
        mark = TimelineMark(known.first, known.last, wording.tone(one.milestone).value, label, reported, prefix)
        lanes.setdefault(one.authority, []).append(mark)
    for ahead in coming:
        if ahead.date is None:
            continue
        step = wording.step(ahead.authority, ahead.milestone)
        if ahead.state is ExpectationState.OVERDUE:
            mark = TimelineMark(ahead.date.last, max(today, ahead.date.last), "overdue", capital(f"{step} overdue"))
        else:
            label = step if ahead.milestone in DEADLINES else f"{step} expected"
            mark = TimelineMark(ahead.date.first, ahead.date.last, "expected", capital(label))
        lanes.setdefault(ahead.authority, []).append(mark)
    return dict(sorted(lanes.items(), key=lambda lane: _rank(lane[0])))


def timeline(topic: Topic, lanes: dict[str, list[TimelineMark]], today: date) -> str:
    """The drawing as SVG text."""
    marks = [mark for lane in lanes.values() for mark in lane]
    start = min((mark.first for mark in marks), default=today) - _MARGIN
    end = max([today, *(mark.last for mark in marks)]) + _MARGIN * 3
    scale = _Scale(start, end)
    height = _TOP + _LANE * len(lanes) + _FOOT
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="drawing" viewBox="0 0 {_WIDTH} {height}" role="img" '
        f'aria-labelledby="drawing-title drawing-words" font-family={quoteattr(_FONT)} font-size="13">',
        f'<title id="drawing-title">{escape(one_line(topic.title, 300))}: timeline</title>',
        f'<desc id="drawing-words">{escape(in_words(lanes))}</desc>',
        f'<rect class="ground" width="{_WIDTH}" height="{height}" fill="{LIGHT["paper"]}"/>',
        *_axis(scale, height),
        *_today(scale, today, height),
    ]
    for row, (authority, lane) in enumerate(lanes.items()):
        parts += _lane(scale, authority, lane, _TOP + _LANE * row)
    return "\n".join([*parts, "</svg>"])


def in_words(lanes: dict[str, list[TimelineMark]]) -> str:
    """The drawing as text."""
    return " ".join(
        f"{wording.short_name(authority)}: {'; '.join(f'{one.label}, {_span(one)}' for one in lane)}."
        for authority, lane in lanes.items()
    )


@dataclass(frozen=True)
class _Scale:
    start: date
    end: date

    def x(self, at: date) -> float:
        share = (at - self.start) / (self.end - self.start)
        return round(_NAMES + share * (_WIDTH - _NAMES - _RIGHT), 1)


def _rank(authority: str) -> int:
    return list(AUTHORITIES).index(authority) if authority in AUTHORITIES else len(AUTHORITIES)


def _day(one: Transition) -> PartialDate:
    return one.day or PartialDate.of_day(local_day(one.detected_at, wording.zone(one.authority)))


def _span(mark: TimelineMark) -> str:
    if mark.kind == "overdue":
        return f"since {wording.plain_day(mark.first)}"
    if mark.first == mark.last:
        return f"{mark.prefix}{wording.plain_day(mark.first)}"
    return f"{mark.prefix}{wording.plain_day(mark.first)} to {wording.plain_day(mark.last)}"


def _axis(scale: _Scale, height: int) -> list[str]:
    """Quarters as fine lines, with the year where it begins."""
    parts = []
    at = date(scale.start.year, 1, 1)
    room = (_WIDTH - _NAMES) / max(1, (scale.end - scale.start).days / 91)
    while at <= scale.end:
        if at >= scale.start:
            x = scale.x(at)
            parts.append(
                f'<line class="rule" x1="{x}" x2="{x}" y1="{_TOP - 8}" y2="{height - _FOOT}" '
                f'stroke="{LIGHT["rule"]}" stroke-width="{1.5 if at.month == 1 else 0.75}"/>'
            )
            words = str(at.year) if at.month == 1 else MONTHS[at.month - 1][:3].capitalize() if room > 44 else ""
            if words:
                weight = ' font-weight="600"' if at.month == 1 else ""
                parts.append(_text(x, _TOP - 16, words, "soft", f' text-anchor="middle"{weight}'))
        at = date(at.year + at.month // 10, (at.month + 2) % 12 + 1, 1)
    return parts


def _today(scale: _Scale, today: date, height: int) -> list[str]:
    x = scale.x(today)
    return [
        f'<line class="link" x1="{x}" x2="{x}" y1="{_TOP - 8}" y2="{height - _FOOT + 6}" stroke="{LIGHT["link"]}" '
        'stroke-width="1.5" stroke-dasharray="2 4"/>',
        _text(x, height - 12, f"Today, {wording.plain_day(today)}", "link", ' text-anchor="middle"'),
    ]


def _lane(scale: _Scale, authority: str, lane: Sequence[TimelineMark], top: int) -> list[str]:
    middle = top + 36
    parts = [
        f'<line class="rule" x1="0" x2="{_WIDTH}" y1="{top + _LANE}" y2="{top + _LANE}" stroke="{LIGHT["rule"]}"/>',
        _text(0, middle - 6, wording.short_name(authority), "ink", ' font-weight="600" font-size="14"'),
        _text(0, middle + 11, capital(wording.where(authority)), "soft", ""),
        f'<line class="rule" x1="{scale.x(lane[0].first)}" x2="{_WIDTH - _RIGHT}" y1="{middle}" y2="{middle}" '
        f'stroke="{LIGHT["rule"]}" stroke-width="2"/>',
    ]
    taken = {-1: -1.0, 1: -1.0}
    for mark in lane:
        parts += _shape(scale, mark, middle)
        parts += _label(scale, mark, middle, taken)
    return parts


def _label(scale: _Scale, mark: TimelineMark, middle: int, taken: dict[int, float]) -> list[str]:
    """The label above the line, below it where that is taken, and left out where both are: the list has it."""
    length = len(mark.label) * _LETTER
    left = scale.x(mark.first) - 6
    # How wide letters are depends on the reader's fonts: at the edge a label is held by its end.
    x, held = (left, "") if left + length <= _WIDTH else (_WIDTH, ' text-anchor="end"')
    left = min(left, _WIDTH - length)
    for side in (-1, 1):
        if left >= taken[side]:
            taken[side] = left + length + 10
            colour = "wait" if mark.kind == "overdue" else "soft" if mark.kind == "expected" else mark.kind
            return [_text(x, middle - 13 if side < 0 else middle + 20, mark.label, colour, held)]
    return []


def _shape(scale: _Scale, mark: TimelineMark, y: int) -> list[str]:
    x, to = scale.x(mark.first), scale.x(mark.last)
    paper = LIGHT["paper"]
    if mark.kind == "overdue":
        return [
            f'<line class="wait" x1="{x}" x2="{to}" y1="{y}" y2="{y}" stroke="{LIGHT["wait"]}" stroke-width="4" '
            'stroke-dasharray="7 4"/>',
            f'<path class="wait hollow" d="M{x} {y - 7}l7 7-7 7-7-7z" fill="{paper}" stroke="{LIGHT["wait"]}" '
            'stroke-width="2"/>',
        ]
    if mark.kind == "expected":
        return [
            f'<line class="soft" x1="{x}" x2="{to}" y1="{y}" y2="{y}" stroke="{LIGHT["soft"]}" stroke-width="3" '
            'stroke-dasharray="2 3"/>',
            f'<path class="soft hollow" d="M{to} {y - 7}l7 7-7 7-7-7z" fill="{paper}" stroke="{LIGHT["soft"]}" '
            'stroke-width="2"/>',
        ]
    middle = round((x + to) / 2, 1)
    window = (
        [f'<line class="{mark.kind}" x1="{x}" x2="{to}" y1="{y}" y2="{y}" stroke="{LIGHT[mark.kind]}" '
         'stroke-width="4"/>'] if to - x > 1 else []
    )  # fmt: skip
    return [*window, symbol(mark.kind, middle, y, reported=mark.reported)]


def symbol(kind: str, x: float, y: float, *, reported: bool = False) -> str:
    """The shape of a tone: a disc is good news, a square bad, a triangle asks to wait, a ring is a step on the way.

    What is only reported is half filled.
    """
    if kind == Tone.PLAIN:
        return f'<circle {_hollow(kind)} cx="{x}" cy="{y}" r="6" stroke-width="2.5"/>'
    whole, half = {
        Tone.GOOD: (f'<circle {{}} cx="{x}" cy="{y}" r="{{}}"', f"M{x} {y - 7}a7 7 0 0 0 0 14z"),
        Tone.BAD: (f'<path {{}} d="M{x - 6.5} {y - 6.5}h13v13h-13z"', f"M{x - 6.5} {y - 6.5}h6.5v13h-6.5z"),
        Tone.WAIT: (f'<path {{}} d="M{x} {y - 8}l8 14h-16z"', f"M{x} {y - 8}v14h-8z"),
    }[Tone(kind)]
    filled = f'class="{kind}" fill="{LIGHT[kind]}"'
    if not reported:
        return whole.format(filled, 7) + "/>"
    return f'{whole.format(_hollow(kind), 6.2)} stroke-width="1.6"/><path {filled} d="{half}"/>'


def _hollow(kind: str) -> str:
    return f'class="{kind} hollow" fill="{LIGHT["paper"]}" stroke="{LIGHT[kind]}"'


def _text(x: float, y: float, words: str, colour: str, more: str) -> str:
    halo = f'stroke="{LIGHT["paper"]}" stroke-width="4" paint-order="stroke" stroke-linejoin="round"'
    return f'<text class="{colour}" x="{x}" y="{y}" fill="{LIGHT[colour]}" {halo}{more}>{escape(words)}</text>'
