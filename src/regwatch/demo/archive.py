"""The demo's archive: for each public address, the states its page went through and when it showed them.

`archive/archive.toml` lists pages and states; the files beside it hold the pages. A page answers 404 before its first
state. Whatever the archive's instants say beyond the day of an established event is the archive's own choice.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from functools import cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any
from urllib.parse import urlsplit

from regwatch.errors import UsageError

_TYPES = {
    "html": "text/html; charset=utf-8",
    "json": "application/json",
    "xml": "application/rss+xml; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
}


@dataclass(frozen=True)
class PageState:
    """What a page answers from an instant (UTC) on: status, body and headers."""

    since: datetime
    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ArchivedPage:
    """One address and its states, oldest first."""

    url: str
    states: tuple[PageState, ...]

    def at(self, instant: datetime) -> PageState | None:
        """The state shown at an instant; None before the first."""
        shown = [state for state in self.states if state.since <= instant]
        return shown[-1] if shown else None


@dataclass(frozen=True)
class DemoArchive:
    """All pages, by address."""

    pages: tuple[ArchivedPage, ...]

    @cached_property
    def _by_address(self) -> dict[str, ArchivedPage]:
        return {_address(page.url): page for page in self.pages}

    def find(self, host: str, target: str) -> ArchivedPage | None:
        """The page at a host and a request target; a page kept without a query answers for every query."""
        page = self._by_address.get(f"{host}{target}".removesuffix("/"))
        return page or self._by_address.get(f"{host}{urlsplit(target).path}".removesuffix("/"))

    def changes(self) -> tuple[datetime, ...]:
        """Every instant (UTC) at which some page takes on a new state, in order."""
        return tuple(sorted({state.since for page in self.pages for state in page.states}))


def load_archive() -> DemoArchive:
    """The archive that ships with regwatch. Raises `UsageError` if a page does not hold what its state replaces."""
    root = files("regwatch.demo") / "archive"
    table = tomllib.loads((root / "archive.toml").read_text("utf-8"))
    return DemoArchive(tuple(_page(entry, root) for entry in table["page"]))


def _address(url: str) -> str:
    parts = urlsplit(url)
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.netloc}{parts.path}{query}".removesuffix("/")


def _page(entry: Mapping[str, Any], root: Traversable) -> ArchivedPage:
    url, kind = entry["url"], entry.get("validators", "none")
    states = tuple(_state(state, root, kind) for state in entry["state"])
    return ArchivedPage(url, tuple(sorted(states, key=lambda state: state.since)))


def _state(entry: Mapping[str, Any], root: Traversable, validators: str) -> PageState:
    since, status = entry["from"], entry.get("status", 200)
    if "file" not in entry:
        return PageState(since, status)
    text = _text(entry["file"], root)
    for old, *parts in entry.get("put", ()):
        if old not in text:
            raise UsageError(f"the demo's archive is broken: {entry['file']} does not hold {old!r}")
        text = text.replace(old, _joined(parts, root))
    body = text.encode()
    headers = {"Content-Type": entry.get("type", _TYPES[entry["file"].rsplit(".", 1)[-1]])}
    if validators in ("etag", "both"):
        headers["ETag"] = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
    if validators in ("modified", "both"):
        headers["Last-Modified"] = format_datetime(since, usegmt=True)
    return PageState(since, status, body, headers)


def _joined(parts: Sequence[str], root: Traversable) -> str:
    """Literal text and, where a part starts with `@`, the contents of the file it names."""
    return "".join(_text(part[1:], root) if part.startswith("@") else part for part in parts)


def _text(name: str, root: Traversable) -> str:
    return (root / name).read_text("utf-8")
