"""What a mail server's log says of mails whose outcome we do not know: read line by line, in one pass.

A mail counts as taken only where the log says that its whole text was queued:

Postfix    `ID: message-id=<...>` comes while the text still arrives, and is no proof: the line may break after it.
           `ID: from=<...>, size=..., nrcpt=... (queue active)` of the same ID afterwards is.
Exim       `ID <= sender ... id=...` is written when the message is complete (specification, chapter 53).
OpenSMTPD  logs no Message-ID; `smtp envelope evpid=ID from=<sender>` is written at its commit, and the sender is one
           that belongs to this mail alone where REGWATCH_BOUNCE_ADDRESS is set.
"""

from __future__ import annotations

import gzip
import re
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from regwatch.errors import UsageError
from regwatch.file_faults import why_unreadable
from regwatch.mail import outbox, outbox_queries
from regwatch.store import backup_journal
from regwatch.store.database import Database

_LONGEST_LINE = 16_384
"""Bytes of a line that are looked at together; what is longer is no line of a mail log."""

_MOST_ARRIVING = 10_000
"""Mails whose texts arrive at the same time: more than any mail server takes at once."""

_RECEIVING = re.compile(rb"\b([0-9A-Za-z]{5,20}): message-id=(<[^<>\s]{1,250}>)")
_QUEUED = re.compile(rb"\b([0-9A-Za-z]{5,20}): from=<[^<>\s]{0,320}>, size=\d+, nrcpt=\d+ \(queue active\)")
_EXIM = re.compile(rb"\b([0-9A-Za-z]{6}-[0-9A-Za-z]{6,11}-[0-9A-Za-z]{2,4})(?: \[\d{1,10}\])? <= ")
_EXIM_IDENTITY = re.compile(rb" id=([^\s<>]{1,250})")
_OPENSMTPD = re.compile(rb" smtp envelope evpid=([0-9a-f]{16}) from=<([^<>\s]{1,320})> ")


def taken(lines: Iterable[bytes]) -> Iterator[tuple[str, str]]:
    """Every mail that a log shows as taken: its Message-ID in angle brackets, or its envelope sender; its queue ID."""
    arriving: dict[bytes, bytes] = {}
    for line in lines:
        if b": message-id=" in line and (seen := _RECEIVING.search(line)):
            # Postfix uses an ID again after a while: what it stood for before is over.
            arriving.pop(seen[1], None)
            if len(arriving) >= _MOST_ARRIVING:
                del arriving[next(iter(arriving))]
            arriving[seen[1]] = seen[2]
        elif b"(queue active)" in line and (seen := _QUEUED.search(line)):
            if identity := arriving.pop(seen[1], None):
                yield _text(identity), _text(seen[1])
        elif b" <= " in line and (seen := _EXIM.search(line)):
            if named := _EXIM_IDENTITY.search(line, seen.end()):
                yield f"<{_text(named[1])}>", _text(seen[1])
        elif b" smtp envelope evpid=" in line and (seen := _OPENSMTPD.search(line)):
            yield _text(seen[2]), _text(seen[1])


def queued(
    lines: Iterable[bytes], wanted: Mapping[str, int], number_of: Callable[[str], int | None] = lambda _: None
) -> dict[int, str]:
    """Which mails a log shows as taken: their numbers, with the queue ID of each.

    `wanted` holds numbers by Message-ID (with its angle brackets); `number_of` knows a mail by its envelope sender.
    """
    found: dict[int, str] = {}
    numbers = frozenset(wanted.values())
    for identity, queue in taken(lines):
        number = wanted.get(identity) if identity.startswith("<") else number_of(identity)
        if number is not None and number in numbers:
            found.setdefault(number, queue)
    return found


@dataclass(frozen=True)
class TakenMails:
    """Our mails that logs show as taken: what stands for their Message-IDs, and their envelope senders."""

    shortened: frozenset[str]
    senders: frozenset[str]

    @classmethod
    def of(cls, logs: Iterable[Path], domain: str, bounces: str) -> TakenMails:
        """Those with a Message-ID of this domain, or from the mailbox for bounces, "" for none. Raises `UsageError`."""
        shortened, senders, ours = set(), set(), f"{bounces.partition('@')[0]}+"
        for log in logs:
            for identity, _ in taken(lines_of(log)):
                if identity.startswith("<") and identity.endswith(f"@{domain}>"):
                    shortened.add(backup_journal.shortened(identity))
                elif bounces and identity.startswith(ours):
                    senders.add(identity)
        return cls(frozenset(shortened), frozenset(senders))


def unknown_mails(database: Database) -> dict[str, int]:
    """The numbers of the mails of unknown outcome, by Message-ID: those held, and those that wait to be sent again."""
    with database.session() as session:
        return {mail.message_id: mail.id for mail in outbox_queries.of_unknown_outcome(session)}


def settle(database: Database, how: Mapping[int, str], now: datetime) -> dict[int, str]:
    """Note that these mails were taken. Returns those of them whose outcome was unknown until now."""
    with database.session() as session:
        return {number: words for number, words in how.items() if outbox.arrived(session, number, words, now)}


def lines_of(file: Path) -> Iterator[bytes]:
    """The lines of a log, one at a time, also of a packed one (.gz); `-` is standard input.

    Raises `UsageError` if it cannot be read.
    """
    try:
        if str(file) == "-":
            yield from _pieces(sys.stdin.buffer)
            return
        with gzip.open(file, "rb") if file.suffix == ".gz" else file.open("rb") as stream:
            yield from _pieces(stream)  # type: ignore[arg-type]
    except (OSError, EOFError, zlib.error) as error:
        raise UsageError(f"the mail log {file} cannot be read: {why_unreadable(error)}") from error


def _pieces(stream: BinaryIO) -> Iterator[bytes]:
    while piece := stream.readline(_LONGEST_LINE):
        yield piece


def _text(raw: bytes) -> str:
    return raw.decode("ascii", errors="replace")
