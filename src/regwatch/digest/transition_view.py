"""A transition as everything that tells of it shows it: mails, board, feeds, badges, timelines. Every text is safe.

What is told to programs instead, as data, is `ledger.as_json.transition_json`.
"""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from regwatch import wording
from regwatch.dates import PartialDate
from regwatch.digest.for_whom import NOBODY_NAMED, ForWhom, for_whom
from regwatch.digest.sentences import PUBLISHER_LIMIT, announced_by, sentence_of
from regwatch.digest.when import When, day, instant
from regwatch.ledger.entries import Evidence, Transition
from regwatch.model import Topic
from regwatch.safe_text import host_of, one_line, web_link
from regwatch.vocabulary import Standing
from regwatch.wording_tables import Tone

QUOTE_LIMIT = 600

_MOST_PAGES = 3
_MARKS = {
    Tone.GOOD: ("\N{BLACK CIRCLE}", "\N{CIRCLE WITH LEFT HALF BLACK}"),
    Tone.BAD: ("\N{BLACK SQUARE}", "\N{SQUARE WITH LEFT HALF BLACK}"),
    Tone.WAIT: ("\N{BLACK UP-POINTING TRIANGLE}", "\N{UP-POINTING TRIANGLE WITH LEFT HALF BLACK}"),
    Tone.PLAIN: ("\N{WHITE CIRCLE}", "\N{WHITE CIRCLE}"),
}
"""Shapes as on the board, no two tones with one: whole, and half filled for what only others report."""


@dataclass(frozen=True)
class SourceLink:
    """A page that a line rests on. `url` is "" if it cannot be linked safely."""

    publisher: str
    url: str
    host: str
    official: bool
    quote: str
    published: str
    seen: When
    rule: str
    weighed: str


@dataclass(frozen=True)
class TransitionView:
    """One transition in words.

    `authority` is its short name, `where` its country or region as a label, `slug` its name in addresses. `when` is the
    day by which it is known, `seen` when we saw it. `since` says what has been decided since, "" where it still holds.
    `whom` is for whom it is in the source's words. `announced` says by whom and when it was made public, "" where that
    is not known or the sentence says so. `sources` are the pages to read: the best, and one of other publishers.
    """

    id: int
    topic: Topic
    authority: str
    where: str
    slug: str
    status: str
    headline: str
    tone: Tone
    before: str
    sentence: str
    meaning: str
    usually: str
    when: When
    seen: When
    standing: Standing
    standing_words: str
    source: SourceLink | None
    since: str = ""
    whom: ForWhom = NOBODY_NAMED
    announced: str = ""
    sources: tuple[SourceLink, ...] = ()

    @property
    def page(self) -> str:
        """The path of its page on the board."""
        return f"/transition/{self.id}"

    @property
    def reported(self) -> str:
        """What follows its status where the authority itself does not say so yet: ` (reported)`, else ""."""
        return " (reported)" if self.standing is Standing.REPORTED else ""

    @property
    def mark(self) -> str:
        """A shape for the eye that says the same as the status."""
        return _MARKS[self.tone][1 if self.reported else 0]


def transition_view(one: Transition, topic: Topic, zone: str, now: Transition | None = None) -> TransitionView:
    """A transition in words, with times in a zone such as `Europe/London`.

    `now` is the decision that has overtaken it, if any: what it said of the time before holds no more.
    """
    reported = one.standing is Standing.REPORTED
    meaning = wording.meaning(one.authority, one.milestone)
    return TransitionView(
        id=one.id,
        topic=topic,
        authority=wording.short_name(one.authority),
        where=wording.where(one.authority),
        slug=slug(one.authority),
        status=capital(wording.status(one.milestone)),
        headline=wording.headline(one.milestone),
        tone=wording.tone(one.milestone),
        before=capital(wording.status(one.before)),
        sentence=sentence_of(one, topic),
        meaning=_decided(now) if now else wording.if_confirmed(meaning) if reported else meaning,
        usually="" if now else wording.usually_next(one.authority, one.milestone),
        when=_when(one, zone),
        seen=instant(one.detected_at, zone),
        standing=one.standing,
        standing_words=wording.standing(one.standing),
        source=source_of(one.best, zone),
        since=_decided(now) if now else "",
        whom=for_whom(one, topic.indication),
        announced=announced_by(one) if one.date else "",
        sources=_sources(one, zone),
    )


def _sources(one: Transition, zone: str) -> tuple[SourceLink, ...]:
    """One page of each publisher, at most so many that somebody reads them."""
    by_publisher: dict[str, Evidence] = {}
    for piece in (*filter(None, [one.best]), *one.evidence):
        by_publisher.setdefault(piece.publisher, piece)
    return tuple(filter(None, (source_of(piece, zone) for piece in list(by_publisher.values())[:_MOST_PAGES])))


def slug(authority: str) -> str:
    """The authority's name in addresses."""
    return authority.lower()


def capital(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]


def source_of(piece: Evidence | None, zone: str) -> SourceLink | None:
    """A piece of evidence with its texts cut to length and its link checked."""
    if piece is None:
        return None
    url = web_link(piece.url)
    return SourceLink(
        publisher=one_line(piece.publisher, PUBLISHER_LIMIT),
        url=url,
        host=host_of(url),
        official=piece.official,
        quote=one_line(piece.quote, QUOTE_LIMIT),
        published=piece.published.plain if piece.published else "",
        seen=instant(piece.seen_at, zone),
        rule=piece.rule,
        weighed=one_line(piece.weighed, QUOTE_LIMIT),
    )


def _when(one: Transition, zone: str) -> When:
    """The day of the act; else that of its announcement or of our seeing it, named as such."""
    if one.date:
        return day(one.date)
    if one.announced:
        return day(one.announced, "announced")
    return day(PartialDate.of_day(one.detected_at.astimezone(ZoneInfo(zone)).date()), "seen")


def _decided(now: Transition) -> str:
    return wording.decided_since(now.authority, now.milestone, reported=now.standing is Standing.REPORTED)
