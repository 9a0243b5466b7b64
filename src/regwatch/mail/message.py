"""A rendered digest as the bytes of a mail: written once, stored, and sent unchanged however often it takes."""

from __future__ import annotations

import hashlib
import re
import textwrap
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email import quoprimime
from email.header import Header
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.policy import EmailPolicy, Policy
from functools import lru_cache
from urllib.parse import quote

from regwatch.addresses import mail_address
from regwatch.mail.sender import Sender
from regwatch.mail.signing import Signer
from regwatch.mail.templates import Rendered

_VERBATIM = (
    "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post", "List-Help", "List-Subscribe", "List-Owner", "List-Archive",
    "Message-ID", "References", "In-Reply-To",
)  # fmt: skip


_END = "\r\n"
_PLAIN = re.compile(r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
"""An address that is written as it is."""
_COLUMNS = 76
"""Not 78: RFC 2045 section 6.7 bounds the lines of quoted-printable text, which follow the same setting."""


class _Verbatim(UnstructuredHeader, BaseHeader):
    """A header that is written as it is, on one line.

    Folding would turn a long address into an encoded word, which RFC 2047 section 5 forbids here and no reader decodes.
    """

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


class _Subject(UnstructuredHeader, BaseHeader):
    """A subject that begins on the line of its name and is read as it was written.

    Left to itself, the library moves one that is a little too long to the next line whole, so that it is read with a
    blank before it, and it loses blanks between encoded words.
    """

    max_count = 1

    def fold(self, *, policy: Policy) -> str:
        if not self.isascii() and not getattr(policy, "utf8", False):
            words = Header(str(self), "utf-8", maxlinelen=_COLUMNS, header_name=self.name)
            return f"{self.name}: {words.encode(linesep=policy.linesep)}{policy.linesep}"
        lines = textwrap.wrap(f"{self.name}: {self}", _COLUMNS, break_long_words=False, break_on_hyphens=False)
        return f"{policy.linesep} ".join(lines) + policy.linesep


class _Registry(HeaderRegistry):
    """Makes the class of a header once; the library's makes a new one for every header of every mail."""

    def __init__(self) -> None:
        super().__init__()
        self._made: dict[str, type[BaseHeader]] = {}

    def __getitem__(self, name: str) -> type[BaseHeader]:
        if name not in self._made:
            self._made[name] = super().__getitem__(name)
        return self._made[name]


def _registry() -> HeaderRegistry:
    registry = _Registry()
    for name in _VERBATIM:
        registry.map_to_type(name.lower(), _Verbatim)
    registry.map_to_type("subject", _Subject)
    return registry


_POLICY = EmailPolicy(linesep="\r\n", max_line_length=_COLUMNS, cte_type="7bit", header_factory=_registry())
_INTERNATIONAL = _POLICY.clone(utf8=True)
"""For an address with letters beyond ASCII before the @, which has no other form: headers as UTF-8 (RFC 6532)."""


def message_id(recipient: str, events: Sequence[int], sender: Sender) -> str:
    """The identity of the mail that tells this recipient of these events: the same however often it is computed."""
    seed = "\n".join([recipient.lower(), *(str(seq) for seq in sorted(events))])
    return f"<d.{max(events)}.{hashlib.sha256(seed.encode()).hexdigest()[:16]}@{domain(sender)}>"


def domain(sender: Sender) -> str:
    """The domain that the mails come from."""
    return sender.address.rpartition("@")[2]


def write(
    rendered: Rendered,
    sender: Sender,
    recipient: str,
    identity: str,
    now: datetime,
    *,
    stop: str = "",
    further: Mapping[str, str] | None = None,
    signer: Signer | None = None,
) -> bytes:
    """The whole message, CRLF line ends, text first, HTML second, to one recipient. `now` is its Date.

    It is 7 bit, except that the headers are UTF-8 where the recipient's address has letters beyond ASCII.

    `stop` is the address that ends the subscription when it is posted to, `further` are headers of this mail. Raises
    `ValueError` if an address is none.
    """
    utf8 = not recipient.isascii()
    more = {**_list_headers(sender, stop), **(further or {})}
    head = [
        _address("From", sender.name, sender.address, utf8=utf8),
        _to(recipient),
        _address("Reply-To", "", sender.contact, utf8=utf8),
        _header("Subject", rendered.subject, utf8=utf8),
        _header("Date", now.astimezone(UTC), utf8=utf8),
        f"Message-ID: {identity}\r\n",
        # RFC 3834 section 5; the last two are what Exchange and old responders look at. Bounces stay welcome.
        *(_header(name, value, utf8=utf8) for name, value in more.items()),
        "Auto-Submitted: auto-generated\r\nPrecedence: list\r\nX-Auto-Response-Suppress: OOF, AutoReply\r\n",
    ]
    # "=_" cannot occur in quoted-printable text (RFC 2045 section 6.7), so the boundary needs no search and no chance.
    boundary = f"=_{hashlib.sha256(identity.encode()).hexdigest()[:32]}"
    parts = (
        f"--{boundary}\r\n{_part(kind, said)}" for kind, said in (("plain", rendered.text), ("html", rendered.html))
    )
    # RFC 2045 section 4: the version stands at the top of a message, once.
    multipart = f'MIME-Version: 1.0\r\nContent-Type: multipart/alternative;\r\n boundary="{boundary}"\r\n\r\n'
    raw = "".join((*head, multipart, "\r\n".join(parts), f"\r\n--{boundary}--\r\n")).encode()
    return signer.sign(raw, now) if signer else raw


@lru_cache(maxsize=256)
def _header(name: str, value: str | datetime, *, utf8: bool) -> str:
    """One header as it is written; most of them are the same in the mails of many readers."""
    policy = _INTERNATIONAL if utf8 else _POLICY
    if name in _VERBATIM and isinstance(value, str) and value.isascii() and value.isprintable():
        return f"{name}: {value}\r\n"
    return str(policy.header_store_parse(name, value)[1].fold(policy=policy))


@lru_cache(maxsize=64)
def _address(header: str, name: str, address: str, *, utf8: bool) -> str:
    policy = _INTERNATIONAL if utf8 else _POLICY
    return str(policy.header_store_parse(header, Address(name, addr_spec=address))[1].fold(policy=policy))


def _to(recipient: str) -> str:
    if len(recipient) < _COLUMNS - len("To: ") and _PLAIN.fullmatch(recipient):
        return f"To: {recipient}\r\n"
    policy = _POLICY if recipient.isascii() else _INTERNATIONAL
    return str(policy.header_store_parse("To", _recipient(recipient))[1].fold(policy=policy))


def _part(kind: str, said: str) -> str:
    head = f'Content-Type: text/{kind}; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
    return head + "".join(map(_quoted, said.encode().splitlines() or [b""]))


@lru_cache(maxsize=2048)
def _quoted(line: bytes) -> str:
    """A line as quoted-printable; all but a few are the same in the mails of many readers."""
    return quoprimime.body_encode(line.decode("latin-1"), _COLUMNS, _END) + _END


def _recipient(address: str) -> Address:
    if address.isascii():
        return Address(addr_spec=address)
    # The library calls letters beyond ASCII a defect where it reads them, but writes them well.
    local, _, host = mail_address(address, international=True).rpartition("@")
    return Address(username=local, domain=host)


def _list_headers(sender: Sender, stop: str) -> dict[str, str]:
    """RFC 2369 and RFC 2919; the identity of the list is ASCII and does not follow the host that runs it.

    RFC 8058 section 3.1: one HTTPS address and the exact words of the second header, or no one-click at all. By mail
    the same handle stands in the subject: it says who leaves what, whoever writes, and only its owner has it.
    """
    contact = quote(sender.contact, safe="@+._-")
    identity = sender.list_id or f"digests.{domain(sender)}"
    handle = stop.rpartition("/")[2]
    reader = quote(sender.bounces, safe="@+._-") if handle and sender.bounces else contact
    by_mail = f"<mailto:{reader}?subject=unsubscribe{'%20' if handle else ''}{handle}>"
    one_click = {"List-Unsubscribe-Post": "List-Unsubscribe=One-Click"} if stop.startswith("https://") else {}
    return {
        "List-Id": f"regwatch digests <{identity}>",
        "List-Unsubscribe": f"<{stop}>, {by_mail}" if stop else by_mail,
        **one_click,
        "List-Subscribe": f"<mailto:{contact}?subject=subscribe>",
        "List-Help": f"<mailto:{contact}?subject=help>",
        "List-Owner": f"<mailto:{contact}>",
        "List-Archive": f"<{sender.web}>" if sender.web else f"<mailto:{contact}?subject=archive>",
    }
