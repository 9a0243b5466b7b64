"""Reading an answer within bounds: size before and after decompression, and whether it came whole."""

from __future__ import annotations

import zlib

import httpcore
import httpx

from regwatch.errors import TooLarge, Truncated, WrongType

BROKEN_OFF = (httpx.NetworkError, httpx.ProtocolError, httpcore.NetworkError, httpcore.ProtocolError)
"""How httpx and httpcore say that a connection broke or that the server did not keep to HTTP."""

LONGEST_RULES = 512 * 1024
"""Bytes of a robots.txt that are read; RFC 9309 section 2.5 asks for 500 KiB at least."""

_GZIP, _DEFLATE = frozenset({"gzip", "x-gzip"}), frozenset({"deflate"})
_UNREADABLE = frozenset({"br", "zstd", "compress", "x-compress", "dcb", "dcz"})
_GZIP_START = b"\x1f\x8b"
_MOST_CODINGS = 4


async def read_whole(response: httpx.Response, url: str, limit: int) -> bytes:
    """The decoded body. Raises `TooLarge` beyond `limit` bytes (packed or unpacked), `Truncated` if it was cut off or
    damaged, and `WrongType` for a compression that we neither asked for nor know.
    """
    unpacked = _Unpacked(response, url, limit)
    if _declared(response) > limit:
        raise TooLarge(f"{url} is larger than the limit of {limit} bytes")
    pieces: list[bytes] = []
    packed = size = 0
    try:
        async for chunk in _stream(response):
            packed += len(chunk)
            piece = unpacked.feed(chunk)
            size += len(piece)
            if packed > limit or size > limit:
                raise TooLarge(f"{url} is larger than the limit of {limit} bytes")
            pieces.append(piece)
    except BROKEN_OFF as error:
        raise Truncated(f"{url} was cut off after {packed} bytes: the connection broke") from error
    if packed and not unpacked.whole:
        raise Truncated(f"{url} was cut off after {packed} bytes: its compressed stream has no end")
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


async def read_start(response: httpx.Response, url: str, limit: int) -> bytes:
    """At most the first `limit` bytes of the body, whole or not: enough to recognise an error page."""
    pieces: list[bytes] = []
    size = 0
    try:
        unpacked = _Unpacked(response, url, limit)
        async for chunk in _stream(response):
            pieces.append(unpacked.feed(chunk))
            size += len(pieces[-1])
            if size >= limit:
                break
    except (*BROKEN_OFF, Truncated, WrongType):
        pass
    return b"".join(pieces)[:limit]


async def read_rules(response: httpx.Response, url: str) -> bytes:
    """The rules of a robots.txt, as far as a crawler must read them (RFC 9309 section 2.5), undecoded; b"" for one that
    is packed in a way that cannot be read, which holds no rule for us. Raises `Truncated` where the connection broke.
    """
    try:
        unpacked = _Unpacked(response, url, LONGEST_RULES)
    except WrongType:
        return b""
    pieces: list[bytes] = []
    size = 0
    try:
        async for chunk in _stream(response):
            pieces.append(unpacked.feed(chunk))
            size += len(pieces[-1])
            if size >= LONGEST_RULES:
                break
    except Truncated:
        return b""
    except BROKEN_OFF as error:
        raise Truncated(f"{url} was cut off after {size} bytes: the connection broke") from error
    return b"".join(pieces)[:LONGEST_RULES]


class _Unpacked:
    """Takes off the content codings of an answer, the last first (RFC 9110 section 8.4). One that is named twice and
    is there once, as where a proxy names it again, is taken off once.
    """

    def __init__(self, response: httpx.Response, url: str, limit: int) -> None:
        named = response.headers.get("content-encoding", "").lower().split(",")
        codings = [coding for name in named if (coding := name.strip())]
        if unknown := [coding for coding in codings if coding in _UNREADABLE]:
            raise WrongType(f"{url} is packed as {unknown[0]}, which we did not ask for and cannot unpack")
        known = [coding for coding in codings if coding in _GZIP | _DEFLATE]
        if len(known) > _MOST_CODINGS:
            raise WrongType(f"{url} is packed {len(known)} times over")
        self._layers = [
            _Layer(coding in _GZIP, url, limit, again=number > 0) for number, coding in enumerate(reversed(known))
        ]

    def feed(self, chunk: bytes) -> bytes:
        """Unpack one more chunk. Raises `Truncated` if the stream is damaged."""
        for layer in self._layers:
            chunk = layer.feed(chunk)
        return chunk

    @property
    def whole(self) -> bool:
        """Whether every stream has come to its end."""
        return all(layer.whole for layer in self._layers)


class _Layer:
    """Unpacks gzip (RFC 1952, also several members in a row) or deflate (RFC 1950, and bare RFC 1951, as servers send
    it) up to one byte more than the limit, never further. A stream that begins as gzip is that whatever it is called;
    one that is called so `again` and does not begin so is handed on as it is.
    """

    def __init__(self, gzip: bool, url: str, limit: int, *, again: bool) -> None:
        self._gzip, self._url, self._again = gzip, url, again
        self._room = limit + 1
        self._start = b""
        self._member: zlib._Decompress | None = None
        self._bare = False
        self.whole = True

    def feed(self, chunk: bytes) -> bytes:
        """Unpack one more chunk. Raises `Truncated` if the stream is damaged."""
        if self._member is None and not self._bare:
            chunk = self._start = self._start + chunk
            if len(chunk) < 2:
                self.whole = not chunk
                return b""
            self._begin(chunk)
        return chunk if self._bare or self._member is None else self._unpack(self._member, chunk)

    def _begin(self, start: bytes) -> None:
        begins = start.startswith(_GZIP_START)
        wrapped = start[0] & 0x0F == 8 and int.from_bytes(start[:2], "big") % 31 == 0
        called, self._gzip = self._gzip, begins
        self._bare = called and self._again and not begins
        wbits = 31 if begins or called else 15 if wrapped else -15
        self.whole = self._bare
        self._member = None if self._bare else zlib.decompressobj(wbits=wbits)

    def _unpack(self, member: zlib._Decompress, chunk: bytes) -> bytes:
        pieces: list[bytes] = []
        while chunk and self._room > 0 and not self.whole:
            try:
                piece = member.decompress(chunk, self._room)
            except zlib.error as error:
                raise Truncated(f"{self._url} came damaged: its compressed stream cannot be unpacked") from error
            self._room -= len(piece)
            pieces.append(piece)
            chunk = member.unused_data
            if member.eof and self._gzip and chunk.startswith(_GZIP_START):
                member = self._member = zlib.decompressobj(wbits=31)
            else:
                self.whole = member.eof
                chunk = b""
        return b"".join(pieces)


def _declared(response: httpx.Response) -> int:
    length = response.headers.get("content-length", "0")
    return int(length[:18]) if length.isascii() and length.isdigit() else 0


def _stream(response: httpx.Response) -> httpx.AsyncByteStream:
    stream = response.stream
    assert isinstance(stream, httpx.AsyncByteStream)
    return stream
