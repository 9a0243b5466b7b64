"""The secret of this installation, with which links, marks of bounces and forms are made that nobody can forge."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from regwatch.errors import StoreUnwritable
from regwatch.folders import make_private

_FILE = "links.key"
SHORTEST_KEY = 32
"""Bytes."""


@dataclass(frozen=True)
class SecretKey:
    """The secret of this installation."""

    secret: bytes = field(repr=False)

    def digest(self, purpose: str, text: str) -> bytes:
        """A keyed hash for one purpose: what is made for one is worth nothing for another."""
        return hmac.new(self.secret, f"{purpose}\n{text}".encode(), hashlib.sha256).digest()

    def address(self, address: str) -> str:
        """The keyed hash that stands for an address that we must not keep."""
        return self.digest("address", address.lower()).hex()


def has_key(home: Path) -> bool:
    """Whether the key was made already."""
    return (home / _FILE).exists()


def put_key(home: Path, secret: bytes, now: datetime) -> None:
    """Put the key of a copy in its place; another one is kept under another name. Raises `StoreUnwritable`."""
    path = home / _FILE
    try:
        make_private(home)
        if path.exists():
            if path.read_bytes() == secret:
                return
            os.replace(path, path.with_name(f"{_FILE}.before-{now:%Y%m%dT%H%M%S}"))
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(secret)
    except OSError as error:
        raise StoreUnwritable(f"the key {path} cannot be written: {error.strerror}") from error


def read_key(home: Path) -> SecretKey:
    """The key in `links.key`, made at first use and readable by its owner only. Raises `StoreUnwritable`."""
    path = home / _FILE
    try:
        make_private(home)
        draft = path.with_name(f".{_FILE}.{secrets.token_hex(8)}")
        if not path.exists():
            handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(secrets.token_bytes(SHORTEST_KEY))
            try:
                os.link(draft, path)
            except FileExistsError:
                pass  # another process was first, and its key counts
            finally:
                draft.unlink()
        secret = path.read_bytes()
    except OSError as error:
        raise StoreUnwritable(f"the key {path} cannot be read or made: {error.strerror}") from error
    if len(secret) < SHORTEST_KEY:
        raise StoreUnwritable(f"the key {path} is damaged: restore it, because links are made with it")
    return SecretKey(secret)
