"""Numbers that nothing holds, and places where nobody can listen: one sentence and no traceback."""

from __future__ import annotations

import socket

import pytest

from cli.console import Desk
from cli.test_subscriber import desk
from regwatch.cli.classify import WATCH_MOST

__all__ = ["desk"]


@pytest.mark.parametrize(
    "words", [("note", "remove", "9" * 30), ("note", "remove", "--", f"-{'9' * 30}"), ("explain", "9" * 30)]
)
def test_a_number_that_no_database_holds_is_refused_in_one_sentence(desk: Desk, words: tuple[str, ...]) -> None:
    assert len(desk.is_refused(*words).splitlines()) == 1


@pytest.mark.parametrize("host", ["-", "no such name", "\x00"])
def test_an_address_at_which_nobody_can_listen_is_refused_in_one_sentence(desk: Desk, host: str) -> None:
    assert "cannot be served at" in desk.is_refused("web", "--host", host)


def test_a_port_that_is_taken_is_refused_in_one_sentence(desk: Desk) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert f":{port}: Address already in use" in desk.is_refused("web", "--port", str(port), "--operator-port", "0")


@pytest.mark.parametrize(
    "words", [("classify", "--watch", "deep"), ("backtest", "archive", "--labels", "deep")], ids=["YAML", "JSON"]
)
def test_a_file_that_is_nested_without_end_is_refused(desk: Desk, words: tuple[str, ...]) -> None:
    (desk.folder / "deep").write_text("[" * 100_000)
    code, out, err = desk.tries(*words)
    assert code in (2, 78), (out, err)
    assert err.startswith("regwatch: ")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, "cannot be read: No such file or directory"),
        (b"\xff\xfe\x00", "cannot be read: it is not UTF-8 text"),
        (b"x" * (WATCH_MOST + 1), "is longer than"),
    ],
    ids=["missing", "no text", "endless"],
)
def test_a_watch_list_that_cannot_be_read_is_refused_in_plain_words(
    desk: Desk, content: bytes | None, why: str
) -> None:
    if content is not None:
        (desk.folder / "watch.yaml").write_bytes(content)
    else:
        (desk.folder / "watch.yaml").unlink(missing_ok=True)
    code, _, said = desk.tries("classify", "--watch", "watch.yaml")
    assert (code, f"watch.yaml: {why}" in said) == (78, True), said
    assert "Errno" not in said
