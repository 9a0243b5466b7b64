"""Bytes become the characters that a browser shows, and never nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from webencodings import lookup
from webencodings.labels import LABELS

from regwatch.characters import decode, html_text, xml_text

LEGACY = sorted({*LABELS.values()} - {"utf-8", "utf-16le", "utf-16be", "replacement", "x-user-defined"})
"""The standard's encodings whose label says what the bytes mean."""


@given(st.binary(min_size=4, max_size=80), st.sampled_from([*LABELS, "no such label", None]))
def test_any_bytes_under_any_label_are_a_text(made: bytes, label: str | None) -> None:
    text = decode(made, label)
    assert text or made.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"\0\0\xfe\xff"))
    assert "\0" not in text
    text.encode()


@pytest.mark.parametrize("name", LEGACY)
def test_what_an_encoding_can_say_is_read_back_from_it(name: str) -> None:
    codec = lookup(name).codec_info.name
    said = "".join(c for c in map(chr, range(0xA1, 0x600)) if c.encode(codec, "ignore").decode(codec) == c)
    assert decode(said.encode(codec), name) == said


@pytest.mark.parametrize(
    ("label", "body", "text"),
    [
        ("iso-8859-1", b"\x93Yes\x94 \x96 it\x92s", "\u201cYes\u201d \u2013 it\u2019s"),
        (" Latin1 ", b"\x80", "\u20ac"),
        ("us-ascii", b"caf\xe9", "caf\u00e9"),
        ("iso-8859-9", b"\x93\xfe\x94", "\u201c\u015f\u201d"),
        ("iso-8859-11", b"\xa1", "\u0e01"),
        ("gb2312", "\u9555".encode("gbk"), "\u9555"),
        ("shift_jis", "\u2460\u627f\u8a8d".encode("cp932"), "\u2460\u627f\u8a8d"),
        ("euc-kr", "\ub620".encode("cp949"), "\ub620"),
        ("big5", "\u20ac\u85e5".encode("cp950"), "\u20ac\u85e5"),
        ("unicode-1-1-utf-8", "\u017c".encode(), "\u017c"),
        (None, "\u017c".encode(), "\u017c"),
        (None, b"caf\xe9", "caf\u00e9"),
        ("nonsense", b"\x93", "\u201c"),
    ],
)
def test_a_label_means_what_the_standard_says(label: str | None, body: bytes, text: str) -> None:
    assert decode(body, label) == text


@pytest.mark.parametrize("label", ["us-ascii", "iso-8859-1", "windows-1252", None])
def test_utf_8_is_read_as_such_under_the_label_that_servers_add_to_everything(label: str | None) -> None:
    assert decode("na\u00efve caf\u00e9".encode(), label) == "na\u00efve caf\u00e9"
    assert decode("na\u00efve caf\u00e9 ".encode() + b"\xff", label) == "na\u00efve caf\u00e9 \ufffd"


def test_of_two_labels_the_one_counts_that_the_bytes_bear_out() -> None:
    said = "\u2018\u017c\u00f3\u0142\u0107\u2019"
    assert html_text(f"<meta charset=windows-1250>{said}".encode(), "utf-8").endswith(said)
    assert html_text(f"<meta charset=utf-8>{said}".encode(), "iso-8859-1").endswith(said)
    assert html_text(f"<meta charset=windows-1250>{said}".encode("cp1250"), "utf-8").endswith(said)
    assert html_text(f"<meta charset=utf-8>{said}".encode("cp1250"), "windows-1250").endswith(said)


def test_the_header_goes_before_a_pages_own_label_and_behind_that_of_xml() -> None:
    body = "\u0416".encode("cp1251")
    assert html_text(b"<meta charset=koi8-r>" + body, "windows-1251").endswith("\u0416")
    assert xml_text(b"<?xml version='1.0' encoding='windows-1251'?>" + body, "koi8-r").endswith("\u0416")
    assert xml_text(b"<?xml version='1.0'?>" + body, "windows-1251").endswith("\u0416")


@pytest.mark.parametrize(
    "head",
    [
        b'<meta http-equiv="Content-Type" content="text/html; charset=windows-1251">',
        b"<META CHARSET = 'windows-1251' />",
        b"<!-- <meta charset=koi8-r> --><meta charset=windows-1251>",
        b'<?xml version="1.0" encoding="windows-1251"?>',
    ],
)
def test_a_page_names_its_encoding_in_several_ways(head: bytes) -> None:
    assert html_text(head + "\u0416".encode("cp1251")).endswith("\u0416")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_the_first_bytes_go_before_every_label(encoding: str) -> None:
    body = "<p>\u017c</p>".encode(encoding)
    assert html_text(body, "windows-1251") == "<p>\u017c</p>"
    assert xml_text(body, "iso-8859-1") == "<p>\u017c</p>"


def test_a_label_of_utf_16_is_not_believed_where_the_bytes_are_none() -> None:
    assert html_text(b"<meta charset=utf-16><p>caf\xc3\xa9", "utf-16le").endswith("caf\u00e9")


def test_a_quotation_mark_of_windows_in_utf_8_stays_one() -> None:
    assert decode(b"\x93Approved\x94 \xc5\xbc \xe9", "utf-8") == "\u201cApproved\u201d \u017c \ufffd"
