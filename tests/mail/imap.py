"""An IMAP server on loopback, with TLS, that knows the few commands that the reading of a mailbox needs (RFC 3501)."""

from __future__ import annotations

import re
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from mail.relay import CERTIFICATE


@dataclass
class Mail:
    """One mail of the mailbox, with its flags."""

    raw: bytes
    flags: set[str] = field(default_factory=set)


@dataclass
class Inbox:
    """What the server has and what it was asked. `broken` commands are answered with NO."""

    mails: dict[int, Mail] = field(default_factory=dict)
    uidplus: bool = True
    broken: frozenset[str] = frozenset()
    port: int = 0
    asked: list[str] = field(default_factory=list)
    sent: int = 0

    def add(self, raw: bytes, *flags: str) -> None:
        """Put a mail into the mailbox."""
        self.mails[max(self.mails, default=0) + 1] = Mail(raw, set(flags))

    def expunge(self, uids: set[int]) -> None:
        """Remove those of these mails that are marked."""
        for uid in uids & self.mails.keys():
            if "\\Deleted" in self.mails[uid].flags:
                del self.mails[uid]

    def answer(self, command: str) -> tuple[bytes, str]:
        """The data and the status line for one command without its tag."""
        self.asked.append(re.sub(r"LOGIN .*", "LOGIN", command))
        words = command.replace('"', "").split()
        verb = " ".join(words[:2] if words[0] == "UID" else words[:1]).upper()
        if verb in self.broken:
            return b"", "NO [UNAVAILABLE] the disk is full"
        match verb:
            case "CAPABILITY":
                return f"* CAPABILITY IMAP4rev1{' UIDPLUS' if self.uidplus else ''}\r\n".encode(), "OK done"
            case "LOGIN" if words[1:] != ["bounces", "right"]:
                return b"", "NO [AUTHENTICATIONFAILED] Authentication failed."
            case "SELECT":
                return f"* {len(self.mails)} EXISTS\r\n".encode(), "OK [READ-WRITE] done"
            case "UID SEARCH":
                hidden = {"\\Flagged", "\\Deleted"}
                found = [str(uid) for uid, mail in self.mails.items() if not mail.flags & hidden]
                return f"* SEARCH{''.join(' ' + uid for uid in found)}\r\n".encode(), "OK done"
            case "UID FETCH":
                return self._fetch(int(words[2]), command)
            case "UID STORE":
                self.mails[int(words[2])].flags.update(re.findall(r"\\\w+", words[4]))
            case "UID EXPUNGE":
                self.expunge({int(words[2])})
            case "EXPUNGE":
                self.expunge(set(self.mails))
        return b"", "OK done"

    def _fetch(self, uid: int, command: str) -> tuple[bytes, str]:
        part = re.search(r"BODY(\.PEEK)?\[\](?:<0\.(\d+)>)?", command)
        assert part, command
        if not part[1]:
            self.mails[uid].flags.add("\\Seen")
        raw = self.mails[uid].raw[: int(part[2]) if part[2] else None]
        self.sent += len(raw)
        return b"* 1 FETCH (UID %d BODY[]<0> {%d}\r\n%b)\r\n" % (uid, len(raw), raw), "OK done"


@contextmanager
def serving(inbox: Inbox) -> Iterator[Inbox]:
    """Serve on a free port of loopback."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATE)

    class Conversation(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            with suppress(OSError), context.wrap_socket(self.request, server_side=True) as line:
                stream = line.makefile("rwb")
                stream.write(b"* OK ready\r\n")
                stream.flush()
                for request in stream:
                    tag, _, command = request.decode("ascii").strip().partition(" ")
                    data, status = inbox.answer(command)
                    stream.write(data + f"{tag} {status}\r\n".encode())
                    stream.flush()

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Conversation) as server:
        server.daemon_threads = True
        inbox.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield inbox
        server.shutdown()
