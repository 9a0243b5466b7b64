"""What the commands about subscribers share: a transaction, somebody by their address, and what is said of mistakes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated

import typer
from sqlmodel import Session

from regwatch.clock import SystemClock
from regwatch.errors import UsageError
from regwatch.settings import load_settings
from regwatch.store.database import Database
from regwatch.store.subscriber_tables import ACTIVE, Subscriber
from regwatch.subscribers import lifecycle

Address = Annotated[str, typer.Argument(help="Mail address of the subscriber.")]


@contextmanager
def opened() -> Iterator[tuple[Session, datetime]]:
    """One transaction on the database, and the time (UTC)."""
    database = Database(load_settings().database)
    try:
        with database.session() as session:
            yield session, SystemClock().now()
    finally:
        database.close()


@contextmanager
def checked() -> Iterator[None]:
    """What somebody typed is wrong: one sentence, and nothing is changed."""
    try:
        yield
    except ValueError as error:
        raise UsageError(str(error)) from error


def person_of(session: Session, address: str) -> Subscriber:
    """Whoever has the address. Raises `UsageError`."""
    found = lifecycle.by_address(session, address.strip())
    if found is None:
        raise UsageError("nobody has this address: `regwatch subscriber list` names everybody")
    return found


def receiving(session: Session, address: str) -> Subscriber:
    """Somebody whom mails flow to, if they are not paused. Raises `UsageError`."""
    person = person_of(session, address)
    if person.standing != ACTIVE:
        why = person.reason or "they have not confirmed yet"
        raise UsageError(f"this address gets no mail ({why}): if they want it, `regwatch subscriber add` begins it")
    return person
