"""Handing mails to one mail server that relays them (RFC 6409): encrypted, verified, one connection for many."""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Literal, NoReturn

import aiosmtplib
from aiosmtplib import (
    SMTPAuthenticationError,
    SMTPDataError,
    SMTPException,
    SMTPResponse,
    SMTPResponseException,
)

from regwatch.addresses import is_loopback
from regwatch.errors import MailDeferred, MailOutcomeUnknown, MailRefused, RelayRefused
from regwatch.mail.envelope import BounceAddress
from regwatch.mail.outbox_queries import OutgoingMail
from regwatch.mail.pace import Pace
from regwatch.mail.replies import About, about
from regwatch.safe_text import one_line

_COMMAND_SECONDS = 60.0
_GOODBYE_SECONDS = 10.0
_LONGEST_REPLY = 300
_DATA_SECONDS = 660.0
"""RFC 5321 section 4.5.3.2.6 gives a server ten minutes after the last byte; leaving earlier makes duplicates."""

_OURS = frozenset({421, 432, 454, 530, 534, 535, 538})
"""Replies about us and not about the recipient: shutting down, login or encryption wanted (RFC 4954 section 6)."""

_NO_SMTPUTF8 = 553
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

    @asynccontextmanager
    async def open(self) -> AsyncIterator[_SmtpConnection]:
        """Connect, encrypt, log in. Raises `RelayRefused` with the cause."""
        client = await self._connected()
        try:
            yield _SmtpConnection(client, self._server)
        finally:
            await _leave(client)

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
    def __init__(self, client: aiosmtplib.SMTP, server: SmtpServer) -> None:
        self._client = client
        self._server = server

    async def hand_over(self, mail: OutgoingMail) -> str:
        await self._from(mail)
        await self._to(mail.recipient)
        try:
            response = await self._data(mail.raw)
        except SMTPDataError as error:
            await self._forget()
            if error.code < 400:
                raise MailOutcomeUnknown(f"the answer to the message makes no sense: {error.code}") from error
            _raise_for(error, mail.recipient)
        except (SMTPException, OSError) as error:
            # The library does not tell a loss before the server's go-ahead from one after the last byte.
            raise MailOutcomeUnknown(f"the connection was lost during the message: {_cause(error)}") from error
        return f"{response.code} {response.message}"

    async def _from(self, mail: OutgoingMail) -> None:
        """Begin the mail. A refusal here is about us, except where this recipient's address asks for more."""
        client, bounces, options = self._client, self._server.bounces, []
        international = not mail.recipient.isascii()
        if international and not client.supports_extension("smtputf8"):
            sentence = "the mail server does not take letters beyond ASCII before the @ (it offers no SMTPUTF8)"
            raise MailRefused(sentence, code=_NO_SMTPUTF8)
        if international:
            options += ["SMTPUTF8", "BODY=8BITMIME"]
        if client.supports_extension("dsn"):
            options += ["RET=HDRS", *([f"ENVID={bounces.mark(mail.number)}"] if bounces else [])]
        sender = bounces.of(mail.number) if bounces else self._server.sender
        try:
            await self._command(b"MAIL", f"FROM:<{sender}>", options)
        except SMTPResponseException as error:
            await self._forget()
            if international:
                _raise_for(error, mail.recipient)
            raise RelayRefused(f"the sender is refused: {_said(error)}", code=error.code) from error
        except (SMTPException, OSError) as error:
            raise RelayRefused(f"the mail server hung up: {_cause(error)}") from error

    async def _to(self, recipient: str) -> None:
        options = ["NOTIFY=FAILURE"] if self._client.supports_extension("dsn") else []
        try:
            await self._command(b"RCPT", f"TO:<{recipient}>", options)
        except SMTPResponseException as error:
            await self._forget()
            # RFC 5321 section 4.5.3.1.10: here 552 means what 452 should have said.
            _raise_for(error, recipient, later=error.code == 552)
        except (SMTPException, OSError) as error:
            raise RelayRefused(f"the mail server hung up: {_cause(error)}") from error

    async def _command(self, verb: bytes, address: str, options: Sequence[str]) -> None:
        """Say whom the mail is from or for. Addresses were checked when they were taken in: the library's own way takes
        each apart once more, a tenth of the work of a mail.
        """
        response = await self._client.execute_command(verb, address.encode(), *(one.encode() for one in options))
        if response.code not in _FINE:
            raise SMTPResponseException(response.code, response.message)

    async def _data(self, raw: bytes) -> SMTPResponse:
        """The message itself. The library's own way looks at each of its lines twice."""
        go_ahead = await self._client.execute_command(b"DATA", timeout=_DATA_SECONDS)
        protocol = self._client.protocol
        if go_ahead.code != _GO_AHEAD or protocol is None:
            raise SMTPDataError(go_ahead.code, go_ahead.message)
        protocol.write(_stuffed(raw))
        response = await protocol.read_response(timeout=_DATA_SECONDS)
        if response.code != _TAKEN:
            raise SMTPDataError(response.code, response.message)
        return response

    async def _forget(self) -> None:
        """Take the transaction back, so that the next mail can use the connection."""
        with suppress(SMTPException, OSError):
            await self._client.rset()


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


def _raise_for(error: SMTPResponseException, recipient: str, *, later: bool = False) -> NoReturn:
    """RFC 5321 section 4.2.1: 4yz asks to come back, 5yz is final (unless `later`); some are not about the recipient.

    A full mailbox is for now, whatever the first digit says.

    Servers repeat the address in their replies, or the part before its @; both are taken out, because errors end up in
    logs.
    """
    code, reply = error.code, error.message
    known = rf"{re.escape(recipient)}|(?<![\w.+-]){re.escape(recipient.rpartition('@')[0])}(?![\w+-])"
    said = f"{code} {one_line(re.sub(known, 'recipient', reply, flags=re.IGNORECASE), _LONGEST_REPLY)}"
    meaning = about(said)
    if code in _OURS or meaning is About.US:
        raise RelayRefused(f"the mail server refuses to take mail from us: {said}", code=code) from error
    if later or code < 500 or meaning is About.FULL:
        raise MailDeferred(said, code=code) from error
    raise MailRefused(said, code=code) from error


def _said(error: SMTPResponseException) -> str:
    return f"{error.code} {one_line(error.message, _LONGEST_REPLY)}"


def _cause(error: Exception) -> str:
    if isinstance(error.__cause__, ssl.SSLCertVerificationError):
        error = error.__cause__
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not valid: {error.verify_message}"
    return one_line(str(error), _LONGEST_REPLY) or error.__class__.__name__
