"""What is said over an open connection to a mail server: commands, and replies in their order.

The library opens the connection, encrypts it and logs in. It waits for the answer to each command before it says the
next one, and does not tell whether a connection was lost before the message or behind it. Here both count: a mail takes
two journeys to a distant server in place of four, and what was lost before the message is not sent a second time.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass

from regwatch.errors import RegwatchError
from regwatch.safe_text import one_line

_LONGEST_LINE = 4096
_MOST_LINES = 100
"""Of one reply. RFC 5321 section 4.5.3.1.5 allows a server lines of 512 octets and no number of them."""
_GOODBYE_SECONDS = 10.0
_CUT = "Connection lost"
_CODE = re.compile(rb"([2-5][0-5]\d)(?:([ -])(.*))?", re.DOTALL)


class LineLost(RegwatchError):
    """The connection is of no more use: it was cut, nobody answered in time, or not as a mail server does."""


@dataclass(frozen=True)
class Reply:
    """A reply of a mail server (RFC 5321 section 4.2): its code, 200 to 559, and its lines without it."""

    code: int
    message: str

    def __str__(self) -> str:
        return f"{self.code} {self.message}"


class SmtpDialogue:
    """A connection on which a login, if any is wanted, lies behind."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._replies = asyncio.StreamReader(limit=_LONGEST_LINE)
        protocol = asyncio.StreamReaderProtocol(self._replies)
        protocol.connection_made(transport)
        transport.set_protocol(protocol)

    async def ask(
        self, commands: Sequence[tuple[bytes, Collection[int]]], seconds: float, *, at_once: bool
    ) -> list[Reply]:
        """Say each command, a line without its end, and return the replies: to all of them if they are said `at_once`
        (RFC 2920), else as far as the first whose code is none of those that are wanted. Each may take so many seconds.

        Raises `LineLost`; where the server hangs up behind a reply that is not wanted, that reply is the last.
        """
        await self.quiet()
        if at_once:
            self.say(b"".join(command + b"\r\n" for command, _ in commands))
        replies: list[Reply] = []
        as_wanted = True
        for command, wanted in commands:
            try:
                if not at_once:
                    self.say(command + b"\r\n")
                replies.append(await self.reply(seconds))
            except LineLost:
                if as_wanted:
                    raise
                break
            as_wanted = as_wanted and replies[-1].code in wanted
            if not (as_wanted or at_once):
                break
        return replies

    async def quiet(self) -> None:
        """Raises `LineLost` where the server has said what nobody asked for, such as that it is tired of waiting: it
        would be taken for the reply to what is said next, and one mail's for another's.
        """
        await asyncio.sleep(0)
        await asyncio.sleep(0)  # the first lets the loop look at the line, the second lets it read what came
        try:
            async with asyncio.timeout(0):
                said = await self._replies.read(_LONGEST_LINE)
        except TimeoutError:
            return
        except OSError as error:
            raise self._lost(str(error)) from error
        unasked = one_line(said.decode(errors="replace"), 80)
        raise self._lost(f"it spoke without being asked: {unasked}" if said else "")

    def say(self, what: bytes) -> None:
        """Send bytes as they are. Raises `LineLost` where there is nobody to hear them."""
        if self._transport.is_closing():
            raise LineLost(_CUT)
        self._transport.write(what)

    async def reply(self, seconds: float) -> Reply:
        """The next reply. Raises `LineLost`, also where what comes is none."""
        try:
            async with asyncio.timeout(seconds):
                return await self._read()
        except TimeoutError as error:
            raise self._lost(f"no answer within {seconds:.0f} seconds") from error
        except (OSError, EOFError, ValueError) as error:
            raise self._lost(str(error)) from error

    def hang_up(self) -> None:
        """Let go of the socket, in the middle of whatever was being said."""
        self._transport.abort()

    def _lost(self, why: str) -> LineLost:
        """What comes after a lost reply would be taken for that reply: nothing more is said on this line."""
        self.hang_up()
        return LineLost(why or _CUT)

    async def leave(self) -> None:
        """Say goodbye and let go of the socket now: a polite TLS shutdown would outlive the event loop."""
        with suppress(LineLost):
            self.say(b"QUIT\r\n")
            await self.reply(_GOODBYE_SECONDS)
        self.hang_up()
        await asyncio.sleep(0)

    async def _read(self) -> Reply:
        said: list[str] = []
        for _ in range(_MOST_LINES):
            line = await self._replies.readline()
            if not line.endswith(b"\n"):
                raise EOFError(_CUT)
            found = _CODE.fullmatch(line.rstrip(b"\r\n"))
            if found is None:
                raise ValueError(f"an answer that is none: {one_line(line.decode(errors='replace'), 80)}")
            said.append((found[3] or b"").strip().decode("utf-8", "surrogateescape"))
            if found[2] != b"-":
                return Reply(int(found[1]), "\n".join(said))
        raise ValueError("an answer without an end")
