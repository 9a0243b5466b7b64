"""Bytes that are no UTF-8, and NUL, from the command line and what is piped in: one sentence, and nothing is stored."""

from __future__ import annotations

import io
import os

import pytest

from cli.console import Desk
from cli.test_subscriber import ANA, CABO, Pipe, added, desk

__all__ = ["desk"]

ODD = os.fsdecode(b"a\xffb")
"""As Python gives an argument that is no UTF-8."""


@pytest.mark.parametrize(
    "words",
    [
        ("subscriber", "add", f"{ODD}@reader.example", "--consent"),
        ("subscriber", "add", f"ana@{ODD}.example", "--consent"),
        ("subscriber", "add", "x@reader.example", "--consent", "--topic", ODD),
        ("subscriber", "add", "x@reader.example", "--consent", "--zone", ODD),
        ("subscriber", "add", "x@reader.example", "--consent", "--evidence", ODD),
        ("subscriber", "show", ODD),
        ("subscriber", "change", ODD, "--zone", "Europe/London"),
        ("subscriber", "change", ANA, "--zone", ODD),
        ("subscriber", "stop", ODD),
        ("subscriber", "stop", ANA, "--topic", ODD),
        ("subscriber", "erase", ODD),
        ("subscriber", "export", ODD),
        ("subscriber", "import", ODD, "--consent"),
        ("subscriber", "channel", ANA, f"json://127.0.0.1/{ODD}"),
        ("note", "add", CABO, ODD),
        ("note", "add", ODD, "words"),
        ("note", "add", CABO, "words", "--authority", ODD),
        ("source", "pause", ODD),
        ("poll", ODD),
        ("status", ODD),
        ("timeline", ODD),
        ("digest", "preview", ODD),
        ("digest", "send", "--test", f"{ODD}@reader.example"),
        ("explain", ODD),
    ],
)
def test_an_argument_that_is_no_text_is_refused_in_one_sentence(desk: Desk, words: tuple[str, ...]) -> None:
    added(desk)
    before = desk.dump()
    code, out, err = desk.tries(*words)
    assert code in (1, 2, 78), (out, err)
    assert "Traceback" not in out + err
    assert err.strip()
    assert "cannot be written" not in err, "it is not the database that is at fault"
    assert desk.dump() == before


def test_a_list_with_nul_is_refused_line_by_line(desk: Desk) -> None:
    added(desk)
    file = desk.folder / "people.csv"
    file.write_text(f"address,topics\na\0@reader.example,{CABO}\nb@reader.example,{CABO}\0\n", "utf-8")
    said = desk.is_refused("subscriber", "import", str(file), "--consent")
    assert "people.csv" in said
    file.write_bytes(b"address,topics\nb\xff@reader.example,\n")
    assert "people.csv" in desk.is_refused("subscriber", "import", str(file), "--consent")


@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")  # imported by Apprise itself
@pytest.mark.parametrize("secret", ["json://127.0.0.1/a\0b", "a\0b", "\0"])
def test_a_channel_with_nul_that_is_piped_in_is_refused(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, secret: str
) -> None:
    added(desk)
    monkeypatch.setattr("sys.stdin", io.StringIO(secret))
    assert "not an address" in desk.is_refused("subscriber", "channel", ANA, "-")


REPORT = (
    b"From: <>\r\nTo: bounce@charity.example\r\nSubject: Undelivered {}\r\nMessage-ID: <x{}@y>\r\n"
    b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\nIt failed {}\r\n--b\r\n"
    b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; a{}\r\n\r\n"
    b"Final-Recipient: rfc822; a{}@reader.example\r\nAction: failed\r\nStatus: 5.1.1{}\r\n"
    b"Diagnostic-Code: smtp; 550 5.1.1 no such user {}\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n"
    b"Message-ID: <d.1.ff{}@charity.example>\r\nList-Unsubscribe: <https://x.example/u/aaaaaaaaaaaaaaaaaaaaa{}>\r\n\r\n"
    b"x\r\n--b--\r\n"
)


@pytest.mark.parametrize("odd", [b"\0", b"\xed\xa0\x80", b"\xff", b"=?utf-8?q?=00?="])
def test_a_report_with_it_names_no_mail_of_ours(desk: Desk, monkeypatch: pytest.MonkeyPatch, odd: bytes) -> None:
    added(desk)
    monkeypatch.setenv("REGWATCH_BOUNCE_ADDRESS", "bounce@charity.example")
    monkeypatch.setattr("sys.stdin", Pipe(REPORT.replace(b"{}", odd)))
    assert "no report about a mail of ours" in desk.is_refused("bounce")
