"""Runs rounds of regwatch, each in a process of its own that kills itself at the step it is told to.

A line of JSON on standard input asks for one round: `folder`, `now` (ISO), `die_at` (the number of the step at which to
die by SIGKILL, 0 for none) and `die_after` (seconds after which it is killed from outside, 0 for never). The answer is
a line of JSON: `died`, the names of the `steps` that were reached, and the `seconds` it took. The process is forked for
each round, so that it has nothing in memory of the rounds before.
"""

from __future__ import annotations

import asyncio
import functools
import json
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import aiosmtplib
from sqlalchemy.engine import RootTransaction
from sqlmodel import Session

from regwatch.adapters.generic import feed
from regwatch.clock import DrivenClock
from regwatch.digest import due_digests
from regwatch.fetch.client import Fetcher
from regwatch.ledger import expectations
from regwatch.mail import smtp
from regwatch.mail.channel_transport import ChannelTransport
from regwatch.mail.smtp_dialogue import SmtpDialogue
from regwatch.service.assembly import Assembly, read_watchlist
from regwatch.service.mail_service import MailService
from regwatch.settings import load_settings
from regwatch.store.prepared import Prepared
from regwatch.store.source_book import SourceBook

PLACES: tuple[tuple[Any, str], ...] = (
    (Fetcher, "fetch"),
    (feed, "entries"),
    (Session, "flush"),
    (RootTransaction, "commit"),
    (Prepared, "run"),
    (SourceBook, "committed"),
    (SourceBook, "checked"),
    (SourceBook, "flush"),
    (due_digests, "render"),
    (ChannelTransport, "hand_over"),
    (aiosmtplib.SMTP, "connect"),
    (smtp._SmtpConnection, "_envelope"),
    (smtp._SmtpConnection, "_message"),
    (SmtpDialogue, "leave"),
)


class Steps:
    """Counts the steps of one round, writes each down, and dies at one of them."""

    def __init__(self, die_at: int, record: int) -> None:
        self._left = die_at
        self._record = record

    def __call__(self, name: str) -> None:
        os.write(self._record, f"{name}\n".encode())
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(self, place: Any, name: str) -> None:
        """Make the beginning and the end of a function steps."""
        inner: Callable[..., Any] = getattr(place, name)
        shown = f"{getattr(place, '__name__', '').rpartition('.')[2]}.{name}"

        @functools.wraps(inner)
        def plain(*args: Any, **named: Any) -> Any:
            self(f"before {shown}")
            result = inner(*args, **named)
            self(f"after {shown}")
            return result

        @functools.wraps(inner)
        async def waiting(*args: Any, **named: Any) -> Any:
            self(f"before {shown}")
            result = await inner(*args, **named)
            self(f"after {shown}")
            return result

        setattr(place, name, waiting if asyncio.iscoroutinefunction(inner) else plain)


async def one_round(folder: Path, now: datetime) -> None:
    """What the daemon does: start, poll, keep time, compose, send, stop."""
    os.chdir(folder)
    settings = load_settings(home=folder, sources=folder / "sources.yaml")
    clock = DrivenClock(now)
    async with Assembly.open(settings, read_watchlist(settings), clock=clock) as assembly:
        post = MailService.of(settings, assembly.database, clock)
        post.start(assembly.watchlist)
        for source in assembly.watchlist.sources:
            await assembly.poller.poll(source)
        with assembly.database.session() as session:
            expectations.tick(session, now)
        await asyncio.to_thread(post.compose, assembly.watchlist)
        await asyncio.to_thread(post.send)


def in_a_process(asked: dict[str, Any]) -> dict[str, Any]:
    """One round, forked."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            steps = Steps(asked["die_at"], writing)
            for place, name in PLACES:
                steps.watch(place, name)
            asyncio.run(one_round(Path(asked["folder"]), datetime.fromisoformat(asked["now"])))
            code = 0
        except Exception:  # noqa: BLE001  (the forked process must not go on as its parent)
            traceback.print_exc()
        finally:
            os._exit(code)
    os.close(writing)
    begun = time.monotonic()
    killer = threading.Timer(asked["die_after"], os.kill, (child, signal.SIGKILL))
    if asked["die_after"]:
        killer.start()
    with os.fdopen(reading) as pipe:
        steps_made = pipe.read().splitlines()
    killer.cancel()
    if asked["die_after"]:
        killer.join()  # while the child is not waited for, its number is nobody else's
    _, status = os.waitpid(child, 0)
    died = os.WIFSIGNALED(status)
    return {
        "died": died,
        "failed": not died and os.WEXITSTATUS(status) != 0,
        "steps": steps_made,
        "seconds": time.monotonic() - begun,
    }


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(in_a_process(json.loads(line))), flush=True)
