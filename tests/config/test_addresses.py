"""What counts as a mail address, a web address, a zone, a secret."""

from __future__ import annotations

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regwatch.addresses import (
    bounce_mailbox,
    is_loopback,
    lost_or_repeated,
    mail_address,
    mailbox,
    names_secret,
    web_address,
)  # fmt: skip


@pytest.mark.parametrize(
    "text", ["anna@example.org", "a.b+net@sub.example.co.uk", "you@localhost", "x@xn--bcher-kva.example"]
)
def test_a_mail_address_is_taken_as_it_stands(text: str) -> None:
    assert mail_address(text) == text


@pytest.mark.parametrize(
    "text",
    ["", "anna", "anna@", "@example.org", "anna@example", ".anna@example.org", "an..na@example.org",
     "anna@-example.org", "anna@example.org\nBcc: all@example.org", "anna b@example.org",
     "anna@exam\u00adple.org",
     "a" * 65 + "@example.org", "anna@" + "b." * 130 + "org", '"anna"@example.org', "Anna <anna@example.org>"],
)  # fmt: skip
def test_what_could_break_a_header_or_a_delivery_is_no_mail_address(text: str) -> None:
    with pytest.raises(ValueError, match="is not a mail address"):
        mail_address(text)


@pytest.mark.parametrize(
    ("text", "ascii_form"),
    [("anna@bücher.example", "anna@xn--bcher-kva.example"), ("anna@straße.example", "anna@xn--strae-oqa.example"),
     ("anna@Bücher.EXAMPLE", "anna@xn--bcher-kva.example"), ("anna@例え。example", "anna@xn--r8jz45g.example")],
)  # fmt: skip
def test_a_domain_in_another_script_comes_back_as_mail_servers_take_it(text: str, ascii_form: str) -> None:
    assert mail_address(text) == ascii_form
    assert mailbox(f"Anna <{text}>") == f"Anna <{ascii_form}>"


def test_letters_before_the_at_sign_are_refused_in_one_sentence_unless_the_mail_server_takes_them() -> None:
    with pytest.raises(ValueError, match="letters that the mail server does not take: use plain a to z"):
        mail_address("jörg@example.org")
    assert mail_address("jo\u0308rg@bücher.example", international=True) == "jörg@xn--bcher-kva.example"
    for wrong in ("jö rg@example.org", "j\u202eörg@example.org", "ö" * 33 + "@example.org", "ö@", "ö..ö@example.org"):
        with pytest.raises(ValueError, match="is not a mail address"):
            mail_address(wrong, international=True)


def test_the_mailbox_for_bounces_leaves_room_for_a_mark() -> None:
    assert bounce_mailbox("") == ""
    assert bounce_mailbox("b" * 30 + "@example.org") == "b" * 30 + "@example.org"
    with pytest.raises(ValueError, match="its domain cannot be one"):
        mail_address("anna@ex ämple.org")
    with pytest.raises(ValueError, match="30 characters"):
        bounce_mailbox("b" * 31 + "@example.org")


@given(st.text(max_size=80))
def test_no_text_with_a_control_character_passes_as_an_address(text: str) -> None:
    for check in (mail_address, mailbox, web_address):
        try:
            check(text)
        except ValueError:
            continue
        assert text.isprintable()


def test_a_mailbox_may_have_a_name() -> None:
    assert mailbox("regwatch news <news@example.org>") == "regwatch news <news@example.org>"


@pytest.mark.parametrize(
    "text",
    ["www.example.org", "ftp://example.org", "https://", "https://ex ample.org/", "https://example.org:x/",
     "https://[::1/", "javascript:alert(1)", "file:///etc/passwd", "https://example.org/\n"],
)  # fmt: skip
def test_only_whole_http_addresses_are_taken(text: str) -> None:
    with pytest.raises(ValueError, match="is not a web address"):
        web_address(text)


@pytest.mark.parametrize(
    "text",
    ["https://anna:pass@example.org/", "https://anna@example.org/", "https://example.org/?token=abc",
     "https://example.org/?a=1&api_key=abc", "https://example.org/?client_secret=x"],
)  # fmt: skip
def test_an_address_with_a_secret_in_it_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="secret"):
        web_address(text)


@pytest.mark.parametrize("name", ["password", "smtp_password", "token", "apikey", "api-key", "SECRET", "passwd"])
def test_a_key_that_promises_a_secret_is_known(name: str) -> None:
    assert names_secret(name)


@pytest.mark.parametrize("name", ["passage", "compass", "key", "title", "keyword"])
def test_a_harmless_key_is_not_taken_for_a_secret(name: str) -> None:
    assert not names_secret(name)


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("localhost", True), ("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("[::1]", True),
     ("10.0.0.1", False), ("mail.example.org", False), ("localhost.example.org", False), ("", False)],
)  # fmt: skip
def test_only_this_machine_is_loopback(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback


@pytest.mark.parametrize(
    ("at", "zone", "bad"),
    [("08:30", "Europe/London", False), ("01:30", "Europe/London", True), ("02:30", "Europe/London", True),
     ("03:00", "Europe/London", False), ("00:30", "Europe/London", False), ("01:30", "Asia/Tokyo", False),
     ("01:30", "UTC", False), ("00:30", "Atlantic/Azores", True), ("23:30", "America/Santiago", True)],
)  # fmt: skip
def test_a_time_that_some_day_lacks_or_has_twice_is_known(at: str, zone: str, bad: bool) -> None:
    assert lost_or_repeated(time.fromisoformat(at), zone) is bad
