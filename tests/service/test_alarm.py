"""What nobody may be getting is said where the operator looks without mail: in the status line and in the log."""

from __future__ import annotations

import asyncio
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from ledger.saying import Book
from mail.relay import Relay, running
from regwatch.clock import DrivenClock
from regwatch.service.assembly import Assembly, read_watchlist
from regwatch.service.daemon import Daemon
from regwatch.settings import Settings
from service.test_daemon import WATCHLIST

START = datetime(2025, 7, 24, 9, 0, tzinfo=UTC)


def test_news_that_does_not_reach_the_canary_is_in_the_status_and_the_log_until_it_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sources.yaml").write_text(WATCHLIST)
    clock = DrivenClock(START)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(10)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))

        async def status(daemon: Daemon) -> str:
            await daemon.run_checks()
            daemon.reload()
            manager.recv(4096)
            return manager.recv(4096).decode()

        async def story(relay: Relay) -> None:
            settings = Settings(
                home=tmp_path / "var", sources=tmp_path / "sources.yaml", canary_mail="canary@example.org",
                smtp_host="127.0.0.1", smtp_port=relay.port, smtp_tls="none", mail_from="news@example.org",
            )  # fmt: skip
            async with Assembly.open(settings, read_watchlist(settings), clock=clock) as assembly:
                daemon = Daemon(assembly)
                await daemon.mail()
                Book(assembly.database, clock.now()).says("EC", "approved", on="2025-07-23", topic="cabo-net")
                clock.set(START + timedelta(minutes=61))
                with capture_logs() as logs:
                    assert "news has not reached the canary: 1 transition: EC cabo-net" in await status(daemon)
                assert [line["kind"] for line in logs if line["event"] == "notice_opened"] == ["undelivered"]
                assert "not reached the canary" in await status(Daemon(assembly)), "also after a restart"
                await daemon.mail()
                assert "not reached the canary" not in await status(daemon)

        with running(Relay()) as relay:
            asyncio.run(story(relay))
