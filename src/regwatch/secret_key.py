"""The secret of this installation, with which links, marks of bounces and forms are made that nobody can forge."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from regwatch.errors import StoreUnwritable

_FILE = "links.key"


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


def read_key(home: Path) -> SecretKey:
    """The key in `links.key`, made at first use and readable by its owner only. Raises `StoreUnwritable`."""
    path = home / _FILE
    try:
        home.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{_FILE}.{secrets.token_hex(8)}")
        if not path.exists():
            handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(secrets.token_bytes(32))
            try:
                os.link(draft, path)
            except FileExistsError:
                pass  # another process was first, and its key counts
            finally:
                draft.unlink()
        secret = path.read_bytes()
    except OSError as error:
        raise StoreUnwritable(f"the key {path} cannot be read or made: {error.strerror}") from error
    if len(secret) < 32:
        raise StoreUnwritable(f"the key {path} is damaged: restore it, because links are made with it")
    return SecretKey(secret)
