"""From the sign-up in a browser to the last mail, on real parts: Chromium, HTTP, SMTP, all on loopback."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from board.serving import free_ports, in_background
from digest.story import TOPIC
from e2e.mail_host import until
from mail.relay import Relay, running
from regwatch.mail.delivery import send_due
from regwatch.mail.smtp import SmtpServer, SmtpTransport
from subscribers.desk import BASE, MARK, House, link

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@contextmanager
def served(house: House) -> Iterator[str]:
    """The board of a house on a free port of loopback."""
    (port,) = free_ports(1)
    with in_background(house.app, port):
        yield f"http://127.0.0.1:{port}"


def browse(url: str, profile: Path) -> str:
    """The page as Chromium shows it."""
    command = [CHROMIUM or "", "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={profile}"]
    shown = subprocess.run([*command, "--dump-dom", url], capture_output=True, timeout=60, check=True)
    return shown.stdout.decode()


def post(url: str, body: str) -> int:
    request = Request(url, body.encode(), {"Content-Type": "application/x-www-form-urlencoded"})
    with urlopen(request, timeout=10) as answer:
        return int(answer.status)


@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")
def test_the_pages_work_in_a_browser_and_opening_them_changes_nothing(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.sign_up(MARK)
    confirm = link(house.mails()[0], "c")
    with served(house) as base:
        assert 'name="email"' in browse(f"{base}/subscribe", tmp_path / "profile")
        assert "Yes, send me these emails" in browse(base + confirm, tmp_path / "profile")
        assert house.person(MARK).standing == "pending"
    house.close()


def test_a_life_from_sign_up_to_one_click(tmp_path: Path) -> None:
    house, relay = House(tmp_path), Relay()
    with served(house) as base, running(relay):
        way = SmtpTransport(SmtpServer("127.0.0.1", relay.port, "news@charity.example", tls="none"))
        with urlopen(f"{base}/subscribe", timeout=10) as page:
            stamp = re.search(r'name="t" value="([^"]+)"', page.read().decode())
        assert stamp
        house.clock.set(house.clock.now() + timedelta(seconds=5))
        form = f"email={MARK}&topic={TOPIC.id}&cadence=immediately&consent=on&t={stamp[1]}"
        assert post(f"{base}/subscribe", form) == 200
        until("the mail that asks", house.mails)
        assert send_due(house.database, way, house.clock).accepted == 1
        confirm = link(house.mails()[0], "c")
        assert f"{BASE}{confirm}".encode() in relay.mails[0][1].replace(b"=\r\n", b"")
        with urlopen(base + confirm, timeout=10):
            assert house.person(MARK).standing == "pending"
        assert post(base + confirm, "") == 200
        house.compose()
        house.news()
        (mail,) = house.compose(timedelta(minutes=1))
        assert send_due(house.database, way, house.clock).accepted == 1
        assert relay.to == [MARK, MARK]
        with urlopen(base + link(mail, "u"), timeout=10):
            assert house.person(MARK).standing == "active"
        assert post(base + link(mail, "u"), "List-Unsubscribe=One-Click") == 200
        assert house.person(MARK).standing == "ended"
        house.news(milestone="suspended")
        assert house.compose(timedelta(hours=1)) == []
    house.close()
