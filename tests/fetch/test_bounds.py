"""A server can be slow, endless, cut off or lying: none of that becomes a page."""

from __future__ import annotations

import asyncio
import gzip
import time
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fetch.site import PAGE, Site, look, packed, raw, reply, visit
from regwatch.errors import EmptyBody, SourceTrouble, TimedOut, TooLarge, Truncated, Unreachable, WrongType

PIECES = [
    *(
        b"200 OK\r\n",
        b"302 Found\r\n",
        b"304 Not Modified\r\n",
        b"404 \r\n",
        b"503 \r\n",
        b"999 \r\n",
        b"\r\n",
        b"\r\n\r\n",
    ),
    *(
        b"Content-Length: 5\r\n",
        b"Content-Length: -1\r\n",
        b"Transfer-Encoding: chunked\r\n",
        b"Content-Encoding: gzip\r\n",
    ),
    *(
        b"Location: /page\r\n",
        b"Location: \xff\r\n",
        b"Retry-After: \xb2\r\n",
        b"Content-Type: text/html; charset=\xe9\r\n",
    ),
    *(b"hello", b"5\r\n", b"0\r\n\r\n", b"\x1f\x8b", b"<title>\x1b[31mAccess Denied</title>", b"<p>text</p>"),
]
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


def trouble_of(behaviour: object, **changes: object) -> SourceTrouble:
    started = time.monotonic()
    with pytest.raises(SourceTrouble) as caught:
        look(behaviour, **changes)  # type: ignore[arg-type]
    assert time.monotonic() - started < 2
    message = caught.value.message
    assert "/page" in message
    assert "\n" not in message
    assert "Traceback" not in message
    return caught.value


def test_slow_headers_time_out() -> None:
    assert type(trouble_of(raw(HEAD, pause=0.3), read_timeout=0.05)) is TimedOut


def test_a_dripping_body_ends_at_the_deadline() -> None:
    drip = raw(HEAD + b"Content-Length: 1000\r\n\r\n", *[b"x"] * 100, pause=0.02)
    assert type(trouble_of(drip, deadline=0.15, read_timeout=1.0)) is TimedOut


def test_a_stalled_body_times_out() -> None:
    stall = raw(HEAD + b"Content-Length: 1000\r\n\r\nsome")
    assert type(trouble_of(stall, read_timeout=0.05)) is TimedOut


def test_a_body_shorter_than_promised_is_truncated() -> None:
    cut = raw(HEAD + b"Content-Length: 1000\r\n\r\n" + PAGE, close=True)
    assert type(trouble_of(cut)) is Truncated


def test_a_chunked_body_without_its_end_is_truncated() -> None:
    cut = raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\n<html\r\n", close=True)
    assert type(trouble_of(cut)) is Truncated


def test_a_chunk_cut_in_the_middle_is_truncated() -> None:
    cut = raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\nff\r\n<html", close=True)
    assert type(trouble_of(cut)) is Truncated


def test_a_whole_chunked_body_is_a_page() -> None:
    whole = raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % len(PAGE) + PAGE + b"\r\n0\r\n\r\n")
    got = look(whole)
    assert got.document is not None
    assert got.document.body == PAGE


def test_a_compressed_stream_without_its_end_is_truncated() -> None:
    assert type(trouble_of(packed(cut=-9))) is Truncated


def test_a_damaged_compressed_stream_is_truncated() -> None:
    assert type(trouble_of(reply(body=b"\x1f\x8b" + b"nonsense" * 9, Content_Encoding="gzip"))) is Truncated


@pytest.mark.parametrize("members", [1, 2])
def test_a_compressed_page_is_unpacked_whole(members: int) -> None:
    pieces = [PAGE[:40], PAGE[40:]] if members == 2 else [PAGE]
    got = look(reply(body=b"".join(map(gzip.compress, pieces)), Content_Encoding="gzip"))
    assert got.document is not None
    assert got.document.body == PAGE


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip,", gzip.compress(PAGE, mtime=0)),
        ("gzip, gzip", gzip.compress(gzip.compress(PAGE, mtime=0), mtime=0)),
        ("gzip, gzip", gzip.compress(PAGE, mtime=0)),
        ("deflate", zlib.compress(PAGE)),
        ("deflate", zlib.compress(PAGE)[2:-4]),
        ("deflate", gzip.compress(PAGE, mtime=0)),
        ("Deflate, X-GZIP", gzip.compress(zlib.compress(PAGE), mtime=0)),
        ("identity, gzip", gzip.compress(PAGE, mtime=0)),
    ],
)
@pytest.mark.parametrize("pieces", [1, 7])
def test_every_way_of_packing_that_we_know_is_unpacked(coding: str, body: bytes, pieces: int) -> None:
    head = HEAD + f"Content-Encoding: {coding}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    size = len(body) if pieces == 1 else 1
    got = look(raw(head, *(body[at : at + size] for at in range(0, len(body), size))))
    assert got.document is not None
    assert got.document.body == PAGE


@pytest.mark.parametrize("coding", ["br", "ZSTD", "gzip, br", ", ".join(["gzip"] * 9)])
def test_a_compression_we_cannot_unpack_is_refused(coding: str) -> None:
    assert type(trouble_of(reply(Content_Encoding=coding))) is WrongType


@pytest.mark.parametrize("coding", ["gzip", "gzip, gzip", "deflate"])
def test_a_page_that_is_called_packed_and_is_not_is_damaged(coding: str) -> None:
    assert type(trouble_of(reply(Content_Encoding=coding))) is Truncated


def test_a_packed_stream_that_ends_in_its_inner_layer_is_truncated() -> None:
    body = gzip.compress(zlib.compress(PAGE)[:-8])
    assert type(trouble_of(reply(body=body, Content_Encoding="deflate, gzip"))) is Truncated


def test_a_bomb_inside_a_bomb_is_refused_before_it_is_unpacked() -> None:
    body = gzip.compress(gzip.compress(b"\0" * 20_000_000))
    assert type(trouble_of(reply(body=body, Content_Encoding="gzip, gzip"), max_bytes=1_000_000)) is TooLarge


@pytest.mark.parametrize("coding", ["identity", "", "utf-8"])
def test_a_page_that_is_not_compressed_is_read_whatever_its_label(coding: str) -> None:
    assert look(reply(Content_Encoding=coding)).document is not None


def test_a_body_over_the_limit_is_refused() -> None:
    assert type(trouble_of(reply(body=b"x" * 5000), max_bytes=4000)) is TooLarge


def test_an_endless_body_is_refused_at_the_limit() -> None:
    endless = raw(HEAD + b"\r\n", *[b"x" * 1000] * 50)
    assert type(trouble_of(endless, max_bytes=4000)) is TooLarge


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    """20 kB that unpack to 20 MB."""
    bomb = packed(b"\0" * 20_000_000)
    assert type(trouble_of(bomb, max_bytes=1_000_000)) is TooLarge


def test_a_body_of_just_the_limit_is_a_page() -> None:
    assert look(reply(), max_bytes=len(PAGE)).document is not None
    assert look(packed(), max_bytes=len(PAGE)).document is not None


@pytest.mark.parametrize("body", [b"", b" \r\n\t", b"\xef\xbb\xbf\n"])
def test_an_empty_body_is_no_page(body: bytes) -> None:
    assert type(trouble_of(reply(body=body))) is EmptyBody


def test_a_server_that_hangs_up_is_unreachable() -> None:
    assert type(trouble_of(raw(close=True))) is Unreachable


def test_a_server_that_does_not_speak_http_is_unreachable() -> None:
    assert type(trouble_of(raw(b"220 mail.example.org ESMTP\r\n\r\n", close=True))) is Unreachable


def test_a_closed_port_is_unreachable() -> None:
    async def story() -> None:
        async with Site() as site:
            port = site.port
        await visit(site, f"http://127.0.0.1:{port}/page")

    with pytest.raises(Unreachable, match="/page"):
        asyncio.run(story())


def test_a_name_that_does_not_exist_is_unreachable() -> None:
    with pytest.raises(Unreachable, match=r"nowhere\.invalid"):
        asyncio.run(visit(Site(), "http://nowhere.invalid/page"))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(PIECES) | st.binary(max_size=8), max_size=12).map(b"".join))
def test_whatever_a_server_sends_is_a_document_or_a_trouble(answer: bytes) -> None:
    message = ""
    try:
        assert look(raw(b"HTTP/1.1 " + answer, close=True), read_timeout=0.2).document is not None
    except SourceTrouble as trouble:
        message = trouble.message
    assert not message or "/page" in message
    assert "\x1b" not in message


def test_endless_headers_are_given_up() -> None:
    assert type(trouble_of(raw(b"HTTP/1.1 200 OK\r\n", *[b"X-Y: " + b"z" * 60_000] * 9))) is Unreachable


def test_the_client_goes_on_after_every_kind_of_trouble() -> None:
    """Broken exchanges leave neither a turn taken nor a connection in use."""

    async def story() -> None:
        from fetch.site import SOURCE, policy
        from regwatch.clock import SystemClock
        from regwatch.fetch.client import Fetcher
        from regwatch.model import Request

        bad = {
            "/slow": raw(HEAD, pause=0.2),
            "/cut": raw(HEAD + b"Content-Length: 1000\r\n\r\nx", close=True),
            "/large": reply(body=b"x" * 90_000),
            "/gone": reply(404, b"no", "text/plain"),
            "/hangs-up": raw(close=True),
        }
        async with (
            Site({**bad, "/page": reply()}) as site,
            Fetcher(policy(total=1, read_timeout=0.05, max_bytes=50_000), SystemClock()) as fetcher,
        ):
            for path in bad:
                with pytest.raises(SourceTrouble):
                    await fetcher.fetch(SOURCE, Request(site.url(path)))
                assert (await fetcher.fetch(SOURCE, Request(site.url()))).document is not None

    asyncio.run(story())
