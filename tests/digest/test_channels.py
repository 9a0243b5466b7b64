from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from regwatch.digest.folder import FolderTransport
from regwatch.digest.run import send_due, tell_channels
from regwatch.store.people import Channel
from subscribers.desk import MARK, House


@pytest.fixture
def hook() -> Iterator[tuple[str, list[bytes]]]:
    """A webhook on loopback, and what it was told."""
    heard: list[bytes] = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_words: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Hook)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"json://127.0.0.1:{server.server_port}/hook", heard
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")  # imported by Apprise itself
def test_a_channel_is_told_once_in_short_and_never_handed_to_the_mail_server(
    tmp_path: Path, hook: tuple[str, list[bytes]]
) -> None:
    house = House(tmp_path)
    person = house.join(MARK)
    with house.database.session() as session:
        session.add(Channel(subscriber=person.id or 0, url=hook[0], created_at=house.clock.now()))
    house.news()
    assert [mail.kind for mail in house.compose_next(timedelta(days=1))] == ["daily", "channel"]
    tell_channels(house.database.session, house.clock)
    tell_channels(house.database.session, house.clock)
    assert len(hook[1]) == 1
    assert b"European Commission" in hook[1][0]
    assert MARK.encode() not in hook[1][0]
    assert send_due(house.database.session, FolderTransport(tmp_path / "mail"), house.clock).accepted == 2
    assert len(list((tmp_path / "mail").glob("*.eml"))) == 2
    house.close()
