"""The envelope sender of each mail, which says which mail it is that came back (variable envelope return path)."""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass

from regwatch.secret_key import SecretKey

_TOKEN_LENGTH = 16
_MARK = re.compile(r"(?:\A|\+)([0-9a-f]{1,16})-([0-9a-f]{16})(?:@|\Z)")


@dataclass(frozen=True)
class BounceAddress:
    """The mailbox for mail that comes back. Each mail has a mark of its own, which only we can make."""

    mailbox: str
    key: SecretKey

    def mark(self, number: int) -> str:
        """What says which mail of the outbox it is: `1f-0123456789abcdef`, 33 characters at most."""
        return f"{number:x}-{self._token(number)}"

    def of(self, number: int) -> str:
        """The envelope sender of one mail of the outbox: `bounce+1f-0123456789abcdef@example.org`."""
        local, _, host = self.mailbox.rpartition("@")
        return f"{local}+{self.mark(number)}@{host}"

    def number(self, text: str) -> int | None:
        """The mail whose mark this is, or whose mark stands in this address; None if we did not make it."""
        found = _MARK.search(text.strip()[:320].lower())
        if not found:
            return None
        number = int(found[1], 16)
        return number if hmac.compare_digest(found[2], self._token(number)) else None

    def _token(self, number: int) -> str:
        return self.key.digest("bounce", str(number)).hex()[:_TOKEN_LENGTH]
