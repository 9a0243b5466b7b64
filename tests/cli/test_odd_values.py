"""Numbers that nothing holds, and places where nobody can listen: one sentence and no traceback."""

from __future__ import annotations

import socket

import pytest

from cli.console import Desk
from cli.test_subscriber import desk
from regwatch.watchlist.tree import LONGEST_FILE

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
        (None, "there is no such file"),
        (b"\xff\xfe\x00", "this is not UTF-8 text"),
        (b"x" * (LONGEST_FILE + 1), "is larger than"),
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
    assert (code, why in said.partition("watch.yaml:")[2]) == (78, True), said
    assert "Errno" not in said


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("", "1:1: the file is empty: write one with `treatments`"),
        ("treatments: 5", "1:13: treatments: must be a list"),
        ("treatments: []", "treatments: must have at least 1 entry"),
        ("treatments:\n- inn: ''", "2:8: treatments[0].inn: must not be empty"),
        ("treatments:\n- inn: abc\n  brand: Abca", "3:3: treatments[0].brand: unknown key; did you mean brands?"),
        ("treatments:\n- inn: abc\n- inn: Abc", "3:8: treatments[1].inn: Abc stands here twice, first in line 2"),
        ("treatments:\n- inn: abc\nindications: [gout]", "indications[0]: must be keys and values, not text"),
    ],
)
def test_a_fault_in_a_watch_list_is_shown_at_its_line(desk: Desk, content: str, why: str) -> None:
    (desk.folder / "watch.yaml").write_text(content)
    code, _, said = desk.tries("classify", "--watch", "watch.yaml")
    assert (code, f"watch.yaml:{why}" in said or why in said) == (78, True), said
