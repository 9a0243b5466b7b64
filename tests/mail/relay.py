"""A mail server on loopback that does as it is told, by whatever recipient or turn a test names."""

from __future__ import annotations

import asyncio
import hashlib
import re
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

CERTIFICATE = Path(__file__).parent / "self-signed.pem"


@dataclass
class Relay:
    """What the server saw. `rcpt`, `sender` and `data` decide its replies; `drop` cuts the line after the last byte.

    `replies` holds replies to CONNECT, EHLO, AUTH and DATA (before the message) in place of the usual ones, and the
    line is cut in place of a reply to what begins with `hang_up`. `commands` are the MAIL and RCPT lines as they came.
    """

    rcpt: Callable[[str], str] = lambda _: "250 OK"
    sender: Callable[[str], str] = lambda _: "250 OK"
    data: Callable[[str], str] = lambda _: "250 queued as 1"
    drop: Callable[[str], bool] = lambda _: False
    replies: dict[str, str] = field(default_factory=dict)
    hang_up: str = ""
    dsn: bool = False
    pipelining: bool = False
    smtputf8: bool = False
    commands: list[str] = field(default_factory=list)
    port: int = 0
    connections: int = 0
    logins: int = 0
    mails: list[tuple[str, bytes]] = field(default_factory=list)

    @property
    def to(self) -> list[str]:
        """The recipients of what was stored, in order."""
        return [recipient for recipient, _ in self.mails]

    @property
    def digests(self) -> list[str]:
        """A hash of each stored mail."""
        return [hashlib.sha256(raw).hexdigest() for _, raw in self.mails]

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """Count connections."""
        self.connections += 1
        session.host_name = hostname
        if reply := self.replies.get("EHLO"):
            return [reply]
        more = [f"250-{word}" for word, offered in (("DSN", self.dsn), ("PIPELINING", self.pipelining)) if offered]
        return [*responses[:-1], *more, responses[-1]]

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Judge the sender."""
        reply = self.sender(address)
        if reply.startswith("250"):
            envelope.mail_from = address
        return reply

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Judge the recipient."""
        reply = self.rcpt(address)
        if reply.startswith("250"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Store the mail, answer, or hang up."""
        assert len(envelope.rcpt_tos) == 1
        to = envelope.rcpt_tos[0]
        reply = self.data(to)
        if reply.startswith("250"):
            self.mails.append((to, envelope.original_content or b""))
        if self.drop(to):
            assert isinstance(server.transport, asyncio.WriteTransport)
            server.transport.abort()
        return reply

    def login(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        """Only `user` with `right` may come in."""
        self.logins += 1
        good = isinstance(data, LoginPassword) and (data.login, data.password) == (b"user", b"right")
        return AuthResult(success=good, handled=False, message=self.replies.get("AUTH"))


class _Server(SMTP):
    """What the library leaves out: replies of any kind at any verb, and the parameters of RFC 3461."""

    async def push(self, status: Any) -> None:
        relay = self.event_handler
        if str(status).startswith("220 ") and "CONNECT" in relay.replies:
            status = relay.replies["CONNECT"]
        await super().push(status.encode("latin-1") if isinstance(status, str) else status)

    async def smtp_MAIL(self, arg: str | None) -> None:
        if not self._cut(f"MAIL {arg}"):
            await super().smtp_MAIL(self._noted("MAIL", arg))

    async def smtp_RCPT(self, arg: str | None) -> None:
        if not self._cut(f"RCPT {arg}"):
            await super().smtp_RCPT(self._noted("RCPT", arg))

    async def smtp_DATA(self, arg: str) -> None:
        if self._cut("DATA"):
            return
        if reply := self.event_handler.replies.get("DATA"):
            await self.push(reply)
        else:
            await super().smtp_DATA(arg)

    def _noted(self, verb: str, arg: str | None) -> str | None:
        self.event_handler.commands.append(f"{verb} {arg}")
        return re.sub(r" (?:RET|ENVID|NOTIFY)=\S+", "", arg or "") if self.event_handler.dsn else arg

    def _cut(self, line: str) -> bool:
        begins = self.event_handler.hang_up
        if not begins or not line.startswith(begins):
            return False
        assert isinstance(self.transport, asyncio.WriteTransport)
        self.transport.abort()
        return True


class _Controller(Controller):
    def factory(self) -> SMTP:
        return _Server(self.handler, **self.SMTP_kwargs)


@contextmanager
def running(relay: Relay, *, tls: str = "none", auth: bool = False) -> Iterator[Relay]:
    """Serve on a port of loopback, a free one if the relay names none; `tls` is none, starttls or tls."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATE)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", relay.port))
        relay.port = probe.getsockname()[1]
    options: dict[str, Any] = {"enable_SMTPUTF8": relay.smtputf8}
    if tls == "starttls":
        options |= {"tls_context": context, "require_starttls": True}
    if auth:
        options |= {"authenticator": relay.login, "auth_required": True}
    controller = _Controller(
        relay, hostname="127.0.0.1", port=relay.port, ssl_context=context if tls == "tls" else None, **options
    )
    controller.start()
    try:
        yield relay
    finally:
        controller.stop()
