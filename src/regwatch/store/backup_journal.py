"""The journal beside a SQLite database: what was sent and who left, for the day on which an older copy takes its place.

One line each, without an address: the time, a word and what it is about. `sent` and `unsure` name the mail by a hash
of its Message-ID, its subscriber and what it told; `left`, `erased` and `suppressed` name subscribers by number and
addresses by their keyed hash. A line is written before the transaction that it belongs to is committed. `copied` says
where a copy was made or put back: the order of the lines counts, because the clock of a machine may be set back.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

from regwatch.errors import StoreDamaged, StoreUnwritable

KEPT = timedelta(days=60)
"""As old a copy as anybody should put back; what is older is cut off when a copy is put back or made."""

BESIDE = "journal.txt"
"""Its name, in the folder of the database."""
_SLOT = "journal"


class HasInfo(Protocol):
    """A transaction with which something can be kept."""

    @property
    def info(self) -> dict[Any, Any]:
        """What is kept with it."""
        ...


class JournalEntry(StrEnum):
    """What a line tells."""

    SENT = "sent"
    UNSURE = "unsure"
    """Perhaps sent: the log of the mail server may know."""
    COPIED = "copied"
    LEFT = "left"
    ERASED = "erased"
    SUPPRESSED = "suppressed"


@dataclass(frozen=True)
class JournalLine:
    """One line: when (UTC), what, and the words that follow."""

    at: datetime
    entry: JournalEntry
    words: tuple[str, ...]

    def number(self, at: int) -> int:
        """The word at that place as the number of a subscriber; 0 for none."""
        word = self.words[at] if len(self.words) > at else ""
        return int(word) if word.isdecimal() and len(word) < 19 else 0


def note(transaction: HasInfo, entry: JournalEntry, *words: object) -> None:
    """Put a line into the journal when the caller's transaction is committed."""
    transaction.info.setdefault(_SLOT, []).append((entry, [str(word).replace("\n", " ") for word in words]))


def noted(transaction: HasInfo) -> Sequence[tuple[JournalEntry, list[str]]]:
    """What the transaction has to write, taken out of it."""
    found: Sequence[tuple[JournalEntry, list[str]]] = transaction.info.pop(_SLOT, ())
    return found


def shortened(text: str) -> str:
    """What stands for a Message-ID: enough to know it again."""
    return hashlib.sha256(text.encode()).hexdigest()[:24]


class BackupJournal:
    """The file. `path` is beside the database."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def append(self, entries: Sequence[tuple[JournalEntry, list[str]]], now: datetime | None = None) -> None:
        """Add lines in one write, so that processes do not mix theirs. Raises `StoreUnwritable`."""
        if not entries:
            return
        at = (now or datetime.now(UTC)).isoformat()
        text = "".join(" ".join([at, entry.value, *words]) + "\n" for entry, words in entries)
        try:
            handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            with os.fdopen(handle, "ab", buffering=0) as file:
                file.write(text.encode())
        except OSError as error:
            raise StoreUnwritable(f"the journal {self.path} cannot be written: {error.strerror}") from error

    @property
    def tells(self) -> bool:
        """Whether it tells of anything: then the database beside it has had readers."""
        return self.path.is_file() and self.path.stat().st_size > 0

    def must_fit(self, database: Path) -> None:
        """Raises `StoreDamaged` where that file is gone or empty though it has had readers: a new one would hide it."""
        if self.tells and (not database.exists() or not database.stat().st_size):
            raise StoreDamaged(
                f"the database {database} is empty or gone, but {self.path} beside it tells of mails that were sent or "
                "of readers who left: put a copy back with `regwatch db restore FILE`, or move that file away and "
                "begin anew"
            )

    def mark(self, at: datetime) -> None:
        """A copy is made, or was put back, at that instant (UTC). Raises `StoreUnwritable`."""
        self.append([(JournalEntry.COPIED, [at.isoformat()])], at)

    def lines(self, since: datetime, until: datetime | None = None) -> list[JournalLine]:
        """The lines between two marks; by their times (UTC) where there is no such mark, and none without a file."""
        found = list(self._everything())
        first, last = _mark(found, since), _mark(found, until) if until else None
        if until:
            found = [line for line in found if line.at <= until] if last is None else found[:last]
        found = [line for line in found if line.at >= since] if first is None else found[first:]
        return [line for line in found if line.entry is not JournalEntry.COPIED]

    def reaches(self, at: datetime) -> bool:
        """Whether it knows of the copy that was made at that instant (UTC), and so all that came after it."""
        return _mark(list(self._everything()), at) is not None

    def _everything(self) -> Iterator[JournalLine]:
        """All lines; what cannot be read is passed over."""
        try:
            text = self.path.read_text("utf-8", errors="replace")
        except FileNotFoundError:
            return
        for written in text.splitlines():
            at, _, rest = written.partition(" ")
            word, *words = rest.split(" ")
            try:
                line = JournalLine(datetime.fromisoformat(at), JournalEntry(word), tuple(words))
            except ValueError:
                continue
            if line.at.tzinfo is not None:
                yield line

    def take_over(self, other: BackupJournal, since: datetime) -> None:
        """Add the lines of another journal from that instant on (UTC), with their own times."""
        if other.reaches(since) and not self.reaches(since):
            self.mark(since)
        for line in other.lines(since):
            self.append([(line.entry, list(line.words))], line.at)

    def shorten(self, now: datetime) -> None:
        """Cut off what is older than `KEPT`, where more than half of it is. Raises `StoreUnwritable`."""
        everything = list(self._everything())
        kept = [line for line in everything if line.at >= now - KEPT]
        if len(kept) * 2 > len(everything) or not everything:
            return
        draft = self.path.with_name(f".{self.path.name}.draft")
        text = "".join(" ".join([line.at.isoformat(), line.entry.value, *line.words]) + "\n" for line in kept)
        try:
            draft.unlink(missing_ok=True)
            draft.touch(mode=0o600)
            draft.write_text(text, "utf-8")
            os.replace(draft, self.path)
        except OSError as error:
            raise StoreUnwritable(f"the journal {self.path} cannot be written: {error.strerror}") from error


def _mark(lines: Sequence[JournalLine], at: datetime) -> int | None:
    """Which line marks a copy."""
    words = (at.isoformat(),)
    return next((n for n, one in enumerate(lines) if one.entry is JournalEntry.COPIED and one.words == words), None)
