from __future__ import annotations

import base64
import subprocess
from contextlib import suppress
from pathlib import Path

import dkim
import pytest

from digest.story import ANA, NOW, SENDER, TOPICS, board, whole_story
from regwatch.addresses import bounce_mailbox
from regwatch.digest.compose import compose
from regwatch.digest.render import render
from regwatch.errors import ConfigError
from regwatch.mail.envelope import BounceAddress
from regwatch.mail.message import write
from regwatch.mail.signing import Signer
from regwatch.secret_key import SecretKey

HELLO = b"From: a@x.example\r\n\r\nhello\r\n"
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


@pytest.mark.parametrize(
    "pem",
    [
        b"nonsense",
        b"",
        subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519"], check=True, capture_output=True).stdout,
    ],
)
def test_a_key_that_is_none_is_said(pem: bytes) -> None:
    with pytest.raises(ConfigError, match="DKIM_KEY"):
        Signer("x.example", "s", pem).sign(HELLO, NOW)


def test_a_key_in_the_newer_form_of_pem_signs_as_well(keys: tuple[bytes, bytes]) -> None:
    newer = subprocess.run(["openssl", "pkcs8", "-topk8", "-nocrypt"], input=keys[0], check=True, capture_output=True)
    assert b"BEGIN PRIVATE KEY" in newer.stdout
    assert good(Signer("x.example", "s", newer.stdout).sign(HELLO, NOW), keys[1])


@pytest.mark.parametrize("domain", [f"{'a' * 63}.example", f"{'a' * 63}.{'b' * 63}.{'c' * 63}.{'d' * 57}.org"])
def test_the_longest_domain_is_signed_for_within_the_longest_line(keys: tuple[bytes, bytes], domain: str) -> None:
    raw = Signer(domain, "s" * 63, keys[0]).sign(HELLO, NOW)
    assert good(raw, keys[1])
    assert max(len(line) for line in raw.split(b"\r\n")) < 998


@pytest.mark.parametrize(
    "raw",
    [
        b"From: a@x.example\r\n\r\n",
        b"From: a@x.example\r\n\r\n\r\n\r\n",
        b"From: a@x.example\r\n\r\n \t\r\n \r\n",
        b"From: a@x.example\r\n\r\nno line end",
        b"From: a@x.example\r\n\r\nblanks at the end \t",
        b"From: a@x.example\r\n\r\nblanks  \t in\ta row \r\n\r\n .\r\n\r\n\r\n",
        b"FROM:  a@x.example \r\nSubject: folded\r\n\t and  folded\r\n  again\t\r\nTo:b@x.example\r\n\r\nhello\r\n",
        "From: a@x.example\r\nTo: jörg@x.example\r\nSubject: geprüft\r\n\r\nhello\r\n".encode(),
        b"From: a@x.example\r\nSubject:\r\n\r\nhello\r\n",
    ],
)
def test_whatever_the_blanks_the_signature_verifies(keys: tuple[bytes, bytes], raw: bytes) -> None:
    signed = Signer("x.example", "s", keys[0]).sign(raw, NOW)
    assert signed.endswith(raw)
    # What goes through a mail server ends with its line.
    assert good(signed if signed.endswith(b"\r\n") else signed + b"\r\n", keys[1])
    assert f"t={int(NOW.timestamp())}".encode() in signed


def test_envelope_senders_are_ours_alone_and_short_enough() -> None:
    address = BounceAddress("bounce@charity.example", SecretKey(b"k" * 32))
    made = address.of(2**40)
    assert address.number(made) == 2**40
    assert len(made.rpartition("@")[0]) <= 64
    assert address.number(address.of(7).replace("+7-", "+8-")) is None
    assert BounceAddress("bounce@charity.example", SecretKey(b"x" * 32)).number(made) is None
    assert address.number("bounce@charity.example") is None


def test_the_longest_mailbox_and_the_highest_number_fit_into_what_every_server_takes() -> None:
    """RFC 5321 section 4.5.3.1.1."""
    address = BounceAddress(bounce_mailbox("b" * 30 + "@charity.example"), SecretKey(b"k" * 32))
    made = address.of(2**63 - 1)
    assert (len(made.rpartition("@")[0]), address.number(made)) == (64, 2**63 - 1)
    with pytest.raises(ValueError, match="30 characters"):
        bounce_mailbox("b" * 31 + "@charity.example")


def test_the_key_of_links_is_made_once_and_private(tmp_path: Path) -> None:
    from regwatch.secret_key import read_key

    assert read_key(tmp_path) == read_key(tmp_path)
    assert (tmp_path / "links.key").stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [tmp_path / "links.key"]
