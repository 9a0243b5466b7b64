"""Handing mails to one mail server that relays them (RFC 6409): encrypted, verified, one connection for many."""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Literal, NoReturn

import aiosmtplib
from aiosmtplib import (
    SMTPAuthenticationError,
    SMTPException,
    SMTPResponseException,
)

from regwatch.addresses import is_loopback
from regwatch.errors import ConnectionEnded, MailDeferred, MailOutcomeUnknown, MailRefused, RelayRefused
from regwatch.mail.envelope import BounceAddress
from regwatch.mail.outbox_queries import OutgoingMail
from regwatch.mail.pace import Pace
from regwatch.mail.replies import About, about
from regwatch.mail.smtp_dialogue import LineLost, Reply, SmtpDialogue
from regwatch.safe_text import one_line

_COMMAND_SECONDS = 60.0
_GOODBYE_SECONDS = 10.0
_LONGEST_REPLY = 300
_REPLY_SECONDS = 300.0
"""RFC 5321 sections 4.5.3.2.2 and 4.5.3.2.3; for the go-ahead section 4.5.3.2.4 asks for two minutes only."""
_DATA_SECONDS = 660.0
"""RFC 5321 section 4.5.3.2.6 gives a server ten minutes after the last byte; leaving earlier makes duplicates."""

_CLOSING = 421
"""What a server says that hangs up, or should have said (RFC 5321 section 3.8): the next try begins with another."""
_OURS = frozenset({_CLOSING, 432, 454, 530, 534, 535, 538})
"""Replies about us and not about the recipient: shutting down, login or encryption wanted (RFC 4954 section 6)."""

_NO_SMTPUTF8 = _NOT_A_MAILBOX = 553
_ENDS_A_LINE = re.compile(r"[\r\n\0]")
_GO_AHEAD, _TAKEN = 354, 250
_FINE = (_TAKEN, 251)
"""The second says that a recipient's mail is sent on (RFC 5321 section 4.2.3)."""


@dataclass(frozen=True)
class SmtpServer:
    """Where and how to reach the relay. `tls` may be `none` only on this machine itself."""

    host: str
    port: int
    sender: str
    tls: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)
    context: ssl.SSLContext | None = None
    bounces: BounceAddress | None = None


class SmtpTransport:
    """The way through a mail server."""

    batch = 50

    def __init__(self, server: SmtpServer, *, connections: int = 1, pace: Pace | None = None) -> None:
        self._server = server
        self.connections = connections
        self.pace = pace or Pace()
        self._not_kept: set[str] = set()

    @asynccontextmanager
    async def open(self) -> AsyncIterator[_SmtpConnection]:
        """Connect, encrypt, log in. Raises `RelayRefused` with the cause."""
        client = await self._connected()
        if not isinstance(client.transport, asyncio.Transport):
            raise RelayRefused(f"the mail server {self._server.host}:{self._server.port} hung up")
        dialogue = SmtpDialogue(client.transport)
        try:
            yield _SmtpConnection(dialogue, frozenset(client.esmtp_extensions), self._server, self._not_kept)
        finally:
            await dialogue.leave()

    async def offers(self) -> frozenset[str]:
        """The names of the extensions that the relay offers, in small letters: `smtputf8`, `dsn`. Raises as `open`."""
        client = await self._connected()
        try:
            return frozenset(client.esmtp_extensions)
        finally:
            await _leave(client)

    async def _connected(self) -> aiosmtplib.SMTP:
        server = self._server
        where = f"the mail server {server.host}:{server.port}"
        if server.tls == "none" and not is_loopback(server.host):
            raise RelayRefused(f"{where} is not this machine, so the connection must be encrypted: set starttls or tls")
        client = aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            use_tls=server.tls == "tls",
            start_tls=server.tls == "starttls",
            tls_context=None if server.tls == "none" else server.context or ssl.create_default_context(),
            local_hostname=server.sender.rpartition("@")[2],
            timeout=_COMMAND_SECONDS,
        )
        try:
            await client.connect()
            if client.is_ehlo_or_helo_needed:
                await client.ehlo()
            if server.user:
                await _log_in(client, server)
        except SMTPAuthenticationError as error:
            await _leave(client)
            raise RelayRefused(f"{where} refuses the login: {_said(error)}", code=error.code) from error
        except (SMTPException, OSError) as error:
            await _leave(client)
            raise RelayRefused(f"{where} cannot be used: {_cause(error)}") from error
        return client


class _SmtpConnection:
    """`not_kept` are extensions that this server offers and does not keep to, as its connections find out."""

    def __init__(self, dialogue: SmtpDialogue, offers: frozenset[str], server: SmtpServer, not_kept: set[str]) -> None:
        self._dialogue, self._offers, self._server, self._not_kept = dialogue, offers, server, not_kept
        self._has_settled_one = False

    async def hand_over(self, mail: OutgoingMail) -> str:
        try:
            await self._envelope(mail)
            reply = await self._message(mail.raw)
            if reply.code != _TAKEN:
                await self._refused(reply, mail.recipient)
        except (MailDeferred, MailRefused):
            self._has_settled_one = True
            raise
        except RelayRefused as error:
            # Many servers take so many mails over a connection, or wait so long for the next one, and no more.
            if self._has_settled_one and error.code == _CLOSING:
                raise ConnectionEnded(error.message, code=_CLOSING) from error
            raise
        self._has_settled_one = True
        return str(reply)

    async def _envelope(self, mail: OutgoingMail) -> None:
        """Say whom the mail is from and for, and that it follows. Where this raises, no word of it was sent."""
        commands = [(self._from(mail), _FINE), (self._to(mail.recipient), _FINE), (b"DATA", (_GO_AHEAD,))]
        at_once = "pipelining" in self._offers - self._not_kept
        try:
            replies = await self._dialogue.ask(commands, _REPLY_SECONDS, at_once=at_once)
            right = [reply.code in wanted for reply, (_, wanted) in zip(replies, commands, strict=False)]
            if all(right):
                await self._dialogue.quiet()
                return
            if len(replies) == len(commands) and replies[-1].code == _GO_AHEAD:
                await self._not_after_all(replies[1])
        except LineLost as error:
            if at_once and not self._has_settled_one:
                self._not_kept.add("pipelining")
            raise RelayRefused(f"the mail server hung up: {error.message}", code=_CLOSING) from error
        place = right.index(False)
        refuse = (self._sender_refused, self._recipient_refused, self._go_ahead_refused)[place]
        await refuse(replies[place], mail.recipient)

    async def _not_after_all(self, of_the_recipient: Reply) -> None:
        """End a message that the server waits for although it refused what came before it (RFC 2920 section 3.1).

        A dot does so where there is nobody whom the message is for; else it would send somebody an empty mail.
        """
        if of_the_recipient.code < 400:
            self._dialogue.hang_up()
            return
        self._dialogue.say(b".\r\n")
        await self._dialogue.reply(_DATA_SECONDS)

    def _from(self, mail: OutgoingMail) -> bytes:
        bounces, options = self._server.bounces, []
        if not mail.recipient.isascii():
            if "smtputf8" not in self._offers:
                sentence = "the mail server does not take letters beyond ASCII before the @ (it offers no SMTPUTF8)"
                raise MailRefused(sentence, code=_NO_SMTPUTF8)
            options += ["SMTPUTF8", "BODY=8BITMIME"]
        if "dsn" in self._offers:
            options += ["RET=HDRS", *([f"ENVID={bounces.mark(mail.number)}"] if bounces else [])]
        sender = bounces.of(mail.number) if bounces else self._server.sender
        return _command(f"MAIL FROM:<{sender}>", *options)

    def _to(self, recipient: str) -> bytes:
        return _command(f"RCPT TO:<{recipient}>", *(["NOTIFY=FAILURE"] if "dsn" in self._offers else []))

    async def _message(self, raw: bytes) -> Reply:
        try:
            self._dialogue.say(_stuffed(raw))
            return await self._dialogue.reply(_DATA_SECONDS)
        except LineLost as error:
            raise MailOutcomeUnknown(f"the connection was lost during the message: {error.message}") from error

    async def _sender_refused(self, reply: Reply, recipient: str) -> NoReturn:
        """It is about us, except where this recipient's address asked for more."""
        if not recipient.isascii():
            await self._refused(reply, recipient)
        raise RelayRefused(f"the sender is refused: {_said(reply)}", code=reply.code)

    async def _recipient_refused(self, reply: Reply, recipient: str) -> NoReturn:
        # RFC 5321 section 4.5.3.1.10: here 552 means what 452 should have said; and other successes are none.
        await self._refused(reply, recipient, later=reply.code == 552 or reply.code < 400)

    async def _go_ahead_refused(self, reply: Reply, recipient: str) -> NoReturn:
        if reply.code < 400:
            raise RelayRefused(f"the answer to DATA makes no sense: {_said(reply)}", code=_CLOSING)
        await self._refused(reply, recipient)

    async def _refused(self, reply: Reply, recipient: str, *, later: bool = False) -> NoReturn:
        """Take the transaction back, so that the next mail can use the connection, and raise what the reply means."""
        if reply.code < 400 and not later:
            raise MailOutcomeUnknown(f"the answer to the message makes no sense: {_said(reply)}")
        with suppress(LineLost):
            (reset,) = await self._dialogue.ask([(b"RSET", _FINE)], _REPLY_SECONDS, at_once=False)
            if reset.code not in _FINE:
                self._dialogue.hang_up()
        _raise_for(reply, recipient, later=later)


def _command(*words: str) -> bytes:
    """A line of words. Raises `MailRefused` for an address that would end it: they were checked when they came in."""
    line = " ".join(words)
    if _ENDS_A_LINE.search(line):
        raise MailRefused("an address with a line end in it cannot be written to", code=_NOT_A_MAILBOX)
    return line.encode()


def _stuffed(raw: bytes) -> bytes:
    """A message as it goes over the line (RFC 5321 section 4.5.2): CRLF line ends only, dots doubled, a dot at the end.

    A bare CR or LF would let some servers see the end of the message where it is not.
    """
    ends = raw.count(b"\r\n")
    if raw.count(b"\n") != ends or raw.count(b"\r") != ends:
        raw = re.sub(rb"\r\n|\r|\n", b"\r\n", raw)
    if not raw.endswith(b"\r\n"):
        raw += b"\r\n"
    raw = raw.replace(b"\r\n.", b"\r\n..")
    return (b"." if raw.startswith(b".") else b"") + raw + b".\r\n"


async def _log_in(client: aiosmtplib.SMTP, server: SmtpServer) -> None:
    """Try the password once: the library's `login` would try a wrong one in every way that the server knows."""
    offered = client.server_auth_methods
    way = client.auth_plain if "plain" in offered else client.auth_login if "login" in offered else client.login
    await way(server.user, server.password)


async def _leave(client: aiosmtplib.SMTP) -> None:
    """Say goodbye and let go of the socket now: a polite TLS shutdown would outlive the event loop."""
    transport = client.transport
    with suppress(SMTPException, OSError):
        await client.quit(timeout=_GOODBYE_SECONDS)
    client.close()
    if isinstance(transport, asyncio.WriteTransport):
        transport.abort()
    await asyncio.sleep(0)


def _raise_for(answer: Reply, recipient: str, *, later: bool) -> NoReturn:
    """RFC 5321 section 4.2.1: 4yz asks to come back, 5yz is final (unless `later`); some are not about the recipient.

    A full mailbox is for now, whatever the first digit says.

    Servers repeat the address in their replies, or the part before its @; both are taken out, because errors end up in
    logs.
    """
    known = rf"{re.escape(recipient)}|(?<![\w.+-]){re.escape(recipient.rpartition('@')[0])}(?![\w+-])"
    code = answer.code
    said = f"{code} {one_line(re.sub(known, 'recipient', answer.message, flags=re.IGNORECASE), _LONGEST_REPLY)}"
    meaning = about(said)
    if code in _OURS or meaning is About.US:
        raise RelayRefused(f"the mail server refuses to take mail from us: {said}", code=code)
    if later or code < 500 or meaning is About.FULL:
        raise MailDeferred(said, code=code)
    raise MailRefused(said, code=code)


def _said(error: SMTPResponseException | Reply) -> str:
    return f"{error.code} {one_line(error.message, _LONGEST_REPLY)}"


def _cause(error: Exception) -> str:
    if isinstance(error.__cause__, ssl.SSLCertVerificationError):
        error = error.__cause__
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not valid: {error.verify_message}"
    return one_line(str(error), _LONGEST_REPLY) or error.__class__.__name__
