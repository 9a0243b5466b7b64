"""Links in mails: opaque, bound to one purpose, good for ever, and holding nothing about anybody.

A handle is 128 bits of a keyed hash, so that the same link need not be stored to be written again; the database keeps
only its SHA-256. Who reads the database cannot make links, and links given out go on working under a new key.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session, select

from regwatch.errors import ConfigError, Fault
from regwatch.secret_key import SecretKey, has_key, read_key
from regwatch.settings import Settings
from regwatch.store import marks
from regwatch.store.database import Database
from regwatch.store.subscriber_tables import LinkRow
from regwatch.store.upsert import insert_new

HANDLE_LENGTH = 22
"""Characters of 128 bits in base64url: short enough for a List-Unsubscribe line of 75 characters."""


def links_exist(session: Session) -> bool:
    """Whether any link was ever given out."""
    return session.exec(select(LinkRow).limit(1)).first() is not None


def key_of(settings: Settings, database: Database) -> SecretKey:
    """The key of the links, made at first use and never once links exist. Raises `ConfigError`, and as `read_key`."""
    if not has_key(settings.home):
        with database.session() as session:
            there = links_exist(session)
        if there:
            words = "is missing, and links in mails were made with it: put it back from where your copies lie"
            raise ConfigError([Fault(str(settings.home / "links.key"), 0, 0, "", words)])
    return read_key(settings.home)


def must_be_shared(settings: Settings, database: Database) -> None:
    """The key here is that of all workers of the database, else `ConfigError`; the first to come says which it is.

    It also hides the addresses of who left: a worker with a key of its own would not know them.
    """
    found = int.from_bytes(key_of(settings, database).digest("workers", "")[:4], "big") >> 2
    with database.session() as session:
        before = marks.noted(session, marks.Name.KEY)
        if before is None:
            marks.note(session, marks.Name.KEY, number=found)
        elif before.number != found:
            words = "is not the key of the other workers of this database: put a copy of theirs in its place"
            raise ConfigError([Fault(str(settings.home / "links.key"), 0, 0, "", words)])


class Purpose(StrEnum):
    """What a link is for; its value is the path at which it is answered."""

    CONFIRM = "c"
    STOP = "u"
    MANAGE = "m"


@dataclass(frozen=True)
class Links:
    """Makes links. `base` is the public address of this installation, without a slash at the end."""

    base: str
    key: SecretKey

    def handle(self, session: Session, purpose: Purpose, subscriber: int, what: str, now: datetime) -> str:
        """The handle for a subscriber and a topic (or, to confirm, a request), noted so that it is found again."""
        raw = self.key.digest(f"link {purpose.value}", f"{subscriber} {what}")[:16]
        handle = base64.urlsafe_b64encode(raw).decode().rstrip("=")
        row = {
            "hash": hash_of(handle),
            "subscriber": subscriber,
            "purpose": purpose.value,
            "topic": what,
            "made_at": now,
        }
        insert_new(session, LinkRow, [row])
        return handle

    def url(self, purpose: Purpose, handle: str) -> str:
        """The address of a handle."""
        return f"{self.base}/{purpose.value}/{handle}"


def find(session: Session, handle: str, purpose: Purpose) -> LinkRow | None:
    """What a handle belongs to; None if it is unknown or was given for another purpose."""
    if len(handle) != HANDLE_LENGTH or not handle.isascii():
        return None
    row = session.get(LinkRow, hash_of(handle))
    return row if row is not None and row.purpose == purpose.value else None


def hash_of(handle: str) -> str:
    """What is kept of a handle."""
    return hashlib.sha256(handle.encode()).hexdigest()
