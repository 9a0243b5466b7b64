"""Atom feeds (RFC 4287): one entry per transition, updated in place when it is confirmed, corrected or taken back.

The operator's notes have entries of their own, with an author of their own; one that is taken away is gone.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree import ElementTree

from regwatch import wording
from regwatch.board.site import Site, View
from regwatch.board.view_models import line
from regwatch.digest.background_lines import NO_STATUS, shown
from regwatch.digest.transition_view import TransitionView
from regwatch.ledger import background, queries
from regwatch.ledger.entries import OF_A_MOVE, Event, Transition
from regwatch.ledger.notes import Note, of_topics
from regwatch.model import Topic
from regwatch.safe_text import one_line
from regwatch.vocabulary import Standing

ATOM = "http://www.w3.org/2005/Atom"
_NAMESPACE = uuid.UUID("6d1f1a3e-7f0c-5a52-9d59-2f0f5d3f6a11")
_MOST, _LINES = 50, 200
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class FeedEntry:
    """One transition and when it was last news (UTC)."""

    transition: Transition
    published: datetime
    updated: datetime


def tag(kind: str, *what: object) -> str:
    """A permanent name that does not depend on the host (RFC 4151); `.invalid` belongs to nobody (RFC 2606)."""
    name = uuid.uuid5(_NAMESPACE, "\n".join(map(str, (kind, *what))))
    return f"tag:regwatch.invalid,2025:{kind}/{name}"


def tag_of(one: Transition) -> str:
    """The permanent name of a transition: of this one, in this installation."""
    return tag("transition", one.id, one.topic, one.authority, one.milestone, one.detected_at.isoformat())


def entries(view: View, topic: str | None = None, authority: str | None = None) -> list[FeedEntry]:
    """The newest entries of a feed. What was there at the first look is no news and is left out."""
    topics = [topic] if topic else [one.id for one in view.topics]
    found: dict[int, FeedEntry] = {}
    lines = queries.news(
        view.session, topics, authority, publisher=view.watchlist.publisher, kinds=OF_A_MOVE, limit=_LINES
    )
    for event in lines:
        if event.transition is not None:
            _fold(found, event, event.transition)
    return sorted(found.values(), key=lambda one: (one.updated, one.transition.id), reverse=True)[:_MOST]


def _fold(found: dict[int, FeedEntry], event: Event, one: Transition) -> None:
    known = found.get(one.id)
    times = [event.at] if known is None else [event.at, known.published, known.updated]
    found[one.id] = FeedEntry(one, min(times), max(times))


def remarks(view: View, topic: str | None = None, authority: str | None = None) -> list[Note]:
    """The newest notes for a feed."""
    found = of_topics(view.session, [topic] if topic else [one.id for one in view.topics])
    return sorted((one for one in found if authority in (None, one.authority)), key=_changed, reverse=True)[:_MOST]


def feed(
    site: Site, view: View, title: str, path: str, page: str, found: Sequence[FeedEntry], notes: Sequence[Note] = ()
) -> bytes:
    """A feed as bytes. `path` is its own address, `page` that of the page it goes with."""
    updated = max((*(one.updated for one in found), *(one.changed for one in notes)), default=_EPOCH)
    about = "What changed, in plain words. Information, not medical advice."
    root = _head(site, view, title, about, path, page, updated)
    for one in found:
        _entry(root, site, one, line(one.transition, view))
    for note in notes:
        _note(root, site, note, view.topic_or_past(note.topic))
    ElementTree.indent(root)
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))


def background_feed(site: Site, view: View, topic: Topic) -> bytes:
    """The feed of what changes no status of a topic, apart from its news."""
    path = f"/feeds/topic/{topic.id}/background.atom"
    items = background.newest(view.session, topic.id, view.watchlist.publisher, _MOST)
    updated = max((one.at for one in items), default=_EPOCH)
    root = _head(site, view, f"{_clean(topic.title)}: background", NO_STATUS, path, f"/t/{topic.id}", updated)
    for one, told in zip(items, shown(items, view.zone), strict=True):
        entry = _add(root, "entry")
        _add(entry, "id", tag("background", one.id, one.topic, one.at.isoformat()))
        _add(entry, "title", f"{told.label}, no change of status: {told.title}")
        _add(entry, "published", _time(one.at))
        _add(entry, "updated", _time(one.at))
        _add(entry, "link", rel="alternate", type="text/html", href=site.url(f"/t/{topic.id}"))
        if told.url:
            _add(entry, "link", rel="via", href=told.url)
        _add(entry, "category", term="background", label="Changes no status")
        _add(entry, "summary", _clean(f"{told.told}. {told.quote} {NO_STATUS}", 2000), type="text")
    ElementTree.indent(root)
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))


def _head(
    site: Site, view: View, title: str, subtitle: str, path: str, page: str, updated: datetime
) -> ElementTree.Element:  # fmt: skip
    root = ElementTree.Element("feed", xmlns=ATOM)
    root.set("{http://www.w3.org/XML/1998/namespace}lang", "en-GB")
    _add(root, "id", tag("feed", path, queries.began(view.session)))
    _add(root, "title", title)
    _add(root, "subtitle", subtitle)
    _add(root, "updated", _time(updated))
    _add(_add(root, "author"), "name", "regwatch")
    _add(root, "link", rel="self", type="application/atom+xml", href=site.url(path))
    _add(root, "link", rel="alternate", type="text/html", href=site.url(page))
    return root


def _entry(root: ElementTree.Element, site: Site, one: FeedEntry, shown: TransitionView) -> None:
    entry = _add(root, "entry")
    back = {Standing.RETRACTED: "Taken back: ", Standing.CORRECTED: "Corrected: "}.get(shown.standing, "")
    _add(entry, "id", tag_of(one.transition))
    _add(entry, "title", f"{back}{shown.headline}{shown.reported}: {shown.authority}, {_clean(shown.topic.title)}")
    _add(entry, "published", _time(one.published))
    _add(entry, "updated", _time(one.updated))
    _add(entry, "link", rel="alternate", type="text/html", href=site.url(shown.page))
    if shown.source and shown.source.url:
        _add(entry, "link", rel="via", href=shown.source.url)
    _add(entry, "category", term=shown.slug, label=shown.authority)
    for_whom = f"Whom it concerns: {shown.whom.short}." if shown.whom.short else ""
    words = [shown.sentence, shown.announced, shown.standing_words, shown.meaning, for_whom]
    if shown.source and shown.source.quote:
        words.append(f"{shown.source.publisher}: “{shown.source.quote}”")
    _add(entry, "summary", _clean(" ".join(word for word in words if word), 2000), type="text")


def _note(root: ElementTree.Element, site: Site, one: Note, topic: Topic) -> None:
    entry = _add(root, "entry")
    page = f"/transition/{one.transition}" if one.transition else f"/t/{one.topic}"
    corrected = "Corrected: note" if one.corrected_at else "Note"
    at = f"{wording.short_name(one.authority)}, " if one.authority else ""
    _add(entry, "id", tag("note", one.id, one.topic, one.at.isoformat()))
    _add(entry, "title", f"{corrected} by those who run this: {at}{_clean(topic.title)}")
    _add(entry, "published", _time(one.at))
    _add(entry, "updated", _time(one.changed))
    _add(_add(entry, "author"), "name", "those who run this")
    _add(entry, "link", rel="alternate", type="text/html", href=site.url(page))
    _add(entry, "category", term="note", label="A note, and not a source's statement")
    _add(entry, "summary", _clean(one.words, 2000), type="text")


def _changed(one: Note) -> datetime:
    return one.changed


def _clean(text: str, limit: int = 300) -> str:
    return one_line(text, limit)


def _time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _add(parent: ElementTree.Element, name: str, text: str | None = None, **attributes: str) -> ElementTree.Element:
    child = ElementTree.SubElement(parent, name, attributes)
    child.text = text
    return child
