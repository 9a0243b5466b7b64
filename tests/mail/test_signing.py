from __future__ import annotations

import base64
import subprocess
from contextlib import suppress
from pathlib import Path

import dkim
import pytest

from digest.story import ANA, NOW, SENDER, TOPICS, board, whole_story
from regwatch.digest.compose import compose
from regwatch.digest.render import render
from regwatch.errors import ConfigError
from regwatch.mail.envelope import BounceAddress
from regwatch.mail.message import write
from regwatch.mail.signing import Signer
from regwatch.secret_key import SecretKey

STOP = "https://news.charity.example/u/" + "A" * 22


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, bytes]:
    """A private key, PEM, and the record of its public key."""
    file = tmp_path_factory.mktemp("dkim") / "key.pem"
    subprocess.run(["openssl", "genrsa", "-traditional", "-out", file, "1024"], check=True, capture_output=True)
    public = subprocess.run(
        ["openssl", "rsa", "-in", file, "-pubout", "-outform", "DER"], check=True, capture_output=True
    )
    return file.read_bytes(), b"v=DKIM1; k=rsa; p=" + base64.b64encode(public.stdout)


@pytest.fixture(scope="module")
def signed(keys: tuple[bytes, bytes]) -> bytes:
    digest = compose(whole_story(), TOPICS, board(), NOW, ANA)
    assert digest
    signer = Signer("charity.example", "regwatch", keys[0])
    return write(render(digest, SENDER), SENDER, ANA.address, "<d.1.ff@charity.example>", NOW, stop=STOP, signer=signer)


def good(raw: bytes, record: bytes) -> bool:
    return bool(dkim.verify(raw, dnsfunc=lambda name, timeout=5: record))


def test_the_signature_verifies_and_covers_both_unsubscribe_headers(signed: bytes, keys: tuple[bytes, bytes]) -> None:
    assert good(signed, keys[1])
    head = signed.split(b"\r\n\r\n")[0].replace(b"\r\n ", b"").replace(b" ", b"").lower()
    covered = head.split(b";h=")[1].split(b";")[0].split(b":")
    assert {b"list-unsubscribe", b"list-unsubscribe-post", b"list-id", b"message-id"} <= set(covered)
    assert covered.count(b"from") == 2


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"List-Unsubscribe-Post: List-Unsubscribe=One-Click", b"List-Unsubscribe-Post: List-Unsubscribe=Twice"),
        (b"/u/AAAA", b"/u/BBBB"),
        (b"Subject: ", b"Subject: Not "),
        (b"Approved", b"Refused!"),
        (b"From: ", b"From: Mallory <m@evil.example>\r\nFrom: "),
    ],
)
def test_a_change_on_the_way_breaks_it(signed: bytes, keys: tuple[bytes, bytes], before: bytes, after: bytes) -> None:
    assert before in signed
    changed = signed.replace(before, after, 1)
    with suppress(dkim.DKIMException):
        assert not good(changed, keys[1])


def test_the_one_click_headers_are_exact_and_on_one_line(signed: bytes) -> None:
    assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in signed
    assert f"\r\nList-Unsubscribe: <{STOP}>, <mailto:".encode() in signed
    assert b"=?" not in signed.split(b"List-Unsubscribe: ")[1].split(b"\r\n")[0]
    assert max(signed) < 128


def test_without_https_there_is_no_one_click() -> None:
    digest = compose(whole_story(), TOPICS, board(), NOW, ANA)
    assert digest
    raw = write(render(digest, SENDER), SENDER, ANA.address, "<d.1.ff@x.example>", NOW, stop="http://localhost/u/A")
    assert b"List-Unsubscribe-Post" not in raw


def test_a_key_that_is_none_is_said() -> None:
    with pytest.raises(ConfigError, match="DKIM_KEY"):
        Signer("x.example", "s", b"nonsense").sign(b"From: a@x.example\r\n\r\nhello\r\n")


def test_a_domain_that_cannot_be_signed_for_is_refused_before_anything_is_sent(keys: tuple[bytes, bytes]) -> None:
    assert good(Signer(f"{'a' * 63}.org", "s", keys[0]).sign(b"From: a@x.example\r\n\r\nhello\r\n"), keys[1])
    with pytest.raises(ConfigError, match="let the mail server sign"):
        Signer(f"{'a' * 63}.example", "s", keys[0])


def test_envelope_senders_are_ours_alone_and_short_enough() -> None:
    address = BounceAddress("bounce@charity.example", SecretKey(b"k" * 32))
    made = address.of(2**40)
    assert address.number(made) == 2**40
    assert len(made.rpartition("@")[0]) <= 64
    assert address.number(address.of(7).replace("+7-", "+8-")) is None
    assert BounceAddress("bounce@charity.example", SecretKey(b"x" * 32)).number(made) is None
    assert address.number("bounce@charity.example") is None


def test_the_key_of_links_is_made_once_and_private(tmp_path: Path) -> None:
    from regwatch.secret_key import read_key

    assert read_key(tmp_path) == read_key(tmp_path)
    assert (tmp_path / "links.key").stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [tmp_path / "links.key"]
