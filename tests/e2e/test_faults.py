"""Everything that can be wrong around regwatch: one clear sentence each, an exit code, and nothing lost.

Over real sockets, a real SQLite file and a real SMTP session.
"""

from __future__ import annotations

import gzip
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import pytest
from sqlmodel import select

from e2e.press_room import NEW, OLD, WALL, Answer, PressRoom, serving
from mail.relay import CERTIFICATE, Relay, running
from regwatch.cli.main import run
from regwatch.cli.output import CONFIGURATION, FAILED
from regwatch.store.database import Database
from regwatch.store.tables import Message, Snapshot, SourceState, TransitionRow

RSS = {"Content-Type": "application/rss+xml"}
YOU = "you@example.org"


@pytest.fixture
def room() -> Iterator[PressRoom]:
    with serving() as one:
        yield one


@pytest.fixture
def home(tmp_path: Path, room: PressRoom) -> Path:
    (tmp_path / "sources.yaml").write_text(room.watchlist(YOU))
    return tmp_path


@dataclass
class Done:
    """What a command said, and its exit code."""

    returncode: int
    stdout: str
    stderr: str


def regwatch(home: Path, *words: str, **settings: str) -> Done:
    """The command as an operator types it, in the folder `home`."""
    given = {"allow_private_addresses": "true", "contact": "test@example.org", "fetch_gap": "0", **settings}
    out, err, code = StringIO(), StringIO(), 0
    with pytest.MonkeyPatch.context() as here, redirect_stdout(out), redirect_stderr(err):
        here.chdir(home)
        here.setattr("sys.argv", ["regwatch", *words])
        for name, value in given.items():
            here.setenv(f"REGWATCH_{name.upper()}", value)
        try:
            run()
        except SystemExit as end:
            code = int(end.code or 0)
    return Done(code, out.getvalue(), err.getvalue())


def through(port: int, **more: str) -> dict[str, str]:
    """The settings of a mail server on this machine."""
    settings = {"smtp_host": "127.0.0.1", "smtp_port": str(port), "smtp_tls": "none"}
    return {**settings, "mail_from": "regwatch <news@example.org>", **more}


def one_sentence(done: Done, code: int, *pieces: str) -> None:
    """It ended with this code and said so in one line that holds these pieces."""
    said = done.stdout + done.stderr
    assert done.returncode == code, said
    assert "Traceback" not in said
    line = next((line for line in said.splitlines() if pieces[0] in line), "")
    for piece in pieces:
        assert piece in line, said


def rows(home: Path, table: type) -> list:
    database = Database(f"sqlite:///{home / 'var' / 'regwatch.db'}")
    with database.session() as session:
        found = list(session.exec(select(table)).all())
    database.close()
    return found


@pytest.mark.parametrize(
    ("before", "after", "pieces"),
    [
        ("topics:\n", "topics: [\n", ("sources.yaml:",)),
        ("adapter: feed", "adapter: fed", ("sources.yaml:", "fed", "feed")),
        ("adapter: feed", "adaptor: feed", ("adaptor", "sources.yaml:", "did you mean adapter")),
        ("publisher: Maker", "publisher: Maker\n    publisher: Twice", ("sources.yaml:", "publisher")),
        ("[cabo-net]", "[cabo-nett]", ("sources.yaml:", "cabo-nett")),
        ("http://", "file:///etc/passwd#", ("sources.yaml:", "http")),
        ("publisher: Maker", "publisher: !!python/object/apply:os.system [id]", ("sources.yaml:",)),
        ("publisher: Maker", "publisher: \x07", ("sources.yaml",)),
    ],
)
def test_a_watchlist_that_is_wrong(home: Path, before: str, after: str, pieces: tuple[str, ...]) -> None:
    file = home / "sources.yaml"
    file.write_text(file.read_text().replace(before, after, 1))
    for words in (["check"], ["poll"], ["run"]):
        one_sentence(regwatch(home, *words), CONFIGURATION, *pieces)
    assert not (home / "var" / "regwatch.db").exists()


def test_a_watchlist_of_a_billion_laughs(home: Path) -> None:
    laughs = "\n".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 12))
    (home / "sources.yaml").write_text(f"l0: &l0 [lol]\n{laughs}\n")
    one_sentence(regwatch(home, "check"), CONFIGURATION, "sources.yaml")


def test_a_watchlist_that_is_no_text(home: Path) -> None:
    (home / "sources.yaml").write_bytes(b"topics: \xff\xfe")
    one_sentence(regwatch(home, "check"), CONFIGURATION, "sources.yaml", "UTF-8")


@pytest.mark.parametrize("words", [["poll"], ["run"], ["status"], ["digest", "send"]])
def test_a_database_that_cannot_be_used(home: Path, words: list[str]) -> None:
    (home / "var").write_text("a file where the folder should be")
    one_sentence(regwatch(home, *words), FAILED, "var", "cannot be")


def test_a_database_that_is_something_else(home: Path) -> None:
    (home / "var").mkdir()
    (home / "var" / "regwatch.db").write_text("a shopping list" * 500)
    one_sentence(regwatch(home, "poll"), CONFIGURATION, "regwatch.db", "not a database")


def refuse(status: int = 200, headers: dict[str, str] | None = None, body: bytes = b"") -> Answer:
    return status, RSS if headers is None else headers, body


WHOLE = f'<rss version="2.0"><channel><title>News</title>{NEW}{OLD}</channel></rss>'.encode()
BAD_PAGES: dict[str, tuple[Answer, str]] = {
    "empty": (refuse(), "empty"),
    "blank": (refuse(body=b" \n" * 40), "empty"),
    "html": (
        refuse(headers={"Content-Type": "text/html"}, body=b"<!doctype html><html><body>Hi</body></html>"),
        "HTML",
    ),
    "wall": (refuse(403, {"Content-Type": "text/html"}, WALL), "blocked"),
    "wall served as a page": (refuse(200, {"Content-Type": "text/html"}, WALL), "blocked"),
    "cut gzip": (refuse(headers={**RSS, "Content-Encoding": "gzip"}, body=gzip.compress(WHOLE)[:-20]), "cut off"),
    "no gzip": (refuse(headers={**RSS, "Content-Encoding": "gzip"}, body=WHOLE), "damaged"),
    "brotli": (refuse(headers={**RSS, "Content-Encoding": "br"}, body=b"\x8b\x02\x80"), "br"),
    "bomb": (refuse(headers={**RSS, "Content-Encoding": "gzip"}, body=gzip.compress(b"a" * 50_000_000)), "larger than"),
    "short": (refuse(headers={**RSS, "Content-Length": "99999"}, body=WHOLE), "cut off"),
    "half": (refuse(body=WHOLE[:-40]), ""),
    "binary": (refuse(body=bytes(range(256)) * 40), ""),
    "gone": (refuse(404), "gone"),
    "down": (refuse(503, {"Content-Type": "text/html"}, b"<h1>Service Unavailable</h1>"), "503"),
    "too often": (refuse(429, {"Retry-After": "120"}), "429"),
}


@pytest.mark.parametrize("name", BAD_PAGES)
def test_a_page_that_is_no_page_is_trouble_and_never_news(home: Path, room: PressRoom, name: str) -> None:
    answer, piece = BAD_PAGES[name]
    assert regwatch(home, "poll").returncode == 0
    room.answer = lambda _: answer
    one_sentence(regwatch(home, "poll"), FAILED, "maker: could not be read", piece)
    (state,) = rows(home, SourceState)
    assert (state.failures, bool(state.trouble_text)) == (1, True)
    assert (len(rows(home, Snapshot)), rows(home, TransitionRow)) == (1, [])
    room.answer, room.items = (lambda _: None), NEW + OLD
    done = regwatch(home, "poll")
    assert done.returncode == 0, done.stdout + done.stderr
    assert [row.milestone for row in rows(home, TransitionRow)] == ["approved"]


@pytest.mark.parametrize("charset", ["utf-16", "klingon", "ascii", "utf-7"])
def test_a_page_of_the_wrong_charset_is_read_by_its_own_declaration_or_not_at_all(
    home: Path, room: PressRoom, charset: str
) -> None:
    assert regwatch(home, "poll").returncode == 0
    kind = {"Content-Type": f"application/rss+xml; charset={charset}"}
    text = b'<?xml version="1.0" encoding="utf-8"?>' + WHOLE.replace(
        b"Maker ann", "Maker (\u201cthe company\u201d) ann".encode()
    )
    room.answer = lambda _: refuse(headers=kind, body=text)
    done = regwatch(home, "poll")
    assert "Traceback" not in done.stderr
    found = rows(home, TransitionRow)
    assert [row.milestone for row in found] == (["approved"] if done.returncode == 0 else [])


def news_waits(home: Path, room: PressRoom) -> None:
    """An approval is recorded and not mailed yet."""
    assert regwatch(home, "poll").returncode == 0
    room.items = NEW + OLD
    assert regwatch(home, "poll").returncode == 0


def then_it_is_mailed(home: Path) -> None:
    """Nothing was lost: with a good mail server the digest goes out, once."""
    with running(Relay()) as relay:
        for _ in range(2):
            assert regwatch(home, "digest", "send", **through(relay.port)).returncode == 0
        assert relay.to == [YOU]


def test_a_mail_server_that_nobody_answers(home: Path, room: PressRoom) -> None:
    news_waits(home, room)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        done = regwatch(home, "digest", "send", **through(closed.getsockname()[1]))
    one_sentence(done, FAILED, "regwatch: the mail server 127.0.0.1:", "cannot be used")
    then_it_is_mailed(home)


def test_a_mail_server_without_encryption_where_it_is_wanted(home: Path, room: PressRoom) -> None:
    news_waits(home, room)
    with running(Relay()) as relay:
        done = regwatch(home, "digest", "send", **through(relay.port, smtp_tls="starttls"))
        assert relay.mails == []
    one_sentence(done, FAILED, "regwatch: the mail server", "STARTTLS")
    then_it_is_mailed(home)


def test_a_mail_server_elsewhere_without_encryption_is_refused_before_it_is_asked(home: Path) -> None:
    done = regwatch(home, "digest", "send", **{**through(25), "smtp_host": "mail.example.org"})
    one_sentence(done, CONFIGURATION, "REGWATCH_SMTP_TLS", "starttls")


def test_a_mail_server_whose_certificate_is_its_own(home: Path, room: PressRoom) -> None:
    news_waits(home, room)
    with running(Relay(), tls="starttls") as relay:
        done = regwatch(home, "digest", "send", **through(relay.port, smtp_tls="starttls"))
        assert relay.mails == []
    one_sentence(done, FAILED, "regwatch: the mail server", "certificate")
    then_it_is_mailed(home)


def test_a_wrong_password_is_said_and_not_shown(home: Path, room: PressRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    news_waits(home, room)
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    with running(Relay(), tls="starttls", auth=True) as relay:
        secret = {"smtp_user": "user", "smtp_password": "hunter2-is-secret", "smtp_tls": "starttls"}
        done = regwatch(home, "digest", "send", **through(relay.port, **secret))
        assert relay.mails == []
    one_sentence(done, FAILED, "regwatch: the mail server", "login")
    assert "hunter2" not in done.stdout + done.stderr
    then_it_is_mailed(home)


def test_a_mail_folder_that_cannot_be_written(home: Path, room: PressRoom) -> None:
    news_waits(home, room)
    shutil.rmtree(home / "var" / "mail")
    (home / "var" / "mail").write_text("a file where the folder should be")
    one_sentence(regwatch(home, "digest", "send"), FAILED, "regwatch: the mail folder", "cannot be")
    then_it_is_mailed(home)


@pytest.fixture
def disk(home: Path) -> Iterator[Path]:
    """A disk of 1 MB, where this machine lets a test have one."""
    place = home / "var"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("a small disk can only be mounted by root")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


def fill(disk: Path) -> Path:
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 4096)
        except OSError:
            return filler


@pytest.mark.sqlite("its file, on a disk of its own")
def test_a_full_disk_loses_nothing(home: Path, room: PressRoom, disk: Path) -> None:
    assert regwatch(home, "poll").returncode == 0
    filler = fill(disk)
    room.items = NEW + OLD
    one_sentence(regwatch(home, "poll"), FAILED, "regwatch: the database", "full")
    filler.unlink()
    assert regwatch(home, "poll").returncode == 0
    assert [row.milestone for row in rows(home, TransitionRow)] == ["approved"]
    filler = fill(disk)
    done = regwatch(home, "digest", "send")
    assert done.returncode == FAILED
    assert "Traceback" not in done.stderr
    filler.unlink()
    then_it_is_mailed(home)
    assert [mail.state for mail in rows(home, Message)] == ["accepted"]


@pytest.mark.sqlite("its file, on a disk of its own")
def test_a_disk_that_becomes_read_only_loses_nothing(home: Path, room: PressRoom, disk: Path) -> None:
    assert regwatch(home, "poll").returncode == 0
    room.items = NEW + OLD
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    one_sentence(regwatch(home, "poll"), FAILED, "regwatch: the database", "cannot be")
    subprocess.run(["mount", "-o", "remount,rw", disk], check=True)
    assert regwatch(home, "poll").returncode == 0
    assert [row.milestone for row in rows(home, TransitionRow)] == ["approved"]
