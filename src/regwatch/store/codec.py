"""Records, claims and follows as JSON and back: stable text, so that equal records are equal bytes."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import Any

from regwatch.dates import PartialDate, from_iso
from regwatch.model import Claim, Follow, Record, Request
from regwatch.reasons import Rival, SecondReading, Weighing
from regwatch.vocabulary import Milestone, Mode, Verdict


def dumps(value: Any) -> str:
    """JSON text with sorted keys and no spaces: the same value is always the same text."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(body: bytes) -> str:
    """The SHA-256 of bytes, in hexadecimal."""
    return hashlib.sha256(body).hexdigest()


def iso(date: PartialDate | None) -> str:
    """A partial date in its ISO form, "" for none."""
    return date.iso if date else ""


def uniso(text: str) -> PartialDate | None:
    """The inverse of `iso`."""
    return from_iso(text) if text else None


def record_to_json(record: Record) -> dict[str, Any]:
    """A record as plain JSON values; empty parts are left out."""
    found: dict[str, Any] = {
        "kind": record.kind,
        "key": record.key,
        "title": record.title,
        "url": record.url,
        "published": iso(record.published),
        "fields": [list(pair) for pair in record.fields],
        "blocks": list(record.blocks),
        "claims": [claim_to_json(claim) for claim in record.claims],
        "prose": record.prose,
        "mentions": list(record.mentions),
        "signs": [claim_to_json(claim) for claim in record.signs],
    }
    return {name: value for name, value in found.items() if value or name == "kind"}


def record_from_json(found: dict[str, Any]) -> Record:
    """The inverse of `record_to_json`."""
    return Record(
        kind=found["kind"],
        key=found.get("key", ""),
        title=found.get("title", ""),
        url=found.get("url", ""),
        published=uniso(found.get("published", "")),
        fields=tuple((name, value) for name, value in found.get("fields", ())),
        blocks=tuple(found.get("blocks", ())),
        claims=tuple(claim_from_json(claim) for claim in found.get("claims", ())),
        prose=found.get("prose", False),
        mentions=tuple(found.get("mentions", ())),
        signs=tuple(claim_from_json(claim) for claim in found.get("signs", ())),
    )


def claim_to_json(claim: Claim) -> dict[str, Any]:
    """A claim as plain JSON values; empty parts are left out."""
    found: dict[str, Any] = {
        "authority": claim.authority,
        "milestone": claim.milestone.value,
        "mode": claim.mode.value,
        "quote": claim.quote,
        "rule": claim.rule,
        "date": iso(claim.date),
        "announced": iso(claim.announced),
        "treatment": claim.treatment,
        "indication": claim.indication,
        "first": iso(claim.first),
        "known": list(claim.known),
    }
    return {name: value for name, value in found.items() if value}


def claim_from_json(found: dict[str, Any]) -> Claim:
    """The inverse of `claim_to_json`."""
    return Claim(
        authority=found.get("authority", ""),
        milestone=Milestone(found["milestone"]),
        mode=Mode(found["mode"]),
        quote=found.get("quote", ""),
        rule=found.get("rule", ""),
        date=uniso(found.get("date", "")),
        announced=uniso(found.get("announced", "")),
        treatment=found.get("treatment", ""),
        indication=found.get("indication", ""),
        first=uniso(found.get("first", "")),
        known=tuple(found.get("known", ())),
    )


def second_to_text(second: SecondReading | None) -> str:
    """What the second reader says as JSON text, "" for none."""
    if second is None:
        return ""
    return dumps(
        {
            "verdict": second.verdict.value,
            "authority": second.authority,
            "milestone": second.milestone.value,
            "mode": second.mode.value,
            "quote": second.quote,
            "model": second.model,
        }
    )


def second_from_text(text: str) -> SecondReading | None:
    """The inverse of `second_to_text`."""
    if not text:
        return None
    found = json.loads(text)
    return SecondReading(
        verdict=Verdict(found["verdict"]),
        authority=found["authority"],
        milestone=Milestone(found["milestone"]),
        mode=Mode(found["mode"]),
        quote=found["quote"],
        model=found["model"],
    )


def weighing_to_text(weighing: Weighing | None) -> str:
    """How an event was weighed as JSON text, "" for none; a runner-up is its name and its margin in characters."""
    if weighing is None:
        return ""
    return dumps(
        {
            "probability": weighing.probability,
            "signs": weighing.signs,
            "authority": _rival_to_json(weighing.authority),
            "medicine": _rival_to_json(weighing.medicine),
            "start": weighing.start,
            "rest": weighing.rest,
        }
    )


def weighing_from_text(text: str) -> Weighing | None:
    """The inverse of `weighing_to_text`."""
    return weighing_from_json(json.loads(text)) if text else None


def weighing_from_json(found: dict[str, Any]) -> Weighing:
    """A weighing from the plain JSON values of its text."""
    return Weighing(
        probability=found["probability"],
        signs=tuple((name, share) for name, share in found["signs"]),
        authority=_rival_from_json(found["authority"]),
        medicine=_rival_from_json(found["medicine"]),
        start=found.get("start", 0.0),
        rest=found.get("rest", 0.0),
    )


def _rival_to_json(rival: Rival | None) -> dict[str, Any] | None:
    return {"name": rival.name, "margin": rival.margin} if rival else None


def _rival_from_json(found: dict[str, Any] | None) -> Rival | None:
    return Rival(found["name"], found["margin"]) if found else None


def follow_to_json(follow: Follow) -> dict[str, Any]:
    """A follow as plain JSON values; `again` in seconds."""
    return {
        "url": follow.request.url,
        "part": follow.request.part,
        "accept": follow.request.accept,
        "version": follow.version,
        "hint": follow.hint,
        "again": follow.again.total_seconds() if follow.again else None,
    }


def follow_from_json(found: dict[str, Any]) -> Follow:
    """The inverse of `follow_to_json`."""
    again = found["again"]
    return Follow(
        request=Request(found["url"], found["part"], found["accept"]),
        version=found["version"],
        hint=found["hint"],
        again=timedelta(seconds=again) if again is not None else None,
    )
