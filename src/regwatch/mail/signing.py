"""DKIM signatures (RFC 6376), for operators whose relay does not sign."""

from __future__ import annotations

from dataclasses import dataclass, field

from regwatch.errors import ConfigError, Fault

SIGNED = (
    "from", "from", "to", "reply-to", "subject", "date", "message-id", "mime-version", "content-type", "in-reply-to",
    "references", "list-id", "list-unsubscribe", "list-unsubscribe-post", "list-help", "list-owner", "list-archive",
    "list-subscribe", "auto-submitted",
)  # fmt: skip
"""RFC 8058 section 4 wants both unsubscribe headers signed. From twice: a second one added on the way breaks it."""

_LONGEST_DOMAIN = 68
"""The signing library folds a longer one within the name, and no receiver can then read it."""


@dataclass(frozen=True)
class Signer:
    """Signs for one domain; `private_key` is PEM."""

    domain: str
    selector: str
    private_key: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.domain) > _LONGEST_DOMAIN:
            text = f"a domain of more than {_LONGEST_DOMAIN} characters cannot be signed for: let the mail server sign"
            raise ConfigError([Fault("environment", 0, 0, "REGWATCH_DKIM_DOMAIN", text)])

    def sign(self, raw: bytes) -> bytes:
        """The message with its signature before it. Raises `ConfigError` if the key cannot be used."""
        # Loaded only by those who sign: with its DNS library it costs the daemon memory for nothing.
        import dkim

        present = {line.partition(b":")[0].strip().lower().decode() for line in _header_lines(raw)}
        # The order of the headers counts: those that are named twice stand last, so that absence is what is signed.
        names = [name.encode() for name in dict.fromkeys(SIGNED) if name in present]
        try:
            signature = dkim.sign(
                raw,
                self.selector.encode(),
                self.domain.encode(),
                self.private_key,
                canonicalize=(b"relaxed", b"relaxed"),
                include_headers=[*names, b"from"],
            )
        except (dkim.DKIMException, ValueError) as error:
            fault = Fault("environment", 0, 0, "REGWATCH_DKIM_KEY", f"mail cannot be signed with this key: {error}")
            raise ConfigError([fault]) from error
        return bytes(signature) + raw


def _header_lines(raw: bytes) -> list[bytes]:
    head = raw.partition(b"\r\n\r\n")[0]
    return [line for line in head.split(b"\r\n") if line[:1] not in (b" ", b"\t")]
