"""Keep a real page of a source as a new example: the last one as the database holds it, or one that was just fetched.

A page that the adapter cannot read is kept with the trouble that it gives, so that a maintainer can mend that.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

from sqlmodel import Session

from regwatch.adapters.contract import Adapter
from regwatch.errors import SourceTrouble, UsageError
from regwatch.kit.golden import Case, as_json, outcome, write_due
from regwatch.kit.trim import trimmed, unread, without_people
from regwatch.model import Document, Reading, Request, Source
from regwatch.polling.degraded import DEGRADED
from regwatch.store import blobs, snapshots
from regwatch.store.manifest import Manifest, Part
from regwatch.store.tables import SourceState


@dataclass(frozen=True)
class StoredPage:
    """One page of a source as stored: its part, what was asked for, and its body. `day` is when it was read, in UTC."""

    part: str
    request: Request
    final_url: str
    body: bytes
    day: str


def stored_page(session: Session, source: Source, adapter: Adapter, part: str) -> StoredPage | None:
    """The newest body that is kept of a page, None where there is none or where it could not be read the last time."""
    manifest, state = snapshots.latest(session, source.id).manifest, session.get(SourceState, source.id)
    failed = not part and state is not None and state.failures > 0
    found = manifest.parts.get(DEGRADED if failed else part) if manifest else None
    if manifest is None or found is None or found.state == "failed":
        return None
    try:
        body = blobs.get(session, found.raw)
    except KeyError:
        return None
    day = found.read_at.date().isoformat() if found.read_at else ""
    return StoredPage(part, _request(manifest, source, adapter, part, found), found.url, body, day)


def address(session: Session, source: Source, adapter: Adapter, part: str) -> Request:
    """What to ask for to see a page of a source now. Raises `UsageError` for a part that nothing leads to."""
    manifest = snapshots.latest(session, source.id).manifest or Manifest()
    if not part:
        return adapter.request(source)
    found = manifest.parts.get(part)
    if found is None or not found.url:
        names = ", ".join(repr(name) for name, one in manifest.parts.items() if name and one.url) or "none"
        raise UsageError(f"no page of {source.id} is known as the part {part!r}; parts: {names}")
    return _request(manifest, source, adapter, part, found)


def fetched_page(document: Document) -> StoredPage:
    """A page as it came just now."""
    request, day = document.request, document.fetched_at.date().isoformat()
    return StoredPage(request.part, request, document.final_url, document.body, day)


def _request(manifest: Manifest, source: Source, adapter: Adapter, part: str, found: Part) -> Request:
    follows = [follow for one in manifest.parts.values() for follow in one.follows]
    asked = next((follow.request for follow in follows if follow.request.part == part), None)
    return asked or (adapter.request(source) if not part else Request(found.url, part))


def freeze(kept: StoredPage, source: Source, adapter: Adapter, folder: Path, name: str) -> list[Path]:
    """Write the page, trimmed, with its description and what is due, under `<folder>/<adapter>/<name>.*`.

    Raises `UsageError` if the name is taken. A page that is not read is kept with its trouble.
    """
    suffix = suffix_of(kept.body)
    page = folder / adapter.name / f"{name}{suffix}"
    if there := [*page.parent.glob(f"{name}.*")]:
        raise UsageError(f"{there[0]} is there already: choose another name with --case")
    body = without_people(kept.body)
    case = Case(adapter.name, name, "good", page, _meta(kept, source), lambda _: adapter)
    whole = outcome(case, body)
    if not isinstance(whole, Reading):
        case = replace(case, kind="trouble", meta={**case.meta, "kind": "trouble"})
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_bytes(_trimmed(case, body, suffix, whole))
    meta = page.with_name(f"{name}.meta.toml")
    meta.write_text(_toml(case.meta), "utf-8")
    write_due(case)
    return [page, meta, case.expected if isinstance(whole, Reading) else case.trouble]


def _trimmed(case: Case, body: bytes, suffix: str, whole: Reading | SourceTrouble) -> bytes:
    """The page without what its reading does not need; of one that is not read nobody knows what that is."""
    if not isinstance(whole, Reading):
        bare = unread(body, suffix)
        found = outcome(case, bare)
        return bare if isinstance(found, SourceTrouble) and found.message == whole.message else body
    wanted = as_json(whole)

    def same(candidate: bytes) -> bool:
        found = outcome(case, candidate)
        return isinstance(found, Reading) and as_json(found) == wanted

    return trimmed(body, suffix, same)


def suffix_of(body: bytes) -> str:
    """The suffix of a page's file, by what it begins with."""
    start = body[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"%PDF-"):
        return ".pdf"
    if start[:1] in (b"{", b"["):
        return ".json"
    if start.startswith((b"<?xml", b"<rss", b"<feed", b"<rdf:")) and b"<html" not in start.lower():
        return ".xml"
    return ".html"


def _meta(kept: StoredPage, source: Source) -> dict[str, object]:
    found: dict[str, object] = {
        "url": kept.request.url,
        "kind": "good",
        "note": f"frozen: the page of {source.publisher or source.id} as read on {kept.day or 'an unknown day'}, "
        "without scripts, styles and addresses of people",
        "part": kept.part,
        "final_url": kept.final_url if kept.final_url != kept.request.url else "",
        "source_url": source.url if source.url != kept.request.url else "",
        "watch": list(source.watch),
        "ids": dict(source.ids),
        "options": dict(source.options),
    }
    return {key: value for key, value in found.items() if value}


def _toml(meta: dict[str, object]) -> str:
    """TOML of strings, lists of strings and tables of strings, tables last. JSON strings are TOML strings."""
    plain = {key: value for key, value in meta.items() if not isinstance(value, dict)}
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in plain.items()]
    for key, value in meta.items():
        if isinstance(value, dict):
            lines += ["", f"[{key}]", *(f"{json.dumps(k)} = {json.dumps(v)}" for k, v in value.items())]
    return "\n".join(lines) + "\n"
