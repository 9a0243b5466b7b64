"""DKIM signatures (RFC 6376), for operators whose relay does not sign: `rsa-sha256`, relaxed in headers and body."""

from __future__ import annotations

import base64
import hashlib
import re
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from regwatch.errors import ConfigError, Fault

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

SIGNED = (
    "from", "from", "to", "reply-to", "subject", "date", "message-id", "mime-version", "content-type", "in-reply-to",
    "references", "list-id", "list-unsubscribe", "list-unsubscribe-post", "list-help", "list-owner", "list-archive",
    "list-subscribe", "auto-submitted",
)  # fmt: skip
"""RFC 8058 section 4 wants both unsubscribe headers signed. From twice: a second one added on the way breaks it."""

_COLUMNS = 72


@dataclass(frozen=True)
class Signer:
    """Signs for one domain; `private_key` is an RSA key as PEM."""

    domain: str
    selector: str
    private_key: bytes = field(repr=False)

    def sign(self, raw: bytes, now: datetime) -> bytes:
        """The message (CRLF line ends) with its signature before it, made at `now`.

        Raises `ConfigError` if the key cannot be used.
        """
        from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
        from cryptography.hazmat.primitives.hashes import SHA256

        head, _, body = raw.partition(b"\r\n\r\n")
        headers = _headers(head)
        # From comes last once more: named twice and there once, so that its absence is what is signed.
        names = [name for name in dict.fromkeys(SIGNED) if name.encode() in headers] + ["from"]
        body_hash = base64.b64encode(hashlib.sha256(_relaxed_body(body)).digest()).decode()
        unsigned = self._header(names, body_hash, int(now.timestamp()))
        # RFC 6376 section 3.7: the signature's own header comes last, without a line end.
        relaxed = b"".join(headers[name.encode()] for name in names[:-1]) + _relaxed_header(unsigned.encode())
        try:
            signature = _loaded(self.private_key).sign(relaxed, PKCS1v15(), SHA256())
        except (ValueError, TypeError) as error:
            fault = Fault("environment", 0, 0, "REGWATCH_DKIM_KEY", f"mail cannot be signed with this key: {error}")
            raise ConfigError([fault]) from error
        lines = textwrap.wrap(base64.b64encode(signature).decode(), _COLUMNS)
        return f"{unsigned}{_fold(lines)}\r\n".encode() + raw

    def _header(self, names: list[str], body_hash: str, at: int) -> str:
        """The header up to the empty `b=`; lines are folded between tags and between names, never within one."""
        covered = textwrap.wrap(": ".join(names), _COLUMNS, break_long_words=False, break_on_hyphens=False)
        tags = (
            "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; q=dns/txt;", f"d={self.domain};",
            f"s={self.selector}; t={at};", f"h={_fold(covered)};", f"bh={body_hash};", "b=",
        )  # fmt: skip
        return _fold(tags)


def _fold(lines: Iterable[str]) -> str:
    return "\r\n ".join(lines)


@lru_cache(maxsize=2)
def _loaded(pem: bytes) -> RSAPrivateKey:
    """The key, read and checked once: that takes longer than to sign. Raises `ValueError` or `TypeError`."""
    # Loaded only by those who sign: it costs the daemon memory for nothing.
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    key = load_pem_private_key(pem, password=None)
    if not isinstance(key, RSAPrivateKey):
        raise TypeError("it is no RSA key")
    return key


def _headers(head: bytes) -> dict[bytes, bytes]:
    """Each header by its name in small letters, in the form that is signed; the last one where there are several."""
    found: dict[bytes, bytes] = {}
    for header in re.split(rb"\r\n(?![ \t])", head):
        found[header.partition(b":")[0].strip().lower()] = _relaxed_header(header) + b"\r\n"
    return found


def _relaxed_header(header: bytes) -> bytes:
    """RFC 6376 section 3.4.2: unfolded, blanks in a row as one, the name in small letters."""
    name, _, value = header.partition(b":")
    return name.strip().lower() + b":" + _single_blanks(value.replace(b"\r\n", b"")).strip(b" ")


def _single_blanks(text: bytes) -> bytes:
    text = text.replace(b"\t", b" ")
    while b"  " in text:
        text = text.replace(b"  ", b" ")
    return text


def _relaxed_body(body: bytes) -> bytes:
    """RFC 6376 section 3.4.4: no blanks at ends of lines, those in a row as one, no empty lines at the end."""
    relaxed = _single_blanks(body).replace(b" \r\n", b"\r\n").rstrip(b" ")
    while relaxed.endswith(b"\r\n\r\n"):
        relaxed = relaxed[:-2]
    if relaxed in (b"", b"\r\n"):
        return b""
    return relaxed if relaxed.endswith(b"\r\n") else relaxed + b"\r\n"
