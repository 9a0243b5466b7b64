"""A mail server's log tells what became of a mail whose connection was lost; what it does not say stays unknown."""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from digest.story import NOW
from mail.relay import Relay, running
from mail.test_delivery import HALF_AN_HOUR, fill, rows, send, server, states
from regwatch.errors import UsageError
from regwatch.mail.delivery import DeliveryTally
from regwatch.mail.server_log import lines_of, queued, settle, unknown_mails
from regwatch.store.database import Database

ONE, TWO = "<d.1.0123456789abcdef@charity.example>", "<d.2.0123456789abcdef@charity.example>"
WANTED = {ONE: 1, TWO: 2}
POSTFIX = """\
Jul 25 07:30:01 mx postfix/smtpd[812]: 4bXk2r1zQ: client=regwatch.example[192.0.2.7]
Jul 25 07:30:01 mx postfix/cleanup[815]: 4bXk2r1zQ: message-id=<d.1.0123456789abcdef@charity.example>
Jul 25 07:30:01 mx postfix/qmgr[700]: 4bXk2r1zQ: from=<bounce+1-0123456789abcdef@charity.example>, size=9211, nrcpt=1 (queue active)
Jul 25 07:30:03 mx postfix/smtp[820]: 4bXk2r1zQ: to=<ana@example.org>, relay=mx.example.org[192.0.2.25]:25, delay=2, dsn=2.0.0, status=sent (250 ok)
Jul 25 07:30:03 mx postfix/qmgr[700]: 4bXk2r1zQ: removed
"""  # noqa: E501
CUT_OFF = """\
Jul 25 07:30:01 mx postfix/smtpd[812]: A0B1C2D3: client=regwatch.example[192.0.2.7]
Jul 25 07:30:01 mx postfix/cleanup[815]: A0B1C2D3: message-id=<d.1.0123456789abcdef@charity.example>
Jul 25 07:30:02 mx postfix/smtpd[812]: lost connection after DATA (4096 bytes) from regwatch.example[192.0.2.7]
"""
EXIM = (
    "2025-07-25 07:30:01 1uf9Xc-000000004Kq-1abC <= bounce@charity.example H=(charity.example) [192.0.2.7] P=esmtps "
    "X=TLS1.3 S=9300 id=d.1.0123456789abcdef@charity.example\n"
)
OPENSMTPD = """\
Jul 25 07:30:01 mx smtpd[95]: 5df87c903d709659 smtp connected address=192.0.2.7 host=regwatch.example
Jul 25 07:30:01 mx smtpd[95]: 5df87c903d709659 smtp message msgid=c405e39a size=9303 nrcpt=1 proto=ESMTP
Jul 25 07:30:01 mx smtpd[95]: 5df87c903d709659 smtp envelope evpid=c405e39ad6bbc64f from=<bounce+1@charity.example> to=<ana@example.org>
"""  # noqa: E501


def read(text: str) -> dict[int, str]:
    ours = {"bounce+1@charity.example": 1, "bounce+7@charity.example": 7}
    return queued(io.BytesIO(text.encode()), WANTED, ours.get)


@pytest.mark.parametrize(("log", "queue"), [
    (POSTFIX, "4bXk2r1zQ"),
    (POSTFIX.replace("postfix/", "postfix-out/"), "4bXk2r1zQ"),
    (POSTFIX.replace("Jul 25 07:30:01 mx", "2025-07-25T07:30:01.123456+00:00 mx"), "4bXk2r1zQ"),
    (EXIM, "1uf9Xc-000000004Kq-1abC"),
    (EXIM.replace(" <= ", " [4711] <= ").replace("1uf9Xc-000000004Kq-1abC", "1uf9Xc-0004Kq-1a"), "1uf9Xc-0004Kq-1a"),
    (OPENSMTPD, "c405e39ad6bbc64f"),
])  # fmt: skip
def test_a_mail_that_was_queued_is_found_with_its_queue_id(log: str, queue: str) -> None:
    assert read(log) == {1: queue}


@pytest.mark.parametrize("log", [
    "",
    CUT_OFF,
    POSTFIX.replace(ONE, "<d.9.0123456789abcdef@charity.example>"),
    CUT_OFF + POSTFIX.replace("4bXk2r1zQ", "A0B1C2D3").replace(ONE, "<other@elsewhere.example>"),
    "\n".join(reversed(POSTFIX.splitlines())) + "\n",
    EXIM.replace(" <= ", " => "),
    "1uf9Xc-000000004Kq-1abC <= " * 100_000,
    EXIM.replace("id=d.1.", "id=x.d.1."),
    OPENSMTPD.replace("bounce+1@", "bounce+7@"),
    OPENSMTPD.replace("smtp envelope", "mta delivery"),
    "\x00\xff" * 5000 + ": message-id=" + "<" * 50_000,
])  # fmt: skip
def test_what_a_log_does_not_say_stays_unknown(log: str) -> None:
    assert read(log) == {}


def test_several_mails_are_told_apart_while_their_lines_are_mixed() -> None:
    first = POSTFIX.splitlines(keepends=True)
    second = POSTFIX.replace("4bXk2r1zQ", "B7").replace("B7", "B7B7B7").replace(ONE, TWO).splitlines(keepends=True)
    assert read("".join(line for pair in zip(first, second, strict=True) for line in pair)) == {
        1: "4bXk2r1zQ", 2: "B7B7B7"
    }  # fmt: skip


def test_a_long_log_is_read_line_by_line_and_never_held(tmp_path: Path) -> None:
    noise = POSTFIX.replace(ONE, "<other@elsewhere.example>").encode()
    given = 0

    def lines() -> Iterator[bytes]:
        nonlocal given
        for number in range(20_000):
            for line in noise.replace(b"4bXk2r1zQ", b"Q%07d" % number).splitlines(keepends=True):
                given += 1
                yield line
        yield from POSTFIX.encode().splitlines(keepends=True)

    assert queued(lines(), WANTED) == {1: "4bXk2r1zQ"}
    assert given == 100_000
    (tmp_path / "one-line").write_bytes(b"x" * 1_000_000 + b"\n" + POSTFIX.encode())
    pieces = list(lines_of(tmp_path / "one-line"))
    assert max(map(len, pieces)) < 20_000
    assert queued(pieces, WANTED) == {1: "4bXk2r1zQ"}


def test_a_packed_log_is_read_too_and_a_bad_one_is_one_sentence(tmp_path: Path) -> None:
    packed = tmp_path / "mail.log.2.gz"
    packed.write_bytes(gzip.compress(POSTFIX.encode()))
    assert queued(lines_of(packed), WANTED) == {1: "4bXk2r1zQ"}
    for name, content in (("cut.gz", packed.read_bytes()[:-12]), ("plain.gz", b"no gzip"), ("none", None)):
        if content is not None:
            (tmp_path / name).write_bytes(content)
        with pytest.raises(UsageError, match=f"{name} cannot be read: "):
            list(lines_of(tmp_path / name))


def test_a_mail_found_in_the_log_is_not_sent_again(database: Database) -> None:
    fill(database, "ana@example.org", "bob@example.org")
    with running(Relay(drop=lambda _: True)) as relay:
        assert send(database, server(relay)) == DeliveryTally(unknown=2)
    identities = {number: identity for identity, number in unknown_mails(database).items()}
    log = POSTFIX.replace(ONE, f"<{identities[1].strip('<>')}>").encode()
    found = queued(io.BytesIO(log), unknown_mails(database))
    assert settle(database, {number: f"queued as {queue}" for number, queue in found.items()}, NOW) == {
        1: "queued as 4bXk2r1zQ"
    }
    assert states(database) == ["accepted", "unknown"]
    assert settle(database, {1: "once more"}, NOW) == {}
    with running(Relay()) as relay:
        assert send(database, server(relay), after=HALF_AN_HOUR) == DeliveryTally(accepted=1)
        assert send(database, server(relay), after=timedelta(days=2)) == DeliveryTally()
    assert relay.to == ["bob@example.org"]
    assert [row.reply for row in rows(database)] == ["queued as 4bXk2r1zQ", "250 queued as 1"]
