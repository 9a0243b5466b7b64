"""The mailbox for mail that comes back: a Maildir on this machine, or one elsewhere by IMAP (RFC 3501).

What regwatch has acted upon is removed. Everything else gets the flag that mail programs show as a star and stays as
it was, unread where it was unread; what has the flag is not looked at again.
"""

from __future__ import annotations

import imaplib
import os
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from regwatch.errors import MailError
from regwatch.mail.incoming.reports import LARGEST
from regwatch.settings import Settings

AT_ONCE = 200
"""Mails that are read in one go; the others have their turn with the next."""

_SECONDS = 60


@dataclass(frozen=True)
class IncomingMail:
    """The first `LARGEST` bytes of one mail, and what to call when it has been read: whether it may be removed."""

    raw: bytes
    settle: Callable[[bool], None]


@contextmanager
def waiting(settings: Settings) -> Iterator[Iterator[IncomingMail]]:
    """The mails that have not been read yet, the oldest first. Raises `MailError` in one sentence."""
    where = str(settings.bounce_maildir or f"{settings.imap_host}:{settings.imap_port}")
    try:
        if settings.bounce_maildir:
            yield _maildir(settings.bounce_maildir)
        elif settings.imap_host:
            with _imap(settings) as server:
                yield _by_imap(server)
        else:
            yield iter(())
    except (OSError, imaplib.IMAP4.error) as error:
        raise MailError(f"the bounce mailbox {where} cannot be read: {_words(error)}") from error


def _maildir(folder: Path) -> Iterator[IncomingMail]:
    """https://cr.yp.to/proto/maildir.html: flags stand behind the name, in the folder `cur`."""
    paths = [path for part in ("new", "cur") for path in (folder / part).iterdir()]
    fresh = [path for path in paths if path.is_file() and "F" not in path.name.partition(":2,")[2]]
    for path in sorted(fresh, key=lambda path: path.name)[:AT_ONCE]:
        with path.open("rb") as file:
            raw = file.read(LARGEST)

        def settle(done: bool, path: Path = path) -> None:
            if done:
                path.unlink(missing_ok=True)
                return
            name, _, flags = path.name.partition(":2,")
            os.replace(path, folder / "cur" / f"{name}:2,{''.join(sorted({*flags, 'F'}))}")

        yield IncomingMail(raw, settle)


@contextmanager
def _imap(settings: Settings) -> Iterator[imaplib.IMAP4_SSL]:
    context = ssl.create_default_context()
    with imaplib.IMAP4_SSL(settings.imap_host, settings.imap_port, ssl_context=context, timeout=_SECONDS) as server:
        try:
            server.login(settings.imap_user, settings.imap_password.get_secret_value())
        except (imaplib.IMAP4.error, UnicodeEncodeError) as error:
            place = f"the bounce mailbox {settings.imap_host}:{settings.imap_port}"
            why = _words(error) if isinstance(error, imaplib.IMAP4.error) else "it is not plain ASCII"
            raise MailError(
                f"{place} refuses the login: {why}; see REGWATCH_IMAP_USER and REGWATCH_IMAP_PASSWORD"
            ) from error
        yield server


def _by_imap(server: imaplib.IMAP4_SSL) -> Iterator[IncomingMail]:
    _good(server.select("INBOX"))
    found = _good(server.uid("SEARCH", "UNFLAGGED", "UNDELETED"))
    for uid in found[0].decode("ascii").split()[:AT_ONCE]:
        # PEEK leaves it unread for people; the range bounds what the server sends.
        parts = _good(server.uid("FETCH", uid, f"(BODY.PEEK[]<0.{LARGEST}>)"))
        raw = next((part[1] for part in parts if isinstance(part, tuple)), None)
        if raw is None:
            continue  # somebody else removed it in the meantime

        def settle(done: bool, uid: str = uid) -> None:
            _good(server.uid("STORE", uid, "+FLAGS.SILENT", "(\\Deleted)" if done else "(\\Flagged)"))
            if done:
                _expunge(server, uid)

        yield IncomingMail(raw, settle)


def _expunge(server: imaplib.IMAP4_SSL, uid: str) -> None:
    """Remove this mail and, where the server can (RFC 4315), no other that somebody has marked."""
    named = b"UIDPLUS" in _good(server.capability())[0].upper().split()
    _good(server.uid("EXPUNGE", uid) if named else server.expunge())


def _good(answer: tuple[str, list[Any]]) -> list[Any]:
    """What the server gave. It answers NO without an exception."""
    kind, data = answer
    if kind != "OK":
        raise imaplib.IMAP4.error(data[0] if data else kind)
    return [part for part in data if part is not None] or [b""]


def _words(error: Exception) -> str:
    """What went wrong; imaplib passes on what the server said as bytes."""
    said = error.args[0] if error.args else ""
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(error) or error.__class__.__name__
