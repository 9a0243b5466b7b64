"""One installation on loopback, whose rounds can be killed at any step or instant."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlmodel import select

from e2e.press_room import OLD, PressRoom
from mail.relay import Relay
from regwatch.store.database import Database
from regwatch.store.tables import EventRow, Message, SourceState, TransitionRow

READERS = ("one@example.org", "two@example.org")


class Machine:
    """One installation, and the process that runs its rounds."""

    def __init__(self, folder: Path, room: PressRoom, relay: Relay, database: str = "") -> None:
        self.folder, self.room, self.relay = folder, room, relay
        self.database = database or f"sqlite:///{folder / 'regwatch.db'}"
        environment = {
            "PATH": os.environ["PATH"],
            "REGWATCH_ALLOW_PRIVATE_ADDRESSES": "true",
            "REGWATCH_DATABASE": self.database,
            "REGWATCH_CONTACT": "test@example.org",
            "REGWATCH_FETCH_GAP": "0",
            "REGWATCH_SMTP_HOST": "127.0.0.1",
            "REGWATCH_SMTP_PORT": str(relay.port),
            "REGWATCH_SMTP_TLS": "none",
            "REGWATCH_MAIL_FROM": "regwatch <news@example.org>",
        }
        script = Path(__file__).with_name("killed.py")
        self.process = subprocess.Popen(
            [sys.executable, str(script)], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def close(self) -> None:
        """Let the process end."""
        self.process.communicate(timeout=10)

    def ask(self, now: datetime, die_at: int = 0, die_after: float = 0) -> dict[str, Any]:
        """One round, and what `killed` says of it. Raises `AssertionError` for one that went wrong by itself."""
        assert self.process.stdin
        assert self.process.stdout
        asked = {"folder": str(self.folder), "now": now.isoformat(), "die_at": die_at, "die_after": die_after}
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        assert not answer["failed"], "a round that was not killed went wrong: see above"
        return answer

    def round(self, now: datetime, die_at: int = 0) -> list[str]:
        """One round; the steps that it reached, the last one being where it died."""
        answer = self.ask(now, die_at)
        assert answer["died"] == (die_at > 0)
        return list(answer["steps"])

    def fresh(self) -> None:
        """As before the first start."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()
        (self.folder / "sources.yaml").write_text(self.room.watchlist(*READERS))
        self.room.items = OLD
        self.relay.mails.clear()

    def restarts(self, after: datetime) -> None:
        """Started again, and again: a mail of unknown outcome is due after half an hour."""
        for number in (1, 2):
            self.round(after + timedelta(minutes=40 * number))

    def told(self) -> list[TransitionRow]:
        """The transitions that are news."""
        database = Database(self.database)
        with database.session() as session:
            rows = list(session.exec(select(TransitionRow).where(TransitionRow.baseline == False)))  # noqa: E712
            events = session.exec(select(EventRow).where(EventRow.baseline == False)).all()  # noqa: E712
            assert len(events) == len(rows)
            assert {mail.state for mail in session.exec(select(Message))} <= {"accepted"}
            state = session.get_one(SourceState, "maker")
            assert state.baselined_at is not None
        database.close()
        return rows
