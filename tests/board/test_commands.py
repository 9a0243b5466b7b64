"""`regwatch web` and `regwatch export` as an operator types them, and the unit that runs the first."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from board.small import Small
from regwatch.cli.web import reread
from regwatch.errors import ConfigError
from regwatch.settings import load_settings
from regwatch.store.database import Database

UNIT = Path(__file__).parents[2] / "systemd" / "regwatch-web.service"


@pytest.fixture
def home(story: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the demo's folder as the working directory."""
    folder = tmp_path / "home"
    shutil.copytree(story, folder)
    monkeypatch.chdir(folder)
    for name in [name for name in os.environ if name.startswith("REGWATCH_")]:
        monkeypatch.delenv(name)
    settings = load_settings()
    database = Database(settings.database)
    database.close()
    if database.url != settings.database:  # the processes that are started open what the tests do
        monkeypatch.setenv("REGWATCH_DATABASE", database.url)
    return folder


def regwatch(*words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", "from regwatch.cli.main import run; run()", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def answer_of(url: str, seconds: float = 30) -> httpx.Response:
    """The first answer of a server that is about to start."""
    until = time.monotonic() + seconds
    while True:
        try:
            return httpx.get(url, timeout=5)
        except httpx.TransportError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


@pytest.fixture
def ports(home: Path) -> Iterator[tuple[int, int, subprocess.Popen[str]]]:
    public, own = free_port(), free_port()
    process = regwatch("web", "--port", str(public), "--operator-port", str(own))
    yield public, own, process
    process.kill()
    process.communicate(timeout=30)


def test_the_board_is_served_apart_from_the_operators_pages_until_it_is_told_to_stop(
    ports: tuple[int, int, subprocess.Popen[str]],
) -> None:
    public, own, process = ports
    assert "Where treatments stand" in answer_of(f"http://127.0.0.1:{public}/").text
    assert answer_of(f"http://127.0.0.1:{own}/operator").status_code == 200
    assert answer_of(f"http://127.0.0.1:{own}/metrics").status_code == 200
    assert httpx.get(f"http://127.0.0.1:{public}/operator").status_code == 404
    assert httpx.get(f"http://127.0.0.1:{public}/metrics").status_code == 404
    process.send_signal(signal.SIGTERM)
    said, _ = process.communicate(timeout=30)
    assert process.returncode in (0, -signal.SIGTERM)
    assert said.startswith(f"The board is at http://127.0.0.1:{public}/")
    assert "This is the demo's story, shown as of 15 January 2026" in said
    assert said.count("\n") == 2, "it keeps no log of who reads what"


def test_export_says_how_many_files_it_wrote(home: Path) -> None:
    process = regwatch("export", "site")
    said, _ = process.communicate(timeout=60)
    count = len([one for one in (home / "site").rglob("*") if one.is_file()])
    assert (process.returncode, said) == (0, f"{count} files are in site\n")
    assert count > 40


def test_a_changed_watchlist_is_taken_over_and_a_faulty_one_passed_over(home: Path) -> None:
    current = reread(load_settings())
    before = current()
    assert current() is before, "an unchanged file is not read again"
    file = home / "sources.yaml"
    good = file.read_text("utf-8")
    file.write_text(good.replace("Cabozantinib for neuroendocrine tumours", "Another title"), "utf-8")
    assert current().topics[0].title == "Another title"
    file.write_text("topics: [", "utf-8")
    assert current().topics[0].title == "Another title"
    with pytest.raises(ConfigError):
        reread(load_settings())


def test_a_topic_that_is_added_shows_without_a_restart(small: Small) -> None:
    tag = small.client.get("/").headers["etag"]
    small.site._watchlist = lambda: small.watchlist.__class__(small.watchlist.topics[:1], small.watchlist.sources)
    answer = small.client.get("/", {"If-None-Match": tag})
    assert answer.status_code == 200
    assert "other-topic" not in answer.text


def test_the_unit_serves_on_loopback_confined_and_as_the_daemons_user() -> None:
    lines = UNIT.read_text("utf-8").splitlines()
    assert any("regwatch web --host 127.0.0.1" in line for line in lines)
    for wanted in ("DynamicUser=yes", "User=regwatch", "StateDirectory=regwatch", "ProtectSystem=strict",
                   "NoNewPrivileges=yes", "IPAddressDeny=any", "IPAddressAllow=localhost",
                   "RestartPreventExitStatus=78"):  # fmt: skip
        assert wanted in lines


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
def test_systemd_rates_the_exposure_of_the_unit_as_low() -> None:
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=15", str(UNIT)],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-300:]
