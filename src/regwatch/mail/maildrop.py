"""Handing mails to a local folder, the default without a mail server: `.eml`, a browsable copy, and an index."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email import message_from_bytes
from email.parser import BytesHeaderParser
from email.policy import default
from functools import lru_cache
from pathlib import Path

from regwatch import wording
from regwatch.errors import RelayRefused
from regwatch.folders import make_private
from regwatch.mail.outbox_queries import OutgoingMail
from regwatch.mail.pace import Pace
from regwatch.mail.templates import environment_of
from regwatch.palette import DARK, LIGHT

WATCHING = ".watching.txt"
LISTED = 200
"""How many mails the index shows: it is written after every poll, and a folder of years holds thousands."""


@dataclass(frozen=True)
class IndexLine:
    """One mail in the index."""

    name: str
    subject: str
    to: str
    date: str


class MaildropTransport:
    """The way into a folder. The same mail written twice is one file."""

    batch = 1000
    connections = 1

    def __init__(self, folder: Path, overrides: Path | None = None) -> None:
        self._folder = folder
        self._overrides = overrides
        self.pace = Pace()

    @asynccontextmanager
    async def open(self) -> AsyncIterator[_FolderConnection]:
        """Make the folder; write the index at the end. Raises `RelayRefused` if it cannot be written."""
        try:
            make_private(self._folder)
        except OSError as error:
            raise RelayRefused(f"the mail folder {self._folder} cannot be made: {error.strerror}") from error
        yield _FolderConnection(self._folder)
        try:
            write_index(self._folder, self._overrides)
        except OSError as error:
            raise RelayRefused(f"the mail folder {self._folder} cannot be written: {error.strerror}") from error


class _FolderConnection:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def hand_over(self, mail: OutgoingMail) -> str:
        name = f"{mail.created_at:%Y-%m-%d}-{mail.number:06d}"
        body = message_from_bytes(mail.raw, policy=default).get_body(("html",))
        html = body.get_content() if body is not None else ""
        try:
            _replace(self._folder / f"{name}.html", html.encode())
            _replace(self._folder / f"{name}.eml", mail.raw)
        except OSError as error:
            raise RelayRefused(f"the mail folder {self._folder} cannot be written: {error.strerror}") from error
        return f"written as {name}.eml"


def write_watching(folder: Path, sentences: Sequence[str], at: str, overrides: Path | None = None) -> Path:
    """Write the index with what is watched above the mails; `at` is when that was so. Raises `OSError`.

    It is kept beside the mails, because others write the index as well.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _replace(folder / WATCHING, "\n".join((at, *sentences)).encode())
    return write_index(folder, overrides)


def write_index(folder: Path, overrides: Path | None = None) -> Path:
    """Write `index.html`: what is watched, and the newest mails of the folder, the newest first. Raises `OSError`."""
    mails = sorted(folder.glob("*.eml"), reverse=True)
    lines = [_line(path, path.stat().st_mtime_ns) for path in mails[:LISTED]]
    template = environment_of(overrides).get_template("index.html.j2")
    index = folder / "index.html"
    at, *watching = _watching(folder)
    shown = template.render(
        lines=lines, earlier=len(mails) - len(lines), watching=watching, at=at, light=LIGHT, dark=DARK
    )
    _replace(index, shown.encode())
    return index


@lru_cache(maxsize=2 * LISTED)
def _line(path: Path, written: int) -> IndexLine:
    """A mail is read once, unless it was written anew: `written` is when, in nanoseconds."""
    with path.open("rb") as file:
        headers = BytesHeaderParser(policy=default).parse(file)
    day = wording.plain_day(headers["Date"].datetime.date())
    return IndexLine(path.stem, str(headers["Subject"]), str(headers["To"]), day)


def _watching(folder: Path) -> list[str]:
    """When, and what was said then."""
    try:
        return (folder / WATCHING).read_text("utf-8").splitlines() or [""]
    except FileNotFoundError:
        return [""]


def _replace(path: Path, content: bytes) -> None:
    """Write the whole file or leave the old one: readers and crashes never meet half a mail."""
    draft = path.with_name(f".{path.name}.part")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
