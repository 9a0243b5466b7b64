"""The daemon as a process: it says when it is ready, survives a bad configuration, and ends cleanly."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

WATCHLIST = """
topics:
  - id: cabo-net
    title: Cabozantinib for neuroendocrine tumours
    treatment: {inn: cabozantinib}
    indication: {name: neuroendocrine tumours, terms: [NETs]}
sources:
  - id: news
    adapter: feed
    topics: [cabo-net]
    url: http://127.0.0.1:9/feed.xml
    publisher: Nobody
digest:
  recipients:
    - address: you@example.org
      cadence: immediately
"""


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[socket.socket]:
    """A service manager's notification socket."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path / "notify"))
        listening.settimeout(30)
        yield listening


def start(folder: Path, *, drain: int = 60, **more: str) -> subprocess.Popen[str]:
    (folder / "sources.yaml").write_text(WATCHLIST)
    environment = {
        "PATH": os.environ["PATH"],
        "NOTIFY_SOCKET": str(folder / "notify"),
        "REGWATCH_ALLOW_PRIVATE_ADDRESSES": "true",
        "REGWATCH_CONTACT": "test@example.org",
        **more,
    }
    code = (
        f"from regwatch.service import daemon; daemon.DRAIN_SECONDS = {drain}; from regwatch.cli.main import run; run()"
    )
    return subprocess.Popen(
        [sys.executable, "-c", code, "run"], cwd=folder, env=environment, stderr=subprocess.PIPE, text=True
    )


def heard(manager: socket.socket, word: str) -> str:
    """The next message that holds this word; what comes before it is passed over."""
    while True:
        message = manager.recv(4096).decode()
        if word in message:
            return message


def reloaded(folder: Path) -> int:
    """What the metrics page would be told of the last reload."""
    with closing(sqlite3.connect(folder / "var" / "regwatch.db")) as database:
        query = "SELECT number FROM mark WHERE name = 'config_last_reload_successful'"
        return int(database.execute(query).fetchone()[0])


def test_it_is_ready_when_it_watches_and_ends_with_what_is_in_hand_finished(
    tmp_path: Path, manager: socket.socket
) -> None:
    process = start(tmp_path)
    try:
        assert "watching 1 sources" in heard(manager, "READY=1")
        process.send_signal(signal.SIGTERM)
        assert "EXTEND_TIMEOUT_USEC" in heard(manager, "STOPPING=1")
        _, log = process.communicate(timeout=30)
    finally:
        process.kill()
    assert process.returncode == 0
    assert "service_stopped" in log
    assert (tmp_path / "var" / "regwatch.db").exists()


def test_a_bad_configuration_keeps_the_old_one_running_and_says_why(tmp_path: Path, manager: socket.socket) -> None:
    process = start(tmp_path)
    try:
        heard(manager, "READY=1")
        (tmp_path / "sources.yaml").write_text(WATCHLIST.replace("adapter: feed", "adapter: fed"))
        process.send_signal(signal.SIGHUP)
        heard(manager, "RELOADING=1")
        assert "the old one goes on" in heard(manager, "READY=1")
        assert reloaded(tmp_path) == 0
        (tmp_path / "sources.yaml").write_text(WATCHLIST.replace("id: news", "id: other"))
        process.send_signal(signal.SIGHUP)
        assert "the old one goes on" not in heard(manager, "READY=1")
        assert reloaded(tmp_path) == 1
        process.send_signal(signal.SIGINT)
        _, log = process.communicate(timeout=30)
    finally:
        process.kill()
    assert process.returncode == 0
    assert "sources.yaml:9" in log
    assert "configuration_reloaded" in log


def test_the_watchdog_hears_of_progress(tmp_path: Path, manager: socket.socket) -> None:
    process = start(tmp_path, WATCHDOG_USEC="200000")
    try:
        assert heard(manager, "WATCHDOG=1")
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
    finally:
        process.kill()
    assert process.returncode == 0


@pytest.mark.parametrize(
    ("variables", "code", "says"),
    [
        ({"REGWATCH_DATABASE": "sqlite:////proc/none/x.db"}, 1, "cannot be made"),
        ({"REGWATCH_SMTP_TLS": "maybe"}, 78, "REGWATCH_SMTP_TLS"),
        ({"REGWATCH_SOURCES": "nowhere.yaml"}, 78, "nowhere.yaml"),
    ],
)
def test_it_refuses_to_start_with_one_clear_sentence(
    tmp_path: Path, variables: dict[str, str], code: int, says: str
) -> None:
    process = start(tmp_path, **variables)
    _, log = process.communicate(timeout=30)
    assert process.returncode == code
    assert says in log
    assert "Traceback" not in log
