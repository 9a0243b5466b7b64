"""A CSV file of people who agreed to get mail: read whole and checked whole, so that all of it is added or nothing."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from regwatch.errors import UsageError
from regwatch.subscribers.choices import Choice, Choices, address_of
from regwatch.watchlist import Cadence

COLUMNS = ("address", "topics", "cadence", "zone", "at", "alerts", "background")
"""Of which only the first must be there. `topics` are ids separated by blanks; all of them, those that are added later
included, where it is empty. `alerts` is yes for decisions at once beside the digest, `background` for what
changes no status, too.
"""

_MOST_FAULTS = 20


@dataclass(frozen=True)
class Member:
    """One line of the file: who, and what they chose."""

    address: str
    choices: Choices


def chosen(topics: Sequence[str], known: Sequence[str], cadence: str) -> tuple[Choice, ...]:
    """These topics, or all that are known if there are none. Raises `ValueError` that names those that there are."""
    for topic in topics:
        if topic not in known:
            raise ValueError(f"no topic is called {topic[:60]!r}; there are: {', '.join(known)}")
    if cadence not in list(Cadence):
        raise ValueError(f"{cadence[:60]!r} is not how often: write {', '.join(Cadence)}")
    return tuple(Choice(topic, cadence=cadence) for topic in topics or known)


def read_roster(file: Path, known: Sequence[str], zone: str, *, international: bool = False) -> list[Member]:
    """Everybody in the file. `known` are the topics, `zone` is for those who name none.

    Raises `UsageError` that names every fault with its line.
    """
    faults: list[str] = []
    seen: dict[str, int] = {}
    members = []
    for line, row in _rows(file):
        try:
            member = _member(row, known, zone, international)
        except ValueError as error:
            faults.append(f"{file}:{line}: {error}")
            continue
        first = seen.setdefault(member.address.lower(), line)
        if first != line:
            faults.append(f"{file}:{line}: this address stands in line {first} already: keep one of the two")
        members.append(member)
    if faults:
        left = len(faults) - _MOST_FAULTS
        raise UsageError("\n".join([*faults[:_MOST_FAULTS], *([f"and {left} more"] if left > 0 else [])]))
    if not members:
        raise UsageError(f"{file} names nobody: write one address a line below the names of the columns")
    return members


def _member(row: dict[str, str], known: Sequence[str], zone: str, international: bool) -> Member:
    topics = chosen(row.get("topics", "").split(), known, row.get("cadence") or Cadence.DAILY)
    asked = {name: row.get(name, "").casefold() for name in ("alerts", "background")}
    for name, answer in asked.items():
        if answer not in ("", "yes", "no"):
            raise ValueError(f"{name} must be yes or no, not {answer[:40]!r}")
    choices = Choices(
        topics, zone=row.get("zone") or zone, at=row.get("at") or Choices.at, alerts=asked["alerts"] == "yes",
        everything=not row.get("topics"), background=asked["background"] == "yes",
    )  # fmt: skip
    return Member(address_of(row["address"], international=international), choices)


def _rows(file: Path) -> list[tuple[int, dict[str, str]]]:
    """The lines below the first, each with its number in the file, which counts from 1."""
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{file} is not written in UTF-8: save it as CSV in UTF-8") from error
    first = text.partition("\n")[0]
    lines = csv.reader(
        io.StringIO(text, newline=""), delimiter=";" if ";" in first and "," not in first else ",", strict=True
    )
    try:
        columns = _columns(next(lines, []), file)
        rows = []
        for cells in lines:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) > len(columns):
                raise UsageError(
                    f"{file}:{lines.line_num}: there are more cells than columns: separate topics by blanks"
                )
            rows.append((lines.line_num, dict(zip(columns, (cell.strip() for cell in cells), strict=False))))
    except csv.Error as error:
        raise UsageError(f"{file}:{lines.line_num}: this is not CSV: {error}") from error
    return rows


def _columns(cells: Sequence[str], file: Path) -> list[str]:
    columns = [cell.strip().lower() for cell in cells]
    if "address" not in columns or len(set(columns)) < len(columns) or not set(columns) <= set(COLUMNS):
        found = ", ".join(repr(cell[:40]) for cell in cells[:8]) or "nothing"
        raise UsageError(f"{file}:1: the first line must name the columns: {', '.join(COLUMNS)}, of which only "
                         f"address must be there; it holds {found}")  # fmt: skip
    return columns
