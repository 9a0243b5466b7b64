"""Golden examples: a stored page beside what its adapter must make of it.

`tests/golden/<adapter>/<case>.meta.toml` describes the page `<case>.<html|json|xml|...>` beside it. What is due is
either `<case>.expected.json`, the whole reading, or `<case>.trouble.txt`, one line `ErrorClass: piece of its message`.

Keys of a meta file: `url`, `kind` and `note` (what the page was composed after) are required; `part`, `final_url`,
`content_type`, `charset`, `source_url` (the source's own address, where `url` is a followed page), `ids`, `options`,
`watch` and `topics` are optional.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Any

from regwatch.adapters import registry
from regwatch.adapters.contract import Adapter
from regwatch.dates import PartialDate
from regwatch.errors import SourceTrouble
from regwatch.model import Document, Reading, Request, Source

HERE = Path(__file__).parent
FETCHED = datetime(2026, 1, 12, 6, 0, tzinfo=UTC)
KINDS = frozenset({"good", "blocked", "altered", "empty", "truncated", "wrong_identity", "trouble"})
REQUIRED = ("good", "blocked", "altered", "empty", "truncated")
KEYS = frozenset({
    "url", "kind", "note", "part", "final_url", "content_type", "charset", "source_url", "ids", "options", "watch",
    "topics",
})  # fmt: skip
CONTENT_TYPES = {".html": "text/html; charset=utf-8", ".json": "application/json", ".xml": "application/xml"}


@dataclass(frozen=True)
class Case:
    """One golden example: its page, its description and the files that say what is due."""

    adapter_name: str
    name: str
    kind: str
    page: Path
    meta: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.adapter_name}/{self.name}"

    @property
    def adapter(self) -> Adapter:
        """The adapter under test."""
        return registry.adapter(self.adapter_name)

    @property
    def expected(self) -> Path:
        """Where the reading that is due is kept."""
        return self.page.with_name(f"{self.name}.expected.json")

    @property
    def trouble(self) -> Path:
        """Where the error that is due is kept."""
        return self.page.with_name(f"{self.name}.trouble.txt")

    def document(self, body: bytes | None = None) -> Document:
        """The page as fetched; with other bytes if given."""
        meta = self.meta
        url = meta["url"]
        source = Source(
            id=self.adapter_name,
            adapter=self.adapter_name,
            publisher=self.adapter.publisher,
            url=meta.get("source_url", url),
            topics=tuple(meta.get("topics", ("topic",))),
            ids=meta.get("ids", {}),
            options=meta.get("options", {}),
            watch=tuple(meta.get("watch", ())),
        )
        return Document(
            source=source,
            request=Request(url, meta.get("part", "")),
            final_url=meta.get("final_url", url),
            body=self.page.read_bytes() if body is None else body,
            content_type=meta.get("content_type", CONTENT_TYPES.get(self.page.suffix, "")),
            fetched_at=FETCHED,
            charset=meta.get("charset"),
        )


def cases() -> list[Case]:
    """Every golden example below this folder, sorted by adapter and name."""
    return [_case(meta) for meta in sorted(HERE.glob("*/*.meta.toml"))]


def _case(path: Path) -> Case:
    name = path.name.removesuffix(".meta.toml")
    meta = tomllib.loads(path.read_text("utf-8"))
    unknown = set(meta) - KEYS
    assert not unknown, f"{path}: unknown keys {sorted(unknown)}"
    assert meta["kind"] in KINDS, f"{path}: kind must be one of {sorted(KINDS)}"
    assert meta["note"], f"{path}: say what the page was composed after"
    dots = name.count(".") + 1
    pages = [page for page in path.parent.glob(f"{name}.*") if page.name.count(".") == dots]
    assert len(pages) == 1, f"{path}: one page must lie beside it, found {[page.name for page in pages]}"
    return Case(path.parent.name, name, meta["kind"], pages[0], meta)


def outcome(case: Case, body: bytes | None = None) -> Reading | SourceTrouble:
    """What the adapter makes of the page: its reading, or the trouble that it raises."""
    document = case.document(body)
    try:
        reading = case.adapter.read(document)
        if not document.request.part:
            case.adapter.limits.check(reading)
    except SourceTrouble as trouble:
        return trouble
    return reading


def as_json(reading: Reading) -> str:
    """A reading as JSON for people to review: values equal to their default left out, one line per value."""
    return json.dumps(plain(reading), indent=1, ensure_ascii=False) + "\n"


def plain(value: object) -> Any:
    """A model value as JSON types: enums by value, dates as ISO 8601, spans of time in seconds."""
    if isinstance(value, PartialDate):
        return value.iso
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, timedelta):
        return value.total_seconds()
    if is_dataclass(value):
        return dict(_facts(value))
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value


def _facts(value: Any) -> Iterator[tuple[str, Any]]:
    for item in fields(value):
        found = getattr(value, item.name)
        default = item.default_factory() if item.default_factory is not MISSING else item.default
        if found != default:
            yield item.name, plain(found)
