"""The signature as receivers will judge it, made here or found on a mail that was received."""

from __future__ import annotations

import base64
import re
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from doctor.test_domain import GOOD, settings
from doctor.zone import Zone
from regwatch.digest.sample import sample_letter
from regwatch.doctor.diagnosis import Diagnosis, Grade
from regwatch.doctor.signature import of_signature
from regwatch.mail.message import write
from regwatch.mail.setup import sender_of
from regwatch.mail.short_mail import render_short_mail
from regwatch.mail.signing import Signer

NOW = datetime(2025, 7, 25, 7, 30, tzinfo=UTC)
PLACE = "regwatch._domainkey.charity.example"


def made(folder: Path, bits: int) -> tuple[str, str]:
    """A private key, PEM, and the record of its public key."""
    file = folder / f"{bits}.pem"
    subprocess.run(["openssl", "genrsa", "-traditional", "-out", file, str(bits)], check=True, capture_output=True)
    public = subprocess.run(
        ["openssl", "rsa", "-in", file, "-pubout", "-outform", "DER"], check=True, capture_output=True
    )
    return file.read_text(), "v=DKIM1; k=rsa; p=" + base64.b64encode(public.stdout).decode()


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    return made(tmp_path_factory.mktemp("key"), 2048)


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    return made(tmp_path_factory.mktemp("short"), 1024)


def lines(folder: Path, zone: Zone, received: bytes | None = None, **more: Any) -> dict[str, Diagnosis]:
    return {line.about: line for line in of_signature(settings(folder, **more), zone, NOW, received)}


def holding(*records: str, place: str = PLACE) -> Zone:
    return replace(GOOD, txt={place: list(records)})


def test_a_signature_made_here_is_verified_against_the_dns(tmp_path: Path, key: tuple[str, str]) -> None:
    found = lines(tmp_path, holding(key[1]), dkim="self", dkim_key=key[0])
    assert {line.grade for line in found.values()} == {Grade.OK}, found
    assert found["DKIM"].seen == f"{PLACE}: RSA, 2048 bits, the signature is valid"
    assert "those on unsubscribing among them, and From twice" in found["signature"].seen


def test_a_key_in_the_dns_that_is_missing_wrong_or_short_is_named(
    tmp_path: Path, key: tuple[str, str], short: tuple[str, str]
) -> None:
    mine: dict[str, Any] = {"dkim": "self", "dkim_key": key[0]}
    for records, grade, says in (
        ([], Grade.FAIL, f"there is no key at {PLACE}"),
        ([key[1], key[1]], Grade.FAIL, "2 records"),
        (["v=DKIM1; p="], Grade.FAIL, "taken back"),
        (["hello"], Grade.FAIL, "no key record"),
        (["v=DKIM1; p=%%%"], Grade.FAIL, "cannot be read"),
        (["v=DKIM1; p=AAAA"], Grade.FAIL, "cannot be read"),
        ([short[1]], Grade.FAIL, "the signature is not valid"),
    ):
        line = lines(tmp_path, holding(*records), **mine)["DKIM"]
        assert (line.grade, says in line.seen) == (grade, True), line
    line = lines(tmp_path, holding(short[1]), dkim="self", dkim_key=short[0])["DKIM"]
    assert (line.grade, "1024 bits" in line.seen) == (Grade.WARN, True), line


def test_a_private_key_that_is_none_is_one_sentence(tmp_path: Path) -> None:
    line = lines(tmp_path, GOOD, dkim="self", dkim_key="no key")["DKIM"]
    assert (line.grade, "cannot be signed with this key" in line.seen) == (Grade.FAIL, True)
    assert "no key" not in line.seen.replace("REGWATCH_DKIM_KEY", "")


def test_a_signature_for_another_domain_does_not_count(tmp_path: Path, key: tuple[str, str]) -> None:
    zone = holding(key[1], place="regwatch._domainkey.relay.example")
    found = lines(tmp_path, zone, dkim="self", dkim_key=key[0], dkim_domain="relay.example")
    assert (found["DKIM"].grade, "signed for relay.example, sent from charity.example" in found["DKIM"].seen) == (
        Grade.FAIL, True
    )  # fmt: skip


def test_where_the_mail_server_signs_what_cannot_be_known_is_said(tmp_path: Path, key: tuple[str, str]) -> None:
    found = lines(tmp_path, GOOD)
    assert {about: line.grade for about, line in found.items()} == {"DKIM": Grade.WARN, "signature": Grade.WARN}
    assert "cannot be known" in found["DKIM"].seen
    named = lines(tmp_path, holding(key[1], place="s1._domainkey.charity.example"), dkim_selector="s1")
    assert named["DKIM"].grade is Grade.OK
    assert "2048 bits" in named["DKIM"].seen


def arrived(folder: Path, key: str, selector: str = "s1", domain: str = "charity.example") -> bytes:
    sender = sender_of(settings(folder))
    signer = Signer(domain, selector, key.encode())
    letter, stop = render_short_mail(sample_letter()), "https://news.charity.example/u/x"
    return b"Received: from relay.example\r\n" + write(
        letter, sender, "ana@example.org", "<1@charity.example>", NOW, stop=stop, signer=signer
    )


def test_a_received_mail_tells_how_the_mail_server_signs(tmp_path: Path, key: tuple[str, str]) -> None:
    mail, zone = arrived(tmp_path, key[0]), holding(key[1], place="s1._domainkey.charity.example")
    assert {line.grade for line in lines(tmp_path, zone, mail).values()} == {Grade.OK}
    assert lines(tmp_path, zone, mail.replace(b"\r\n", b"\n"))["DKIM"].grade is Grade.OK, "as an editor saves it"
    changed = lines(tmp_path, zone, mail.replace(b"A sample", b"Another one"))["DKIM"]
    assert (changed.grade, "not valid" in changed.seen) == (Grade.FAIL, True)


def test_headers_that_are_not_covered_are_named(tmp_path: Path, key: tuple[str, str]) -> None:
    mail = arrived(tmp_path, key[0])
    head, body = mail.split(b"\r\n\r\n", 1)
    bare = head.replace(b"list-unsubscribe-post", b"x-other").replace(b"auto-submitted", b"x-more")
    line = lines(tmp_path, GOOD, bare + b"\r\n\r\n" + body)["signature"]
    assert line.grade is Grade.FAIL
    assert "and not list-unsubscribe-post and auto-submitted" in line.seen
    assert "SignHeaders *,+list-unsubscribe-post,+auto-submitted)" in line.remedy, "what OpenDKIM needs"
    covered = re.search(rb"h=([^;]*);", head)
    assert covered
    once = re.sub(rb"\bfrom(\s*)\Z", rb"subject\1", covered[1])
    line = lines(tmp_path, GOOD, head.replace(covered[1], once) + b"\r\n\r\n" + body)["signature"]
    assert (line.grade, "From only once" in line.seen) == (Grade.WARN, True), line


@pytest.mark.parametrize(
    "mail", [b"", b"From: news@charity.example\r\n\r\nHello", b"DKIM-Signature: ;;=;h\r\n\r\n", b"\xff\x00"]
)
def test_a_mail_without_a_signature_is_not_signed(tmp_path: Path, mail: bytes) -> None:
    assert lines(tmp_path, GOOD, mail)["DKIM"].grade is Grade.FAIL
