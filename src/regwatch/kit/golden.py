"""Golden examples: a stored page beside what its adapter must make of it.

`<folder>/<adapter>/<case>.meta.toml` describes the page `<case>.<html|json|xml|...>` beside it. What is due is either
`<case>.expected.json`, the whole reading, or `<case>.trouble.txt`, one line `ErrorClass: piece of its message`.

Keys of a meta file: `url`, `kind` and `note` (what the page was composed after) are required; `part`, `final_url`,
`content_type`, `charset`, `source_url` (the source's own address, where `url` is a followed page), `ids`, `options`,
`watch` and `topics` are optional.

A package that ships an adapter tests it with two lines:

    @pytest.mark.parametrize("case", cases(Path(__file__).parent / "golden"), ids=str)
    def test_a_stored_page_reads_as_reviewed(case): assert difference(case) == ""
"""

from __future__ import annotations

import difflib
import json
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Any

from regwatch.adapters import registry
from regwatch.adapters.contract import Adapter
from regwatch.dates import PartialDate
from regwatch.errors import SourceTrouble, UsageError
from regwatch.file_faults import why_unreadable
from regwatch.model import Document, Reading, Request, Source

FETCHED = datetime(2026, 1, 12, 6, 0, tzinfo=UTC)
"""When the pages were fetched, as far as adapters are told."""

KINDS = frozenset({"good", "blocked", "altered", "empty", "truncated", "wrong_identity", "trouble"})
REQUIRED = ("good", "blocked", "altered", "empty", "truncated")
"""The kinds of example that every adapter has; one that is bound to an identifier has `wrong_identity` too."""

KEYS = frozenset({
    "url", "kind", "note", "part", "final_url", "content_type", "charset", "source_url", "ids", "options", "watch",
    "topics",
})  # fmt: skip
CONTENT_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".json": "application/json",
    ".xml": "application/xml",
    ".pdf": "application/pdf",
}


@dataclass(frozen=True)
class Case:
    """One golden example: its page, its description and the files that say what is due."""

    adapter_name: str
    name: str
    kind: str
    page: Path
    meta: dict[str, Any]
    find: Callable[[str], Adapter] = registry.adapter

    def __str__(self) -> str:
        return f"{self.adapter_name}/{self.name}"

    @property
    def adapter(self) -> Adapter:
        """The adapter under test."""
        return self.find(self.adapter_name)

    @property
    def expected(self) -> Path:
        """Where the reading that is due is kept."""
        return self.page.with_name(f"{self.name}.expected.json")

    @property
    def trouble(self) -> Path:
        """Where the error that is due is kept."""
        return self.page.with_name(f"{self.name}.trouble.txt")

    @property
    def source(self) -> Source:
        """The source as a watchlist would configure it."""
        meta = self.meta
        return Source(
            id=self.adapter_name,
            adapter=self.adapter_name,
            publisher=self.adapter.publisher,
            url=meta.get("source_url", meta["url"]),
            topics=tuple(meta.get("topics", ("topic",))),
            ids=meta.get("ids", {}),
            options=meta.get("options", {}),
            watch=tuple(meta.get("watch", ())),
        )

    def document(self, body: bytes | None = None) -> Document:
        """The page as fetched; with other bytes if given."""
        meta = self.meta
        return Document(
            source=self.source,
            request=Request(meta["url"], meta.get("part", "")),
            final_url=meta.get("final_url", meta["url"]),
            body=self.page.read_bytes() if body is None else body,
            content_type=meta.get("content_type", CONTENT_TYPES.get(self.page.suffix, "")),
            fetched_at=FETCHED,
            charset=meta.get("charset"),
        )


def cases(folder: Path, *, find: Callable[[str], Adapter] = registry.adapter) -> list[Case]:
    """Every golden example below a folder, sorted by adapter and name. `find` gives an adapter by its name.

    Raises `UsageError` where a description or a page is not as it must be.
    """
    return [read_case(meta, find) for meta in sorted(folder.glob("*/*.meta.toml"))]


def read_case(path: Path, find: Callable[[str], Adapter] = registry.adapter) -> Case:
    """The example that a `.meta.toml` file describes. Raises `UsageError`."""
    name = path.name.removesuffix(".meta.toml")
    try:
        meta = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} cannot be read: {why_unreadable(error)}") from error
    if unknown := set(meta) - KEYS:
        raise UsageError(f"{path}: unknown keys {sorted(unknown)}; there are {sorted(KEYS)}")
    if missing := [key for key in ("url", "kind", "note") if not meta.get(key)]:
        raise UsageError(f"{path}: {missing[0]} is missing; the note says what the page was composed after")
    if meta["kind"] not in KINDS:
        raise UsageError(f"{path}: kind must be one of {sorted(KINDS)}")
    dots = name.count(".") + 1
    pages = [page for page in path.parent.glob(f"{name}.*") if page.name.count(".") == dots]
    if len(pages) != 1:
        raise UsageError(f"{path}: one page must lie beside it, found {sorted(page.name for page in pages)}")
    return Case(path.parent.name, name, meta["kind"], pages[0], meta, find)


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


def difference(case: Case) -> str:
    """What is wrong with an example, for people to read; "" where the adapter makes of it what is due."""
    found = outcome(case)
    if reason := contradiction(case, found):
        return reason
    if isinstance(found, SourceTrouble):
        wanted = case.trouble.read_text("utf-8").strip() if case.trouble.exists() else ""
        name, _, piece = wanted.partition(":")
        same = type(found).__name__ == name and piece.strip() in found.message
        return "" if same else _compared(case.trouble.name, wanted, _told(found))
    if case.trouble.exists():
        return f"{case} read without the trouble that {case.trouble.name} says is due"
    wanted = case.expected.read_text("utf-8") if case.expected.exists() else ""
    return "" if wanted == as_json(found) else _compared(case.expected.name, wanted, as_json(found))


def contradiction(case: Case, found: Reading | SourceTrouble) -> str:
    """Why the outcome cannot be right whatever was expected: a good page is read, a bad one is trouble."""
    if case.kind == "good" and isinstance(found, SourceTrouble):
        return f"{case} is a good page and was not read: {_told(found)}"
    if case.kind != "good" and isinstance(found, Reading) and not (case.kind == "altered" and found.oddities):
        return f"{case} is a page of the kind {case.kind!r} and was read as if it were good"
    return ""


def write_due(case: Case) -> None:
    """Keep what the adapter makes of the page now as what is due. Raises `UsageError` where that cannot be right."""
    found = outcome(case)
    if reason := contradiction(case, found):
        raise UsageError(f"{reason}: mend the adapter or the example")
    trouble = isinstance(found, SourceTrouble)
    path, other = (case.trouble, case.expected) if trouble else (case.expected, case.trouble)
    path.write_text(f"{_told(found)}\n" if isinstance(found, SourceTrouble) else as_json(found), "utf-8")
    other.unlink(missing_ok=True)


def _told(trouble: SourceTrouble) -> str:
    return f"{type(trouble).__name__}: {' '.join(trouble.message.split())}"


def _compared(name: str, wanted: str, found: str) -> str:
    lines = difflib.unified_diff(wanted.splitlines(), found.splitlines(), f"{name} (stored)", "read now", lineterm="")
    return "\n".join(line.rstrip() for line in lines)


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
