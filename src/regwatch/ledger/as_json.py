"""The ledger as JSON values: one set of words for every command and interface."""

from __future__ import annotations

from typing import Any

from regwatch.ledger.background import BackgroundItem
from regwatch.ledger.entries import Expectation, ExpectationState, Standpoint, Transition
from regwatch.ledger.notes import Note


def transition_json(one: Transition) -> dict[str, Any]:
    """A transition in the words that every JSON output of regwatch uses."""
    return {
        "id": one.id,
        "topic": one.topic,
        "authority": one.authority,
        "milestone": one.milestone.value,
        "from": one.before.value if one.before else None,
        "date": one.date.iso if one.date else None,
        "announced": one.announced.iso if one.announced else None,
        "standing": one.standing.value,
        "detected_at": one.detected_at.isoformat(),
        "source": one.evidence[0].source if one.evidence else None,
        "url": one.evidence[0].url if one.evidence else None,
        "quote": one.evidence[0].quote if one.evidence else None,
    }


def expectation_json(one: Expectation) -> dict[str, Any]:
    """An expectation in the same words; `state` is open or overdue."""
    return {
        "topic": one.topic,
        "authority": one.authority,
        "milestone": one.milestone.value,
        "date": one.date.iso if one.date else None,
        "wording": one.wording or None,
        "was": one.was.iso if one.was else None,
        "state": one.state.value,
        "detected_at": one.detected_at.isoformat(),
        "source": one.evidence[0].source if one.evidence else None,
    }


def note_json(one: Note) -> dict[str, Any]:
    """A note of the operator's in the same words; `kind` is note or access."""
    return {
        "number": one.id,
        "kind": one.kind.value,
        "topic": one.topic,
        "authority": one.authority or None,
        "transition": one.transition or None,
        "at": one.at.isoformat(),
        "corrected_at": one.corrected_at.isoformat() if one.corrected_at else None,
        "text": one.text,
    }


def background_json(one: BackgroundItem) -> dict[str, Any]:
    """An item of the background in the same words: it changes no status."""
    return {
        "id": one.id,
        "topic": one.topic,
        "kind": one.kind.value,
        "publisher": one.publisher,
        "title": one.title,
        "url": one.url,
        "quote": one.quote or None,
        "published": one.published.iso if one.published else None,
        "detected_at": one.at.isoformat(),
    }


def standpoint_json(cell: Standpoint) -> dict[str, Any]:
    """One cell of the board."""
    now = transition_json(cell.transition) if cell.transition else None
    return {
        "topic": cell.topic,
        "authority": cell.authority,
        "milestone": now["milestone"] if now else None,
        "date": now["date"] if now else None,
        "announced": now["announced"] if now else None,
        "standing": now["standing"] if now else None,
        "expected": [expectation_json(one) for one in cell.expected],
        "overdue": any(one.state is ExpectationState.OVERDUE for one in cell.expected),
    }
