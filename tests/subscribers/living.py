"""A house that a browser can visit: the board with its sign-up on a port of loopback, and a mail server beside it.

python -m subscribers.living     (with `tests` on the path) prints the address of the board as a line of JSON. Then it
takes one command a line from standard input and answers each with a line, until the input ends:

{"do": "later", "seconds": 60}         lets time pass
{"do": "news", "milestone": "approved"}  writes a status change into the ledger
{"do": "post"}                         composes and sends what is due; gives every mail that the mail server has taken
{"do": "people"}                       gives everybody with what they follow
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from sqlmodel import select

from board.serving import free_ports, in_background
from mail.relay import Relay, running
from regwatch.mail.delivery import send_due
from regwatch.mail.smtp import SmtpServer, SmtpTransport
from regwatch.store.subscriber_tables import Subscriber
from regwatch.subscribers.lifecycle import subscriptions
from subscribers.desk import House


@contextmanager
def living(folder: Path) -> Iterator[tuple[House, Relay]]:
    """A house whose links lead to the port on which it is served, and its mail server."""
    (port,) = free_ports(1)
    house, relay = House(folder, base=f"http://127.0.0.1:{port}"), Relay()
    with in_background(house.app, port), running(relay):
        yield house, relay
    house.close()


def answer(house: House, relay: Relay, command: dict[str, Any]) -> object:
    """Do one command."""
    match command["do"]:
        case "later":
            house.clock.set(house.clock.now() + timedelta(seconds=command["seconds"]))
        case "news":
            return house.news(milestone=command["milestone"])
        case "post":
            house.compose()
            way = SmtpTransport(SmtpServer("127.0.0.1", relay.port, "news@charity.example", tls="none"))
            send_due(house.database, way, house.clock)
            return [_mail(to, raw) for to, raw in relay.mails]
        case "people":
            return _people(house)
    return None


def _mail(to: str, raw: bytes) -> dict[str, str]:
    mail = message_from_bytes(raw, policy=default)
    assert isinstance(mail, EmailMessage)
    text = mail.get_body(("plain",))
    assert text
    return {"to": to, **{name.lower(): str(value) for name, value in mail.items()}, "text": text.get_content()}


def _people(house: House) -> list[dict[str, Any]]:
    with house.database.session() as session:
        return [
            {
                "address": one.address,
                "standing": one.standing,
                "paused": one.paused_until is not None,
                "follows": {row.topic: row.cadence for row in subscriptions(session, one.id or 0, current=True)},
            }
            for one in session.exec(select(Subscriber))
        ]


def main() -> None:
    """Serve until the input ends."""
    with tempfile.TemporaryDirectory() as folder, living(Path(folder)) as (house, relay):
        print(json.dumps({"base": house.base}), flush=True)
        for line in sys.stdin:
            print(json.dumps(answer(house, relay, json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
