"""Reading an answer within bounds: size before and after decompression, and whether it came whole."""

from __future__ import annotations

import zlib

import httpcore
import httpx

from regwatch.errors import TooLarge, Truncated, WrongType

BROKEN_OFF = (httpx.NetworkError, httpx.ProtocolError, httpcore.NetworkError, httpcore.ProtocolError)
"""How httpx and httpcore say that a connection broke or that the server did not keep to HTTP."""

_GZIP = frozenset({"gzip", "x-gzip"})
_UNASKED = frozenset({"br", "zstd", "deflate", "compress", "x-compress", "dcb", "dcz"})
_GZIP_START = b"\x1f\x8b"


async def read_whole(response: httpx.Response, url: str, limit: int) -> bytes:
    """The decoded body. Raises `TooLarge` beyond `limit` bytes (packed or unpacked), `Truncated` if it was cut off or
    damaged, and `WrongType` for a compression that we did not ask for.
    """
    gunzip = _gunzip(response, url, limit)
    if _declared(response) > limit:
        raise TooLarge(f"{url} is larger than the limit of {limit} bytes")
    pieces: list[bytes] = []
    packed = size = 0
    try:
        async for chunk in _stream(response):
            packed += len(chunk)
            piece = gunzip.feed(chunk) if gunzip else chunk
            size += len(piece)
            if packed > limit or size > limit:
                raise TooLarge(f"{url} is larger than the limit of {limit} bytes")
            pieces.append(piece)
    except BROKEN_OFF as error:
        raise Truncated(f"{url} was cut off after {packed} bytes: the connection broke") from error
    if gunzip and packed and not gunzip.whole:
        raise Truncated(f"{url} was cut off after {packed} bytes: its compressed stream has no end")
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


async def read_start(response: httpx.Response, url: str, limit: int) -> bytes:
    """At most the first `limit` bytes of the body, whole or not: enough to recognise an error page."""
    pieces: list[bytes] = []
    size = 0
    try:
        gunzip = _gunzip(response, url, limit)
        async for chunk in _stream(response):
            pieces.append(gunzip.feed(chunk) if gunzip else chunk)
            size += len(pieces[-1])
            if size >= limit:
                break
    except (*BROKEN_OFF, Truncated, WrongType):
        pass
    return b"".join(pieces)[:limit]


class _Gunzip:
    """Unpacks gzip (RFC 1952, also several members in a row) up to one byte more than the limit, never further."""

    def __init__(self, url: str, limit: int) -> None:
        self._url = url
        self._room = limit + 1
        self._member = zlib.decompressobj(wbits=31)
        self.whole = False

    def feed(self, chunk: bytes) -> bytes:
        """Unpack one more chunk. Raises `Truncated` if the stream is damaged."""
        pieces: list[bytes] = []
        while chunk and self._room > 0 and not self.whole:
            try:
                piece = self._member.decompress(chunk, self._room)
            except zlib.error as error:
                raise Truncated(f"{self._url} came damaged: its compressed stream cannot be unpacked") from error
            self._room -= len(piece)
            pieces.append(piece)
            chunk = self._member.unused_data
            if self._member.eof and chunk.startswith(_GZIP_START):
                self._member = zlib.decompressobj(wbits=31)
            else:
                self.whole = self._member.eof
                chunk = b""
        return b"".join(pieces)


def _gunzip(response: httpx.Response, url: str, limit: int) -> _Gunzip | None:
    coding = response.headers.get("content-encoding")
    if coding is None:
        return None
    coding = coding.strip().lower()
    if coding in _GZIP:
        return _Gunzip(url, limit)
    if coding in _UNASKED or "," in coding:
        raise WrongType(f"{url} is packed as {coding[:40]}, which we did not ask for and cannot unpack")
    return None


def _declared(response: httpx.Response) -> int:
    length = response.headers.get("content-length", "0")
    return int(length[:18]) if length.isascii() and length.isdigit() else 0


def _stream(response: httpx.Response) -> httpx.AsyncByteStream:
    stream = response.stream
    assert isinstance(stream, httpx.AsyncByteStream)
    return stream
