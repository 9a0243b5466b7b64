"""A server that takes its time after the last byte is waited for: leaving early is how second copies are made."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mail.relay import Relay, running
from mail.test_delivery import fill, send, server, states
from regwatch.mail.retry import RetryPolicy
from regwatch.mail.smtp_dialogue import Reply, SmtpDialogue
from regwatch.store.database import Database


def test_a_server_has_ten_minutes_after_the_last_byte(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    original = SmtpDialogue.reply

    async def noted(self: SmtpDialogue, seconds: float) -> Reply:
        waits.append(seconds)
        return await original(self, seconds)

    monkeypatch.setattr(SmtpDialogue, "reply", noted)
    fill(database, "ana@example.org")
    with running(Relay()) as relay:
        send(database, server(relay))
    assert states(database) == ["accepted"]
    *_, after_the_message, _quit = waits
    # RFC 5321 section 4.5.3.2.6; nobody else may take the mail for lost while it is waited for.
    assert timedelta(seconds=after_the_message) >= timedelta(minutes=10)
    assert timedelta(seconds=after_the_message) < RetryPolicy().lease
