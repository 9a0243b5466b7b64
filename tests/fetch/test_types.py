"""What was asked for is what is taken: by its bytes, whatever its label says."""

from __future__ import annotations

import httpx
import pytest

from fetch.site import NOON, SOURCE, look, reply
from regwatch.errors import WrongType
from regwatch.fetch.answer import Answer
from regwatch.fetch.page_traits import family_of
from regwatch.fetch.recognise import recognise

HTML = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.1"
JSON = "application/json"
FEED = "application/rss+xml, application/atom+xml, application/xml;q=0.9, text/html;q=0.8, */*;q=0.1"
PDF = "application/pdf"
PAGE = b"<!doctype html><html><title>Our medicines</title><p>Text.</p></html>"
XHTML = (
    b'<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "x">\n<html xmlns="y"><head><title>T</title></head><p>a</p></html>'
)
RSS = b'<?xml version="1.0"?><rss version="2.0"><channel><title>News</title></channel></rss>'
ATOM = b'<feed xmlns="http://www.w3.org/2005/Atom"><title>News</title></feed>'


def is_wrong(accept: str, body: bytes, label: str) -> bool:
    answer = Answer("u", "u", 200, httpx.Headers({"content-type": label} if label else {}), body)
    trouble = recognise(answer, accept, NOON)
    assert trouble is None or isinstance(trouble, WrongType)
    return trouble is not None


@pytest.mark.parametrize(
    ("accept", "body", "label"),
    [
        (HTML, PAGE, "text/html; charset=utf-8"),
        (HTML, PAGE, "text/plain"),
        (HTML, PAGE, "application/octet-stream"),
        (HTML, PAGE, ""),
        (HTML, XHTML, "application/xhtml+xml"),
        (HTML, b"\xef\xbb\xbf\n <!-- made by x --><html><p>a</p></html>", "text/html"),
        (HTML, b"Plain words.", "text/html"),
        (HTML, RSS, "application/rss+xml"),
        (JSON, b'{"a": 1}', "application/json"),
        (JSON, b"\xef\xbb\xbf [1]", "text/plain"),
        (JSON, b'{"a": "<html>"}', "text/html"),
        (JSON, b"{}", "application/octet-stream"),
        (FEED, RSS, "application/rss+xml"),
        (FEED, RSS, "text/html"),
        (FEED, ATOM, "text/plain"),
        (FEED, ATOM, ""),
        (FEED, b'<?xml version="1.0"?><!-- <html> --><rss version="2.0"></rss>', "application/rss+xml"),
        (FEED, b"Warning: headers were sent\n" + RSS, "text/html"),
        (FEED, RSS.decode().encode("utf-16"), "application/rss+xml"),
        (JSON, '{"a": 1}'.encode("utf-16"), "application/json"),
        (JSON, '{"a": 1}'.encode("utf-16-be"), "application/json"),
        (PDF, b"%PDF-1.7\n...", "application/octet-stream"),
        (PDF, b"\r\n\0%PDF-1.7\n...", "application/pdf"),
        ("*/*", b"\0\1\2", "application/zip"),
        ("text/csv", b"a,b\n", "text/csv"),
        ("application/json, text/html", PAGE, "text/html"),
        ("", PAGE, "text/html"),
    ],
)
def test_what_was_due_is_taken_whatever_its_label(accept: str, body: bytes, label: str) -> None:
    assert not is_wrong(accept, body, label)


@pytest.mark.parametrize(
    ("accept", "body", "label"),
    [
        (JSON, PAGE, "application/json"),
        (JSON, PAGE, "text/html"),
        (JSON, RSS, "application/json"),
        (JSON, b"Temporarily out of order", "text/plain"),
        ("application/vnd.api+json", PAGE, "text/html"),
        (FEED, PAGE, "text/html"),
        (FEED, XHTML, "application/xml"),
        (FEED, b'{"items": []}', "application/json"),
        (FEED, b"Nothing", "text/plain"),
        (PDF, PAGE, "application/pdf"),
        (HTML, b'{"error": "no"}', "application/json"),
        (HTML, b"Plain words.", "image/png"),
        (HTML, b"%PDF-1.7\n...", "application/pdf"),
        (HTML, b"\x89PNG\r\n\x1a\n\0\0", "image/png"),
    ],
)
def test_what_cannot_be_what_was_due_is_refused(accept: str, body: bytes, label: str) -> None:
    assert is_wrong(accept, body, label)


def test_the_client_says_what_came_and_what_was_due() -> None:
    with pytest.raises(WrongType, match=r"/page answered with HTML \(labelled text/html\) where JSON was due"):
        look(reply(body=PAGE), accept=JSON)


@pytest.mark.parametrize(
    ("label", "charset"),
    [
        ("text/html; charset=UTF-8", "utf-8"),
        ('text/html;charset="ISO-8859-1"', "iso-8859-1"),
        ("text/html; boundary=x; Charset=windows-1252", "windows-1252"),
        ("text/html", None),
        ("text/html; charset=", None),
        ("text/html; charset=no-such-thing", None),
        ("text/html; charset=x-sjis", "x-sjis"),
        ("text/html; charset=hex", None),
        ("text/html; charset=none", None),
    ],
)
def test_a_charset_is_given_only_where_it_was_sent_and_is_one(label: str, charset: str | None) -> None:
    document = look(reply(body=PAGE, kind=label)).document
    assert document is not None
    assert document.charset == charset
    assert document.content_type == "text/html"
    assert document.source is SOURCE


@pytest.mark.parametrize(
    ("body", "family"),
    [
        ("<?xml version='1.0'?><rss/>".encode("utf-16"), "xml"),
        ("<html>".encode("utf-16-le"), "html"),
        ("<html>".encode("utf-32"), "html"),
        (b"", "text"),
        (b"\0\0", "binary"),
        (b"<svg>", "xml"),
        (b"<p>x", "html"),
    ],
)
def test_bytes_have_a_family(body: bytes, family: str) -> None:
    assert family_of(body) == family
