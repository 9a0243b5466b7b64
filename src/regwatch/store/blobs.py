"""Bytes that are kept, each version compressed against the one before: a new version costs what changed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import zstandard
from sqlmodel import Session, col, select

from regwatch.store.tables import Blob

_DEEPEST = 32
"""Versions that are read on the way to one, at the most; then one is kept whole."""
_LEVEL, _LEVEL_OF_WHOLE = 3, 9
_LARGEST_WINDOW = 26


@dataclass(frozen=True)
class Kept:
    """Bytes that are kept, by the number of their row; `depth` counts the versions before it up to a whole one."""

    id: int
    depth: int
    body: bytes


def packed(body: bytes, base: Kept | None = None) -> Blob:
    """A new row for these bytes, compressed against an earlier version or anything that is like them."""
    if base is not None and base.depth >= _DEEPEST:
        base = None
    return Blob(
        size=len(body),
        base=base.id if base else None,
        depth=base.depth + 1 if base else 0,
        packed=deflate(body, base.body if base else b""),
    )


def get(session: Session, number: int) -> bytes:
    """The bytes of a row. Raises `KeyError` where they are not kept."""
    return read(session, [number])[number].body


def read(session: Session, numbers: Collection[int]) -> dict[int, Kept]:
    """The bytes of several rows, all that they were compressed against read with them in one statement.

    Raises `KeyError` where one is not kept.
    """
    if not numbers:
        return {}
    start = select(Blob.id, Blob.base).where(col(Blob.id).in_(numbers)).cte(recursive=True)
    chain = start.union(select(Blob.id, Blob.base).join(start, col(Blob.id) == start.c.base))
    rows = {row.id or 0: row for row in session.exec(select(Blob).where(col(Blob.id).in_(select(chain.c.id))))}
    done: dict[int, bytes] = {}
    return {number: Kept(number, rows[number].depth, _whole(rows, number, done)) for number in numbers}


def _whole(rows: dict[int, Blob], number: int, done: dict[int, bytes]) -> bytes:
    """The bytes of a row; `done` holds what was unpacked on the way, for the next one of the same chain."""
    way = [number]
    while way[-1] not in done and (base := rows[way[-1]].base):
        way.append(base)
    for one in reversed(way):
        if one not in done:
            row = rows[one]
            done[one] = inflate(row.packed, done[row.base] if row.base else b"", row.size)
    return done[number]


def deflate(body: bytes, like: bytes = b"") -> bytes:
    """Bytes compressed, at best against some that are like them."""
    if not like:
        return zstandard.ZstdCompressor(level=_LEVEL_OF_WHOLE).compress(body)
    bits = (len(body) + len(like)).bit_length()
    parameters = zstandard.ZstdCompressionParameters.from_level(
        _LEVEL,
        window_log=min(_LARGEST_WINDOW, max(17, bits)),
        hash_log=min(22, max(16, bits - 1)),
        enable_ldm=len(body) > 1_000_000,
    )
    return zstandard.ZstdCompressor(dict_data=_dictionary(like), compression_params=parameters).compress(body)


def inflate(found: bytes, like: bytes = b"", most: int = 0) -> bytes:
    """The inverse of `deflate`, with the same `like`. `most` bounds what it may come to, 0 for what it says itself."""
    unpacker = zstandard.ZstdDecompressor(dict_data=_dictionary(like), max_window_size=1 << (_LARGEST_WINDOW + 1))
    return unpacker.decompress(found, max_output_size=most)


def _dictionary(body: bytes) -> zstandard.ZstdCompressionDict | None:
    return zstandard.ZstdCompressionDict(body, dict_type=zstandard.DICT_TYPE_RAWCONTENT) if body else None
