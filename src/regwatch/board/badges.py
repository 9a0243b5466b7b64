"""A badge for other people's pages: the status of a topic at one authority, with the date on which that was checked."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from regwatch.board.view_models import Place
from regwatch.palette import LIGHT
from regwatch.safe_text import one_line

_LETTER = 6.9
_PADDING = 10


def badge(place: Place) -> str:
    """The badge as SVG text, with its content as a title."""
    left = place.authority
    right = _status(place)
    wide, more = (round(len(words) * _LETTER + 2 * _PADDING) for words in (left, right))
    tone = place.line.tone.value if place.line else "soft"
    title = one_line(f"{place.topic.title}: {left}, {right}", 300)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide + more}" height="26" role="img" '
        f"aria-label={quoteattr(title)}>"
        f"<title>{escape(title)}</title>"
        f'<rect width="{wide + more}" height="26" rx="3" fill="{LIGHT[tone]}"/>'
        f'<path d="M3 0h{wide - 3}v26H3a3 3 0 0 1-3-3V3a3 3 0 0 1 3-3z" fill="{LIGHT["ink"]}"/>'
        f'<g fill="{LIGHT["paper"]}" font-family="Verdana, DejaVu Sans, sans-serif" font-size="12" '
        'text-anchor="middle">'
        f'<text x="{wide / 2}" y="17">{escape(left)}</text>'
        f'<text x="{wide + more / 2}" y="17">{escape(right)}</text></g></svg>'
    )


def _status(place: Place) -> str:
    if place.line is None:
        return "no status known"
    words = place.line.status[:1].lower() + place.line.status[1:]
    overdue = ", next step overdue" if place.overdue else ""
    return f"{words}{place.line.reported}, {place.line.when.told}{overdue}"
