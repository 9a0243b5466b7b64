"""Content-addressed bytes, each version compressed against the one before: a new version costs what changed."""

from __future__ import annotations

import zstandard
from sqlmodel import Session

from regwatch.store.codec import digest
from regwatch.store.tables import Blob

_DEEPEST = 16
_LEVEL = 3
_LARGEST_WINDOW = 26


def put(session: Session, body: bytes, *, previous: str | None = None) -> str:
    """Keep bytes and return their SHA-256. `previous` is the hash of an earlier version to compress against."""
    name = digest(body)
    if session.get(Blob, name) is not None:
        return name
    base = session.get(Blob, previous) if previous and previous != name else None
    if base is not None and base.depth >= _DEEPEST:
        base = None
    dictionary = get(session, base.sha256) if base else b""
    session.add(
        Blob(
            sha256=name,
            size=len(body),
            base=base.sha256 if base else None,
            depth=base.depth + 1 if base else 0,
            packed=_compressor(dictionary, len(body)).compress(body),
        )
    )
    session.flush()
    return name


def get(session: Session, name: str) -> bytes:
    """The bytes of that hash. Raises `KeyError` where they are not kept."""
    blob = session.get(Blob, name)
    if blob is None:
        raise KeyError(name)
    dictionary = get(session, blob.base) if blob.base else b""
    unpacker = zstandard.ZstdDecompressor(dict_data=_dictionary(dictionary), max_window_size=1 << (_LARGEST_WINDOW + 1))
    return unpacker.decompress(blob.packed, max_output_size=max(blob.size, 1))


def _dictionary(body: bytes) -> zstandard.ZstdCompressionDict | None:
    return zstandard.ZstdCompressionDict(body, dict_type=zstandard.DICT_TYPE_RAWCONTENT) if body else None


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
