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
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from regwatch.errors import UsageError
from regwatch.mail import outbox, outbox_queries
from regwatch.store.database import Database

_LONGEST_LINE = 16_384
"""Bytes of a line that are looked at together; what is longer is no line of a mail log."""

_RECEIVING = re.compile(rb"\b([0-9A-Za-z]{5,20}): message-id=(<[^<>\s]{1,250}>)")
_QUEUED = re.compile(rb"\b([0-9A-Za-z]{5,20}): from=<[^<>\s]{0,320}>, size=\d+, nrcpt=\d+ \(queue active\)")
_EXIM = re.compile(rb"\b([0-9A-Za-z]{6}-[0-9A-Za-z]{6,11}-[0-9A-Za-z]{2,4})(?: \[\d{1,10}\])? <= ")
_EXIM_IDENTITY = re.compile(rb" id=([^\s<>]{1,250})")
_OPENSMTPD = re.compile(rb" smtp envelope evpid=([0-9a-f]{16}) from=<([^<>\s]{1,320})> ")


def queued(
    lines: Iterable[bytes], wanted: Mapping[str, int], number_of: Callable[[str], int | None] = lambda _: None
) -> dict[int, str]:
    """Which mails a log shows as taken: their numbers, with the queue ID of each.

    `wanted` holds numbers by Message-ID (with its angle brackets); `number_of` knows a mail by its envelope sender.
    """
    found: dict[int, str] = {}
    arriving: dict[bytes, int] = {}
    numbers = frozenset(wanted.values())
    for line in lines:
        if b": message-id=" in line and (seen := _RECEIVING.search(line)):
            # Postfix uses an ID again after a while: what it stood for before is over.
            arriving.pop(seen[1], None)
            if (number := wanted.get(_text(seen[2]))) is not None:
                arriving[seen[1]] = number
        elif b"(queue active)" in line and (seen := _QUEUED.search(line)):
            if (number := arriving.get(seen[1])) is not None:
                found.setdefault(number, _text(seen[1]))
        elif b" <= " in line and (seen := _EXIM.search(line)):
            named = _EXIM_IDENTITY.search(line, seen.end())
            if named and (number := wanted.get(f"<{_text(named[1])}>")) is not None:
                found.setdefault(number, _text(seen[1]))
        elif b" smtp envelope evpid=" in line and (seen := _OPENSMTPD.search(line)):
            number = number_of(_text(seen[2]))
            if number is not None and number in numbers:
                found.setdefault(number, _text(seen[1]))
    return found


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
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise UsageError(f"the mail log {file} cannot be read: {why}") from error


def _pieces(stream: BinaryIO) -> Iterator[bytes]:
    while piece := stream.readline(_LONGEST_LINE):
        yield piece


def _text(raw: bytes) -> str:
    return raw.decode("ascii", errors="replace")
