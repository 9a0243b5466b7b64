"""The states of a mail in the outbox, and the words that stand in its row.

    pending -> sending -> accepted | deferred -> sending ... | failed | unknown

`sending` is committed before the first byte of the message leaves. A mail found there later may or may not have been
accepted, and so is one whose connection was lost after its last byte: both are `unknown` (RFC 1047). What happens to
those is the operator's choice, `Ambiguous`. The same bytes with the same Message-ID are sent again, so that receivers
can drop the second copy.
"""

from __future__ import annotations

from enum import StrEnum

NOT_SENT = "not sent:"
"""How the reply of a mail begins that was not sent because its recipient had left."""

CHANNEL = "channel"
"""The kind of what goes another way than by mail."""

OPERATOR = 0
"""The number of the operator's own channel; those of readers count from 1."""

ERASED = "erased"
"""What stands in the place of everything that named a recipient who is forgotten."""


class MailState(StrEnum):
    """Where a mail stands."""

    PENDING = "pending"
    """Waits for its first try."""
    SENDING = "sending"
    """On its way: whoever claimed it may have handed it over already."""
    ACCEPTED = "accepted"
    """Taken by the mail server, folder or channel. The end."""
    DEFERRED = "deferred"
    """Put off by the mail server: tried again at `next_at`."""
    FAILED = "failed"
    """Refused for good, given up, or not sent because its recipient left. The end, unless an operator retries it."""
    UNKNOWN = "unknown"
    """Perhaps taken: sent again at `next_at`, or held for the operator where that is not set."""


def channel_recipient(channel: int) -> str:
    """What stands as the recipient of a message for a channel, whose address is a secret."""
    return f"{CHANNEL} {channel}"


def channel_of(recipient: str) -> int:
    """The inverse of `channel_recipient`."""
    return int(recipient.rpartition(" ")[2])
