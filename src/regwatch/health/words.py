"""Notices in the operator's words: what it is, what to do, and the mail that tells of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

from regwatch import plain
from regwatch.digest.render import Rendered, wrap
from regwatch.health.signs import Kind
from regwatch.store.tables import NoticeRow

_WHAT = {
    Kind.UNREAD: "could not be read for more than a day",
    Kind.LAYOUT: "is not laid out as it was",
    Kind.COUNT: "has more or fewer records than it ever has",
    Kind.OVERFLOW: "turned over between two polls: items may have been missed",
    Kind.SILENCE: "has had nothing new for unusually long",
    Kind.VOCABULARY: "uses words that regwatch does not know",
    Kind.REVIEW: "Findings wait for a decision",
}
_TO_DO = {
    Kind.UNREAD: "Open the address in a browser; docs/how-to/operate.md says what each outcome means.",
    Kind.LAYOUT: "The last good state stands. Update regwatch, or mend the adapter.",
    Kind.COUNT: "The last good state stands. Look at the page: update regwatch, or mend the adapter.",
    Kind.OVERFLOW: "Look through the publisher's archive for that time, and set a shorter `every` for good.",
    Kind.SILENCE: "Open the page in a browser: it may live elsewhere now.",
    Kind.VOCABULARY: "No status was taken from them. Read the page, and add the words to the adapter.",
    Kind.REVIEW: "`regwatch review` shows them.",
}


def what(row: NoticeRow, publisher: Callable[[str], str]) -> str:
    """One sentence on what is wrong, without a full stop."""
    words = _WHAT[Kind(row.kind)]
    return f"{publisher(row.source)} ({row.source}) {words}" if row.source else words


def mail(begun: Sequence[NoticeRow], ended: Sequence[NoticeRow], publisher: Callable[[str], str]) -> Rendered:
    """One mail on everything that has begun or ended since the last."""
    lines: list[str] = []
    for row in begun:
        lines += [wrap(f"{what(row, publisher)}."), wrap(f"Since {row.since:%Y-%m-%d %H:%M} UTC.", 2)]
        lines += [wrap(row.evidence, 2), wrap(_TO_DO[Kind(row.kind)], 2), ""]
    if ended:
        lines.append("Over:" if begun else "What was told of before is over:")
    lines += [wrap(f"- {what(row, publisher)} (since {row.since:%Y-%m-%d})", 2, 4) for row in ended]
    lines += ["", "`regwatch status --sources` shows how every source is."]
    text = "\n".join(lines).strip() + "\n"
    return Rendered(_subject(begun, ended, publisher), text, f"<html><body><pre>{escape(text)}</pre></body></html>")


def _subject(begun: Sequence[NoticeRow], ended: Sequence[NoticeRow], publisher: Callable[[str], str]) -> str:
    told = [*begun, *ended]
    if len(told) == 1:
        words = what(told[0], publisher)
        return f"regwatch: {words}" if begun else f"regwatch: over: {words}"
    parts = [f"{len(begun)} to look at"] if begun else []
    parts += [f"{len(ended)} over"] if ended else []
    return f"regwatch: {plain.join(parts)}"
