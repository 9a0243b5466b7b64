"""Content-addressed bytes, each version compressed against the one before: a new version costs what changed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

import zstandard
from sqlmodel import Session, col, select

from regwatch.store.codec import digest
from regwatch.store.tables import Blob

_DEEPEST = 16
_LEVEL = 3
_LARGEST_WINDOW = 26


def put(session: Session, body: bytes, *, previous: str | None = None) -> str:
    """Keep bytes and return their SHA-256. `previous` is the hash of an earlier version to compress against."""
    return put_all(session, [(body, previous or "")])[0]


def put_all(session: Session, bodies: Sequence[tuple[bytes, str]]) -> list[str]:
    """Keep several bodies, each with the hash of the version before it ("" for none), and return their SHA-256.

    Read at once and written at once, whatever their number. A version that is not kept is none.
    """
    names = [digest(body) for body, _ in bodies]
    if not names:
        return names
    kept = _chains(session, {*names, *(previous for _, previous in bodies if previous)})
    whole: dict[str, bytes] = {}
    new: dict[str, Blob] = {}
    for name, (body, previous) in zip(names, bodies, strict=True):
        if name not in kept and name not in new:
            base = kept.get(previous)
            new[name] = _packed(name, body, base, _whole(kept, base.sha256, whole) if base else b"")
    session.add_all(new.values())
    session.flush()
    return names


def get(session: Session, name: str) -> bytes:
    """The bytes of that hash. Raises `KeyError` where they are not kept."""
    return get_all(session, [name])[name]


def get_all(session: Session, names: Collection[str]) -> dict[str, bytes]:
    """The bytes of several hashes, read at once. Raises `KeyError` where one is not kept."""
    if not names:
        return {}
    kept, whole = _chains(session, names), dict[str, bytes]()
    return {name: _whole(kept, name, whole) for name in names}


def _chains(session: Session, names: Iterable[str]) -> dict[str, Blob]:
    """The blobs of these hashes, and all those that they were compressed against, in one statement."""
    start = select(Blob.sha256, Blob.base).where(col(Blob.sha256).in_(names)).cte(recursive=True)
    chain = start.union(select(Blob.sha256, Blob.base).join(start, col(Blob.sha256) == start.c.base))
    rows = session.exec(select(Blob).where(col(Blob.sha256).in_(select(chain.c.sha256))))
    return {row.sha256: row for row in rows}


def _whole(kept: dict[str, Blob], name: str, done: dict[str, bytes]) -> bytes:
    """The bytes of a blob; `done` holds what was unpacked on the way, for the next one of the same chain."""
    way = [kept[name]]
    while way[-1].sha256 not in done and way[-1].base:
        way.append(kept[way[-1].base])
    for blob in reversed(way):
        if blob.sha256 not in done:
            dictionary = done[blob.base] if blob.base else b""
            done[blob.sha256] = _decompressor(dictionary).decompress(blob.packed, max_output_size=max(blob.size, 1))
    return done[name]


def _packed(name: str, body: bytes, base: Blob | None, dictionary: bytes) -> Blob:
    if base is not None and base.depth >= _DEEPEST:
        base, dictionary = None, b""
    return Blob(
        sha256=name,
        size=len(body),
        base=base.sha256 if base else None,
        depth=base.depth + 1 if base else 0,
        packed=_compressor(dictionary, len(body)).compress(body),
    )


def _dictionary(body: bytes) -> zstandard.ZstdCompressionDict | None:
    return zstandard.ZstdCompressionDict(body, dict_type=zstandard.DICT_TYPE_RAWCONTENT) if body else None


def _decompressor(dictionary: bytes) -> zstandard.ZstdDecompressor:
    return zstandard.ZstdDecompressor(dict_data=_dictionary(dictionary), max_window_size=1 << (_LARGEST_WINDOW + 1))


def _compressor(dictionary: bytes, size: int) -> zstandard.ZstdCompressor:
    if not dictionary:
        return zstandard.ZstdCompressor(level=_LEVEL)
    bits = (size + len(dictionary)).bit_length()
    parameters = zstandard.ZstdCompressionParameters.from_level(
        _LEVEL,
        window_log=min(_LARGEST_WINDOW, max(17, bits)),
        hash_log=min(22, max(16, bits - 1)),
        enable_ldm=size > 1_000_000,
    )
    return zstandard.ZstdCompressor(dict_data=_dictionary(dictionary), compression_params=parameters)
