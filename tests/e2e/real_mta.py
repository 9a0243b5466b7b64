"""regwatch against a real mail server: handing over, bounces, greylisting, lost lines, threads, signatures.

See `mail_host`. Run by `scripts/check-mta` with an empty folder. With the variable KEEP, a folder, the bounces are kept
there as Postfix wrote them.
"""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from pathlib import Path

import pytest
from pydantic import SecretStr

from digest.story import OTHER, TOPIC
from e2e.mail_host import FAR, HOME, OURS, Host, mail_host, until
from e2e.signing_relay import missing, signed_by_the_relay
from mail.kept import KeptMail, kept_mails
from regwatch.digest.due_digests import compose_due
from regwatch.errors import MailError
from regwatch.mail.delivery import DeliveryTally
from regwatch.mail.setup import bounces_of, transport_of
from regwatch.service.mail_service import MailService, mailing_of
from regwatch.settings import Settings
from regwatch.store.subscriber_tables import Subscriber
from regwatch.subscribers import lifecycle
from regwatch.subscribers.bounces import take_in
from regwatch.subscribers.choices import Choice, Choices
from subscribers.desk import House

HALF_AN_HOUR = timedelta(minutes=31)


@dataclass
class Office:
    """One regwatch with a database of its own, that submits to the host."""

    host: Host
    house: House

    @cached_property
    def settings(self) -> Settings:
        """Submission with STARTTLS, and the bounces in a Maildir."""
        return self.house.settings.model_copy(
            update={
                "smtp_host": "localhost", "smtp_port": self.host.tls, "mail_from": f"regwatch <news@{OURS}>",
                "bounce_address": f"bounce@{OURS}", "bounce_maildir": self.host.folder / "boxes" / "bounce",
            }
        )  # fmt: skip

    def join(self, address: str, topics: tuple[str, ...] = (TOPIC.id,)) -> None:
        """Follow topics, and be told immediately."""
        chosen = Choices(tuple(Choice(topic, cadence="immediately") for topic in topics), quiet="")
        with self.house.database.session() as session:
            lifecycle.add(session, address, chosen, "operator", self.house.clock.now())
        self._compose()

    def tell(self, *, topic: str = TOPIC.id, authority: str = "EC", milestone: str = "approved") -> None:
        """Let something happen, and put the mails about it into the outbox."""
        self.house.news(topic=topic, authority=authority, milestone=milestone)
        self.house.clock.set(self.house.clock.now() + timedelta(minutes=1))
        self._compose()

    def _compose(self) -> None:
        mailing = mailing_of(self.settings, self.house.watchlist)
        compose_due(self.house.database.session, mailing, self.house.clock.now())

    def send(self, **more: object) -> DeliveryTally:
        """Send what waits."""
        settings = self.settings.model_copy(update=more)
        return MailService(settings, self.house.database, self.house.clock, transport_of(settings)).send()

    def mail(self) -> KeptMail:
        """The newest mail of the outbox."""
        with self.house.database.session() as session:
            return kept_mails(session)[-1]

    def person(self, address: str) -> Subscriber:
        """Somebody, as they stand."""
        return self.house.person(address)


def submit(office: Office) -> str:
    """Over STARTTLS, to a server whose certificate is verified; otherwise nothing leaves."""
    office.join(f"ana@{HOME}")
    office.tell()
    trusted = os.environ.pop("SSL_CERT_FILE")
    assert "certificate is not valid" in office.send().relay
    os.environ["SSL_CERT_FILE"] = trusted
    office.house.clock.set(office.house.clock.now() + HALF_AN_HOUR)
    assert office.send() == DeliveryTally(accepted=1)
    reply = office.mail().reply
    assert re.search(r"queued as \w+", reply), reply
    until("the delivery", lambda: office.host.mails("ana"))
    (got,) = office.host.mails("ana")
    assert f"Return-Path: <bounce+{office.mail().id:x}-".encode() in got
    return f"taken over verified STARTTLS ({reply}) and delivered with its own envelope sender"


def another_script(office: Office) -> str:
    """A reader with letters beyond ASCII before the @."""
    office.join(f"jörg@{HOME}")
    office.tell()
    assert office.send() == DeliveryTally(accepted=1)
    until("the delivery", lambda: office.host.mails("joerg"))
    assert f"To: jörg@{HOME}".encode() in office.host.mails("joerg")[0]
    return "delivered with SMTPUTF8"


def greylisted_by_the_relay(office: Office) -> str:
    """The relay says later: so do we, half an hour later, with the same bytes."""
    office.join(f"later@{HOME}")
    office.tell()
    assert office.send() == DeliveryTally(deferred=1)
    assert office.mail().reply.startswith("450 4.2.0")
    office.host.postfix("postconf", "-e", "smtpd_recipient_restrictions = permit_mynetworks, reject")
    office.host.postfix("postfix", "reload")
    assert office.send() == DeliveryTally(), "half an hour is not over"
    office.house.clock.set(office.house.clock.now() + HALF_AN_HOUR)
    assert office.send() == DeliveryTally(accepted=1)
    until("the delivery", lambda: office.host.mails("later"))
    return "put off, and taken half an hour later"


def greylisted_far_away(office: Office) -> str:
    """The far end says later to the relay, which is the relay's business: we hear nothing of it."""
    reader = f"grey@{FAR}"
    office.host.refusals[reader] = ["450 4.2.0 greylisted"]
    office.join(reader)
    office.tell()
    assert office.send() == DeliveryTally(accepted=1)
    until("the refusal", lambda: not office.host.refusals[reader])
    until("the deferral", lambda: "status=deferred" in office.host.log.read_text("utf-8"))
    office.host.postfix("postqueue", "-f")
    until("the second attempt", lambda: reader in office.host.far.to)
    assert office.host.mails("bounce") == []
    return "the relay tried again by itself, and sent no report"


def hard_bounce(office: Office, reader: str, **mailbox: object) -> bytes:
    """The relay takes the mail, the far end refuses it, and the report finds its way back."""
    office.host.refusals[reader] = ["550 5.1.1 no such user"]
    office.join(reader)
    office.tell()
    number = office.mail().id or 0
    assert office.send() == DeliveryTally(accepted=1)
    until("the report", lambda: office.host.mails("bounce"))
    (report,) = office.host.mails("bounce")
    if keep := os.environ.get("KEEP"):
        (Path(keep) / f"{reader}.eml").write_bytes(report)
    bounces = bounces_of(office.settings)
    assert bounces
    assert f"Original-Envelope-Id: {bounces.mark(number)}".encode() in report
    assert b"<!doctype" not in report, "only the headers are returned"
    settings = office.settings.model_copy(update=mailbox)
    assert take_in(settings, office.house.database, office.house.clock.now()) == 1
    assert office.host.mails("bounce") == []
    person = office.person(reader)
    assert (person.standing, person.reason) == ("ended", "the mailbox does not exist (5.1.1)")
    return report


def bounce_to_a_maildir(office: Office) -> str:
    """The bounce mailbox is a Maildir."""
    hard_bounce(office, f"gone@{FAR}")
    return "came back by VERP with Original-Envelope-Id, and ended the subscription"


def bounce_by_imap(office: Office) -> str:
    """The bounce mailbox is read from Dovecot, where a question for a person waits too."""
    box = office.host.open_box("bounce")
    box.append("INBOX", "", None, b"From: bob@reader.example\r\nSubject: a question\r\n\r\nHello\r\n")
    until("the question", lambda: office.host.mails("bounce"))
    where = {
        "bounce_maildir": None, "imap_host": "localhost", "imap_port": office.host.imap, "imap_user": "bounce",
    }  # fmt: skip
    wrong, right = SecretStr("wrong"), SecretStr("right")
    settings = office.settings.model_copy(update={**where, "imap_password": right})
    now = office.house.clock.now()
    assert take_in(settings, office.house.database, now) == 0
    with pytest.raises(MailError, match="refuses the login"):
        take_in(settings.model_copy(update={"imap_password": wrong}), office.house.database, now)
    box.select("INBOX")
    assert box.search(None, "UNSEEN", "FLAGGED")[1] == [b"1"], "the question is left, unread"
    box.store("1", "+FLAGS", "\\Deleted")
    box.expunge()
    hard_bounce(office, f"gone.imap@{FAR}", **where, imap_password=right)
    return "the report was read and removed, the question flagged and left unread, a wrong password said"


def bounce_in_another_script(office: Office) -> str:
    """A report about an address with letters beyond ASCII has types of its own (RFC 6533)."""
    report = hard_bounce(office, f"jörg.weg@{FAR}")
    kind = re.search(rb"Content-Type: (message/(?:global-)?delivery-status)", report)
    return f"read as {kind[1].decode() if kind else 'something else'}"


def unsubscribe_by_mail(office: Office) -> str:
    """What a mail program sends that offers to unsubscribe."""
    reader = f"leaver@{FAR}"
    office.join(reader)
    office.tell()
    found = re.search(rb"<mailto:([^?]+)\?subject=unsubscribe%20([^>]+)>", office.mail().raw)
    assert found
    to, handle = found[1].decode(), found[2].decode()
    letter = f"From: somebody@{FAR}\nTo: {to}\nSubject: unsubscribe {handle}\n\n"
    command = ["sendmail", "-C", office.host.folder / "postfix", "-f", f"somebody@{FAR}", to]
    subprocess.run(command, input=letter.encode(), check=True)
    until("the mail", lambda: office.host.mails("bounce"))
    assert take_in(office.settings, office.house.database, office.house.clock.now()) == 1
    assert office.person(reader).reason == "unsubscribed by mail"
    return f"a mail to {to} stopped what its link would have stopped"


def lost_line(office: Office) -> str:
    """The line is cut after the final dot: the server has the mail, and only its log knows."""
    office.join(f"lost@{HOME}")
    office.tell()
    with cutting(office.host.plain) as port:
        tally = office.send(smtp_host="127.0.0.1", smtp_port=port, smtp_tls="none")
    assert tally == DeliveryTally(unknown=1), tally
    mail = office.mail()
    assert mail.state == "unknown"
    until("the log", lambda: f"message-id={mail.message_id}" in office.host.log.read_text("utf-8"))
    until("the delivery", lambda: office.host.mails("lost"))
    done = subprocess.run(
        [Path(sys.executable).with_name("regwatch"), "digest", "reconcile", "--mail-log", office.host.log],
        env={**os.environ, "REGWATCH_HOME": str(office.settings.home), "REGWATCH_SOURCES": "/none"},
        cwd=office.house.folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert office.mail().state == "accepted", done.stdout
    office.house.clock.set(office.house.clock.now() + timedelta(days=1))
    assert office.send() == DeliveryTally()
    assert len(office.host.mails("lost")) == 1
    return f"unknown, then settled from the log ({done.stdout.strip()}), one copy"


def threads(office: Office) -> str:
    """Three alerts of one topic at one authority are one conversation; another authority or topic is another."""
    office.join(f"reader@{HOME}", (TOPIC.id, OTHER.id))
    for news in (
        {"milestone": "approved"}, {"milestone": "suspended"}, {"milestone": "revoked"},
        {"authority": "NICE", "milestone": "hta_recommended"}, {"topic": OTHER.id, "milestone": "approved"},
    ):  # fmt: skip
        office.tell(**news)
        assert office.send().accepted == 1
    until("the delivery", lambda: len(office.host.mails("reader")) == 5)
    box = office.host.open_box("reader")
    kind, answer = box.uid("THREAD", "REFERENCES", "UTF-8", "ALL")
    assert kind == "OK", answer
    sizes = sorted(len(re.findall(r"\d+", one)) for one in _groups(answer[0].decode()))
    assert sizes == [1, 1, 3], answer
    return f"{answer[0].decode()}: three together, two apart"


def _groups(text: str) -> list[str]:
    """The outermost parentheses of a THREAD answer."""
    found, depth, start = [], 0, 0
    for at, sign in enumerate(text):
        start = at if sign == "(" and depth == 0 else start
        depth += (sign == "(") - (sign == ")")
        if sign == ")" and depth == 0:
            found.append(text[start : at + 1])
    return found


@contextmanager
def cutting(port: int) -> Iterator[int]:
    """A way to the server that is cut, in both directions, when it answers the final dot."""
    loop, ready, chosen = asyncio.new_event_loop(), threading.Event(), []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port)
        dots = asyncio.Event()

        async def there() -> None:
            while line := await reader.readline():
                far_writer.write(line)
                if line == b".\r\n":
                    dots.set()

        async def back() -> None:
            while line := await far_reader.readline():
                if dots.is_set():
                    break
                writer.write(line)

        going = asyncio.create_task(there())
        await back()
        going.cancel()
        for one in (writer, far_writer):
            one.transport.abort()

    async def main() -> None:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        chosen.append(server.sockets[0].getsockname()[1])
        ready.set()

    loop.create_task(main())
    threading.Thread(target=loop.run_forever, daemon=True).start()
    ready.wait(10)
    yield chosen[0]
    loop.call_soon_threadsafe(loop.stop)


CHECKS: dict[str, Callable[[Office], str]] = {
    "submission": submit,
    "SMTPUTF8": another_script,
    "greylisting here": greylisted_by_the_relay,
    "greylisting far away": greylisted_far_away,
    "bounce to a Maildir": bounce_to_a_maildir,
    "bounce in another script": bounce_in_another_script,
    "unsubscribing by mail": unsubscribe_by_mail,
    "line cut after the dot": lost_line,
}
WITH_OPENDKIM: dict[str, Callable[[Office], str]] = {"signed by the relay": signed_by_the_relay}
WITH_IMAP: dict[str, Callable[[Office], str]] = {"bounce by IMAP": bounce_by_imap, "threads by IMAP": threads}


def main() -> int:
    """Run every check; 1 if any failed."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # or the servers would be left behind
    folder, failed = Path(sys.argv[1]), 0
    with mail_host(folder) as host:
        os.environ["SSL_CERT_FILE"] = str(folder / "cert.pem")
        if not host.has_imap:
            print("check-mta: skipped: what needs Dovecot, which is not installed")
        if lacking := missing():
            print(f"check-mta: skipped: {', '.join(WITH_OPENDKIM)}: {lacking}")
        imap, signing = WITH_IMAP if host.has_imap else {}, {} if lacking else WITH_OPENDKIM
        for name, check in {**CHECKS, **imap, **signing}.items():
            house = House(folder / name.replace(" ", "-"))
            try:
                print(f"{name:<26} ok: {check(Office(host, house))}", flush=True)
            except AssertionError as error:
                failed = 1
                where = traceback.extract_tb(error.__traceback__)[-1]
                print(f"{name:<26} FAILED: {where.line} ({where.name}) {error}", flush=True)
            finally:
                house.close()
    return failed


if __name__ == "__main__":
    sys.exit(main())
