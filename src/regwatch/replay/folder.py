"""A folder of captures: numbered states, dated captures, or web archives.

Numbered   `SERIES.N-anything.EXT` or `SERIES/N-anything.EXT`: played in the order of the numbers
Dated      `SERIES.DATE.EXT`, `SERIES_DATE.EXT`, `SERIES/DATE.EXT` or `DATE/SERIES.EXT`: in the order of the dates
Single     `SERIES.anything.EXT`: one state
DATE is 2025-12-02, 2025-12-02T05-04, 20251202 or 20251202050401 (UTC). Other files are left alone.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from regwatch.errors import UsageError
from regwatch.replay.captures import Capture, Recordings, Series
from regwatch.replay.rendering import is_list_of_items, page_of, rss_of
from regwatch.replay.warc import is_warc, read_warcs

TYPES = {
    ".md": "text/html; charset=utf-8",
    ".html": "text/html",
    ".htm": "text/html",
    ".json": "application/json",
    ".xml": "application/xml",
    ".rss": "application/rss+xml",
    ".atom": "application/atom+xml",
    ".txt": "text/plain",
    ".csv": "text/csv",
    ".pdf": "application/pdf",
    ".zip": "application/zip",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_NUMBERED = re.compile(r"(?:(?P<series>.+)\.)?(?P<state>(?P<number>\d{1,4})(?:-.*)?)")
_DATED = re.compile(
    r"(?P<series>.*?)[._ -]?(?<!\d)(?P<day>\d{4}-\d{2}-\d{2}|\d{8})"
    r"(?:[T_ -]?(?P<hour>\d{2})[-:.]?(?P<minute>\d{2})(?:[-:.]?\d{2})?Z?)?(?!\d)(?P<rest>[._ -].*)?"
)
NOON = 12
STEP = timedelta(days=1)


@dataclass(frozen=True)
class _Named:
    """What the name of a file says: its series, its place in it, and its date (UTC) if it has one."""

    series: str
    label: str
    order: tuple[int, str]
    at: datetime | None = None


def read_archive(path: Path) -> Recordings:
    """Whatever lies there: a web archive, a folder of them, or a folder of captures. Raises `UsageError`."""
    if not path.exists():
        raise UsageError(f"there is no archive at {path}")
    if path.is_file():
        return read_warcs([path]) if is_warc(path) else _single(path)
    files = sorted(one for one in path.rglob("*") if one.is_file() and not one.name.startswith("."))
    warcs = [one for one in files if is_warc(one)]
    if warcs:
        return read_warcs(warcs)
    return _folder(path, files)


def _single(path: Path) -> Recordings:
    if path.suffix.lower() not in TYPES:
        raise UsageError(f"{path} is neither a web archive nor a capture of a known type")
    named = _named(path.stem, "") or _Named(path.stem, "1", (1, ""))
    return Recordings((Series(named.series or path.stem, (_capture(path, named),)),))


def _folder(root: Path, files: list[Path]) -> Recordings:
    found: dict[str, list[tuple[_Named, Capture]]] = defaultdict(list)
    for file in files:
        if file.suffix.lower() not in TYPES or not (named := _placed(root, file)):
            continue
        found[named.series].append((named, _capture(file, named)))
    if not found:
        raise UsageError(
            f"{root} holds no captures: name them SERIES.N-anything.EXT, SERIES/N-anything.EXT or SERIES.DATE.EXT"
        )
    return Recordings(tuple(_series(name, states) for name, states in sorted(found.items())))


def _series(name: str, states: list[tuple[_Named, Capture]]) -> Series:
    """The states in order. A state never plays at an earlier instant than the one before it."""
    captures: list[Capture] = []
    for _, capture in sorted(states, key=lambda state: state[0].order):
        last = captures[-1].at if captures else None
        at = capture.at if last is None or capture.at > last else last + STEP
        captures.append(replace(capture, at=at, url=capture.url or captures[0].url if captures else capture.url))
    return Series(name, tuple(captures))


def _placed(root: Path, file: Path) -> _Named | None:
    """The name of a file within its folders: a folder can be the series of its files, or their date."""
    parents = list(file.relative_to(root).parent.parts)
    prefix = "/".join(parents)
    named = _named(file.stem, prefix or root.name)
    if named and named.order != (0, ""):
        return named
    if parents and (dated := _DATED.fullmatch(parents[-1])) and not dated["series"]:
        name = "/".join([*parents[:-1], file.stem])
        at = _instant(dated)
        return _Named(name, parents[-1], (0, at.isoformat()), at) if at else None
    return named


def _named(stem: str, folder: str) -> _Named | None:
    """What a stem says; a series that it does not name itself is the folder's."""
    if (found := _DATED.fullmatch(stem)) and (at := _instant(found)):
        series = "/".join(part for part in (folder if not found["series"] else "", found["series"]) if part)
        label = stem.removeprefix(found["series"]).lstrip("._ -") if found["series"] else stem
        return _Named(series, label, (0, at.isoformat()), at)
    if found := _NUMBERED.fullmatch(stem):
        return _Named(found["series"] or folder, found["state"], (int(found["number"]), stem))
    series, dot, label = stem.partition(".")
    return _Named(series, label, (0, "")) if dot and series and label else None


def _instant(found: re.Match[str]) -> datetime | None:
    digits = found["day"].replace("-", "")
    try:
        day = datetime(int(digits[:4]), int(digits[4:6]), int(digits[6:]), NOON, tzinfo=UTC)
        return day.replace(hour=int(found["hour"]), minute=int(found["minute"])) if found["hour"] else day
    except ValueError:
        return None


def _capture(file: Path, named: _Named) -> Capture:
    """One file as an answer. Its instant is that of its name, else its own, else when the file was written."""
    body, kind = file.read_bytes(), TYPES[file.suffix.lower()]
    url, own = "", None
    if file.suffix.lower() == ".md":
        body, url, own = page_of(body.decode("utf-8", "replace"))
    elif is_list_of_items(body):
        body, kind = rss_of(body), TYPES[".rss"]
    at = own if own and (not named.at or own.date() == named.at.date()) else named.at
    return Capture(url, at or datetime.fromtimestamp(int(file.stat().st_mtime), UTC), body, kind, label=named.label)
