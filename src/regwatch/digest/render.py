"""A digest as text and as HTML, equal in content, from the templates in `templates/email/`."""

from __future__ import annotations

import quopri
import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, TemplateError

from regwatch import wording
from regwatch.digest.ahead import Ahead
from regwatch.digest.background_lines import HEADING, NO_STATUS, BackgroundLines
from regwatch.digest.compose import Digest
from regwatch.digest.entry import Entry
from regwatch.digest.for_whom import EXACT
from regwatch.digest.note_lines import NoteLines
from regwatch.digest.overview import OverviewRow
from regwatch.errors import ConfigError, Fault
from regwatch.glossary import explained
from regwatch.mail.sender import Sender
from regwatch.mail.templates import Rendered, environment_of, inline_styles
from regwatch.palette import DARK, LIGHT

SIZE_LIMIT = 96_500
"""Bytes of both encoded parts: Gmail hides what comes after about 100,000, and with it how to stop the mails."""

_FULL_CARDS = (60, 40, 30, 22, 16, 12, 8, 4, 1)
_BRIEF_LINES = (200, 120, 60, 20, 0)
_ALSO = 8
"""How many further changes the top of the mail names."""

_CLOCK = re.compile(r"\d\d:\d\d ([A-Z]{2,5})\b")


FURTHER, CHOSEN = "Further reading", "Chosen by those who run this. No status rests on it."
NOT_A_SOURCE = "These are words of our own, and not of an authority, a company or a paper."

STOP_HERE, MANAGE_HERE = "0stop00000000000000000", "0manage000000000000000"
"""What stands for a reader's own handles until they are filled in: as long as a handle, so that no line changes."""

WHY_HERE = "0why0000000000000000000"
"""What stands for the sentence on how a reader came to get the mails: it has a line of its own, whatever its length."""


@dataclass(frozen=True)
class RenderedDigest(Rendered):
    """A digest ready for a message, but for what is each reader's own."""

    def linked(self, stop: str, manage: str, why: str = "") -> Rendered:
        """The same with a reader's own handles in its links, and the sentence on why they get it (no markup)."""

        def fill(words: str, reason: str) -> str:
            return words.replace(STOP_HERE, stop).replace(MANAGE_HERE, manage).replace(WHY_HERE, reason)

        return Rendered(self.subject, fill(self.text, textwrap.fill(why, 72)), fill(self.html, why))


@dataclass(frozen=True)
class RenderedSection:
    """One topic as the templates see it: entries told in full, and those told in one line."""

    title: str
    page: str
    full: tuple[Entry, ...]
    brief: tuple[Entry, ...]
    ahead: tuple[Ahead, ...]
    stands: tuple[OverviewRow, ...]
    notes: NoteLines
    background: BackgroundLines


@lru_cache(maxsize=16)
def render(digest: Digest, sender: Sender, *, discreet: bool = False, overrides: Path | None = None) -> RenderedDigest:
    """Fill the templates. Long digests tell the first entries in full, the next in a line, and count the rest.

    The same digest for many recipients is rendered once; `RenderedDigest.linked` adds what is each reader's own. Where
    it is to be `discreet`, neither the subject nor the title nor the first lines say what it is about.

    `overrides` is a folder of templates whose files (`email/digest.html.j2`) replace the shipped ones. Raises
    `ConfigError` if one of those cannot be used.
    """
    try:
        return _rendered(environment_of(overrides), digest, sender, discreet=discreet)
    except TemplateError as error:
        name, line = getattr(error, "name", None) or "a template", getattr(error, "lineno", 0)
        raise ConfigError([Fault(name, line, 0, "", f"{error.message}: put the template right")]) from error


def _rendered(environment: Environment, digest: Digest, sender: Sender, *, discreet: bool) -> RenderedDigest:
    updates = wording.count(len(digest.entries), "update")
    subject = f"regwatch: {updates}" if discreet else digest.subject
    opening = f"{updates} from regwatch. Open the mail to read {'it' if len(digest.entries) == 1 else 'them'}."
    frame = {"subject": subject, "opening": f"{opening} {DISCREET}" if discreet else ""}
    text = html = ""
    for full, brief, noted in _plans(len(digest.entries)):
        words = frame | _words(digest, sender, full, brief, noted=noted)
        html = inline_styles(environment.get_template("digest.html.j2").render(words))
        text = _tidy(environment.get_template("digest.txt.j2").render(words))
        if sum(len(quopri.encodestring(part.encode())) for part in (html, text)) < SIZE_LIMIT:
            break
    return RenderedDigest(subject, text, html)


DISCREET = (
    "You chose discreet mails: the subject and these first lines do not say what it is about. "
    "So nobody learns it from a preview on your screen."
)
"""Long enough to fill the preview of a mailbox, which is 200 characters at most."""


def _plans(entries: int) -> Iterator[tuple[int, int, bool]]:
    """How many entries to tell in full and in a line, and whether notes, from everything to almost nothing."""
    yield entries, 0, True
    for full in _FULL_CARDS:
        if full < entries:
            yield full, entries - full, True
    for brief in _BRIEF_LINES:
        yield 1, brief, True
    yield 1, 0, False


def _words(digest: Digest, sender: Sender, full: int, brief: int, *, noted: bool) -> dict[str, object]:
    parts: list[RenderedSection] = []
    left_full, left_brief = full, brief
    for section in digest.sections:
        whole = section.entries[:left_full]
        lines = section.entries[len(whole) : len(whole) + left_brief]
        left_full, left_brief = left_full - len(whole), left_brief - len(lines)
        notes = section.notes if noted else section.notes.left_out
        background = section.background if noted else section.background.left_out
        if whole or lines or not section.entries:
            parts.append(
                RenderedSection(
                    section.title, section.page, whole, lines, section.ahead, section.stands, notes, background
                )
            )
    return {
        "digest": digest,
        "sender": sender,
        "stop": f"{sender.web}/u/{STOP_HERE}" if sender.links else "",
        "manage": f"{sender.web}/m/{MANAGE_HERE}" if sender.links else "",
        "sections": parts,
        "also": digest.entries[1 : 1 + _ALSO],
        "omitted": len(digest.entries) - sum(len(part.full) + len(part.brief) for part in parts),
        "topics": _topics(digest.topics),
        "why": WHY_HERE,
        "glossary": _glossary(_told(digest, parts), digest.zone),
        "not_advice": wording.NOT_ADVICE,
        "undecided": wording.UNDECIDED,
        "not_a_source": NOT_A_SOURCE,
        "background_heading": HEADING,
        "no_status": NO_STATUS,
        "light": LIGHT,
        "dark": DARK,
    }


def _topics(titles: Sequence[str]) -> str:
    """The titles as a list of their own, for they begin with a capital: `this topic: Cabozantinib for ...`."""
    words = "this topic" if len(titles) == 1 else f"these {len(titles)} topics"
    return f"{words}: {'; '.join(title.rstrip('.') for title in titles)}."


def _told(digest: Digest, parts: list[RenderedSection]) -> str:
    """Our own words in the mail, for the glossary; quotes are not ours to explain."""
    words = [
        *digest.summary,
        digest.more,
        digest.composed,
        digest.since,
        *digest.topics,
        *(one.text for one in digest.notices),
    ]
    for part in parts:
        for one in (*part.full, *part.brief):
            words += [one.tag, one.body, one.where, one.sentence, one.before, one.after, one.meaning, *one.next]
            words += [value for label, value in one.facts if label != EXACT]
        words += [f"{one.when} {one.what} {one.respond}" for one in part.ahead]
        words += [f"{row.authority} {row.where} {row.status} {' '.join(row.access)}" for row in part.stands]
        words += [f"{one.head} {one.text}" for one in part.notes.lines]
    return " ".join(words)


def _glossary(text: str, zone: str) -> list[tuple[str, str]]:
    """The terms that the text uses, and the clocks that its times are shown by."""
    clocks = {(clock, _clock_words(clock, zone)) for clock in _CLOCK.findall(text)}
    return sorted({*explained(text), *(one for one in clocks if one[0] != "UTC")}, key=lambda one: one[0].lower())


def _clock_words(clock: str, zone: str) -> str:
    """What an abbreviation of a clock means in its zone: `summer time in London`."""
    city = zone.rpartition("/")[2].replace("_", " ")
    days = [datetime(2026, month, 1, tzinfo=ZoneInfo(zone)) for month in (1, 7)]
    if len({day.utcoffset() for day in days}) == 1:
        return f"time in {city}"
    summer = any(day.tzname() == clock and day.dst() for day in days)
    return f"{'summer' if summer else 'winter'} time in {city}"


def _tidy(text: str) -> str:
    """Without trailing blanks, and with no more than two empty lines in a row."""
    lines: list[str] = []
    for line in text.splitlines():
        bare = line.rstrip()
        if bare or lines[-2:] != ["", ""]:
            lines.append(bare)
    return "\n".join(lines).strip("\n") + "\n"
