from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.story import NOW, SENDER
from regwatch.mail.message import message_id, write
from regwatch.mail.sender import Sender
from regwatch.mail.templates import Rendered

RENDERED = Rendered("Approved: European Commission, cabozantinib for NETs", "Text “ä” — end.\n" * 20, "<p>“ä”</p>" * 90)
LONG_HOST = f"{'a' * 63}.{'b' * 40}.example"
LONG = Sender("regwatch", f"news@{LONG_HOST}", f"{'c' * 60}@{LONG_HOST}", web=f"https://{LONG_HOST}/board")


def mail(rendered: Rendered = RENDERED, sender: Sender = SENDER, to: str = "ana@example.org") -> bytes:
    return write(rendered, sender, to, message_id(to, [3, 7], sender), NOW)


def parsed(raw: bytes) -> EmailMessage:
    found = message_from_bytes(raw, policy=default)
    assert isinstance(found, EmailMessage)
    return found


def test_text_comes_first_and_both_parts_are_quoted_printable() -> None:
    parts = list(parsed(mail()).iter_parts())
    assert [part.get_content_type() for part in parts] == ["text/plain", "text/html"]
    assert {part["Content-Transfer-Encoding"] for part in parts} == {"quoted-printable"}
    assert {part.get_content_charset() for part in parts} == {"utf-8"}
    assert parts[0].get_content().startswith("Text “ä” — end.")


@pytest.mark.parametrize("sender", [SENDER, LONG], ids=["short", "long"])
def test_every_byte_is_ascii_and_no_line_is_too_long(sender: Sender) -> None:
    raw = mail(sender=sender)
    assert raw.isascii()
    assert b"8bit" not in raw
    assert b"\n" not in raw.replace(b"\r\n", b"")
    headers, _, body = raw.partition(b"\r\n\r\n")
    assert max(map(len, body.split(b"\r\n"))) <= 76
    assert max(map(len, headers.split(b"\r\n"))) <= 998
    assert all(
        len(line) <= 78 or b"@" in line or b"https://" in line or line.startswith(b"List-Id")
        for line in headers.split(b"\r\n")
    )


@pytest.mark.parametrize("sender", [SENDER, LONG], ids=["short", "long"])
def test_no_structured_header_is_an_encoded_word(sender: Sender) -> None:
    headers = mail(sender=sender).partition(b"\r\n\r\n")[0].decode()
    unfolded = re.sub(r"\r\n[ \t]", " ", headers)
    for line in unfolded.split("\r\n"):
        if not line.startswith("Subject:"):
            assert "=?" not in line, line
    assert f"<mailto:{sender.contact}?subject=unsubscribe>" in unfolded


def test_each_header_that_must_be_there_is_there_once() -> None:
    names = [name.lower() for name in parsed(mail()).keys()]  # noqa: SIM118
    must = (
        "date from to subject message-id mime-version reply-to list-id list-unsubscribe list-help list-subscribe "
        "list-owner list-archive auto-submitted precedence x-auto-response-suppress"
    )
    for name in must.split(" "):
        assert names.count(name) == 1, name
    assert "bcc" not in names
    assert "list-unsubscribe-post" not in names


def test_the_list_says_who_it_is_and_how_to_leave() -> None:
    found = parsed(mail())
    assert found["List-Id"] == "regwatch digests <digests.charity.example>"
    assert found["List-Unsubscribe"] == "<mailto:hello@charity.example?subject=unsubscribe>"
    assert found["Auto-Submitted"] == "auto-generated"
    assert found["Precedence"] == "list"
    assert found["X-Auto-Response-Suppress"] == "OOF, AutoReply"
    assert found["Reply-To"] == "hello@charity.example"


STOP = "https://news.charity.example/u/" + "A" * 22
READS_ITSELF = replace(SENDER, bounces="bounce@charity.example")


@pytest.mark.parametrize(
    ("sender", "stop", "by_mail"),
    [
        (READS_ITSELF, STOP, f"<mailto:bounce@charity.example?subject=unsubscribe%20{'A' * 22}>"),
        (SENDER, STOP, f"<mailto:hello@charity.example?subject=unsubscribe%20{'A' * 22}>"),
        (READS_ITSELF, "", "<mailto:hello@charity.example?subject=unsubscribe>"),
    ],
    ids=["read by us", "read by people", "without a handle"],
)
def test_leaving_by_mail_says_who_leaves_to_whoever_reads_it(sender: Sender, stop: str, by_mail: str) -> None:
    raw = write(RENDERED, sender, "ana@example.org", "<d.1.ff@charity.example>", NOW, stop=stop)
    (line,) = [line for line in raw.split(b"\r\n") if line.startswith(b"List-Unsubscribe: ")]
    assert line.decode() == f"List-Unsubscribe: {f'<{stop}>, ' if stop else ''}{by_mail}"
    assert len(by_mail) - 2 <= 75


def test_the_longest_addresses_leave_the_unsubscribe_line_legal() -> None:
    host = ".".join(["h" * 60] * 4)
    sender = Sender("regwatch", f"news@{host}", f"{'c' * 10}@{host}", bounces=f"{'b' * 10}@{host}")
    stop = f"https://{host}/{'p' * 300}/u/{'A' * 22}"
    raw = write(RENDERED, sender, "ana@example.org", "<d.1.ff@x.example>", NOW, stop=stop)
    (line,) = [line for line in raw.split(b"\r\n") if line.startswith(b"List-Unsubscribe: ")]
    assert line.endswith(b"A" * 22 + b">")
    assert len(line) <= 998


def test_the_identity_is_the_same_however_often_it_is_computed() -> None:
    one = message_id("Ana@example.org", [7, 3], SENDER)
    assert one == message_id("ana@example.org", [3, 7], SENDER)
    assert re.fullmatch(r"<d\.7\.[0-9a-f]{16}@charity\.example>", one)
    assert one != message_id("bob@example.org", [3, 7], SENDER)
    assert one != message_id("ana@example.org", [3], SENDER)
    assert parsed(mail())["Message-ID"] == one


def test_the_same_input_gives_the_same_bytes() -> None:
    assert mail() == mail()


def test_the_date_is_that_of_composing() -> None:
    found = parsed(write(RENDERED, SENDER, "ana@example.org", "<x@y>", datetime(2025, 7, 25, 7, 30, tzinfo=UTC)))
    assert found["Date"] == "Fri, 25 Jul 2025 07:30:00 +0000"


@given(st.text(max_size=78).filter(lambda text: not re.search(r"[\r\n]", text)))
@settings(max_examples=100, deadline=None)
def test_a_subject_never_makes_another_header(subject: str) -> None:
    from regwatch.safe_text import one_line

    raw = mail(Rendered(one_line(subject, 78), "t", "<p>t</p>"))
    assert len(parsed(raw).keys()) == len(parsed(mail()).keys())


@given(
    st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=30).map(str.strip)
    | st.lists(st.text("abcdefgh:,()", min_size=1, max_size=14), min_size=1, max_size=8).map(" ".join)
    | st.lists(st.text("äbcλя漢", min_size=1, max_size=9), min_size=1, max_size=9).map(" ".join)
)
def test_a_subject_is_read_as_it_was_written_and_begins_on_the_line_of_its_name(subject: str) -> None:
    subject = subject[:78].strip()
    raw = mail(Rendered(subject, "text", "<p>text</p>"))
    assert str(parsed(raw)["Subject"]) == subject
    lines = raw.partition(b"\r\n\r\n")[0].split(b"\r\n")
    (first,) = (line for line in lines if line.startswith(b"Subject:"))
    assert first.strip() != b"Subject:"
    assert max(len(line) for line in lines if line.startswith((b"Subject:", b" ="))) <= 78 or " " not in subject


def test_mime_s_version_stands_at_the_top_and_nowhere_else() -> None:
    assert mail().count(b"MIME-Version:") == 1


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError):
        mail(to="ana@example.org\r\nBcc: eve@example.org")


def test_a_sender_s_name_may_be_in_any_script() -> None:
    sender = Sender("Förderverein „NET“", "news@charity.example", "hello@charity.example")
    raw = mail(sender=sender)
    assert raw.isascii()
    assert parsed(raw)["From"].addresses[0].display_name == "Förderverein „NET“"
