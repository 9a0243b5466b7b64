"""Keep the last real page of a source, as the database holds it, as a new example."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

from sqlmodel import Session

from regwatch.adapters.contract import Adapter
from regwatch.errors import UsageError
from regwatch.kit.golden import Case, as_json, outcome, write_due
from regwatch.kit.trim import trimmed, without_people
from regwatch.model import Reading, Request, Source
from regwatch.store import blobs, snapshots
from regwatch.store.manifest import Manifest, Part


@dataclass(frozen=True)
class StoredPage:
    """One page of a source as stored: its part, what was asked for, and its body. `day` is when it was read, in UTC."""

    part: str
    request: Request
    final_url: str
    body: bytes
    day: str


def stored_page(session: Session, source: Source, adapter: Adapter, part: str) -> StoredPage:
    """The newest body that is kept of a page. Raises `UsageError`, naming the parts that have one."""
    manifest = snapshots.latest(session, source.id).manifest
    if manifest is None:
        raise UsageError(f"{source.id} has not been read yet: run `regwatch poll {source.id}` first")
    found = manifest.parts.get(part)
    if found is None or not found.raw:
        names = ", ".join(repr(name) for name, one in manifest.parts.items() if one.raw) or "none"
        raise UsageError(f"no page of {source.id} is kept for the part {part!r}; parts with one: {names}")
    return StoredPage(part, _request(manifest, source, adapter, part, found), found.url, *_body(session, source, found))


def _body(session: Session, source: Source, part: Part) -> tuple[bytes, str]:
    try:
        body = blobs.get(session, part.raw)
    except KeyError:
        raise UsageError(f"the body of {part.url} is not kept any more: poll {source.id} again") from None
    return body, part.read_at.date().isoformat() if part.read_at else ""


def _request(manifest: Manifest, source: Source, adapter: Adapter, part: str, found: Part) -> Request:
    follows = [follow for one in manifest.parts.values() for follow in one.follows]
    asked = next((follow.request for follow in follows if follow.request.part == part), None)
    return asked or (adapter.request(source) if not part else Request(found.url, part))


def freeze(kept: StoredPage, source: Source, adapter: Adapter, folder: Path, name: str) -> list[Path]:
    """Write the page, trimmed, with its description and what is due, under `<folder>/<adapter>/<name>.*`.

    Raises `UsageError` if the name is taken, or if the page cannot be read once the addresses of people are out of it.
    """
    suffix = suffix_of(kept.body)
    page = folder / adapter.name / f"{name}{suffix}"
    if there := [*page.parent.glob(f"{name}.*")]:
        raise UsageError(f"{there[0]} is there already: choose another name with --case")
    case = Case(adapter.name, name, "good", page, _meta(kept, source), lambda _: adapter)
    body = without_people(kept.body)
    whole = outcome(case, body)
    if not isinstance(whole, Reading):
        raise UsageError(f"the page of {source.id} cannot be kept as an example: {whole.message}")
    wanted = as_json(whole)

    def same(candidate: bytes) -> bool:
        found = outcome(case, candidate)
        return isinstance(found, Reading) and as_json(found) == wanted

    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_bytes(trimmed(body, suffix, same))
    meta = page.with_name(f"{name}.meta.toml")
    meta.write_text(_toml(case.meta), "utf-8")
    write_due(replace(case, meta=case.meta))
    return [page, meta, case.expected]


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
