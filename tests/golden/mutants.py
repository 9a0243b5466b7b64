"""Damaged copies of a page: links, figures, dates, characters, nesting and length as no publisher means them.

Every copy is the same in every run. `mutants` gives all of them, at most `places` of each kind.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

LINK = re.compile(
    rb"https?://[^\s\"'<>\\]{3,300}|(?<=href=\")[^\"]{1,300}|(?<=href=')[^']{1,300}|(?<=\")/[\w/.-]{2,200}(?=\")"
)
NUMBER = re.compile(rb"(?<![\w.])\d{1,9}(?![\w.])")
DATE = re.compile(
    rb"\d{4}-\d{2}-\d{2}(?:T[\d:.]+(?:Z|[+-]\d{2}:\d{2})?)?|\d{1,2}[/.]\d{1,2}[/.]\d{4}"
    rb"|\d{1,2} [A-Z][a-z]{2,8} \d{4}(?: \d{2}:\d{2}:\d{2}(?: (?:GMT|[+-]\d{4}))?)?|[A-Z][a-z]{2,8} \d{1,2}, \d{4}"
    rb"|\b\d{8}\b"
)
LINKS = (
    b"https://[www.example.org]/x", b"http://[::1", b"https://example.org:99999999/", b"https://example.org:x/", b"//",
    b"https://", b"javascript:alert(1)", b"https://\xe2\x84\x80.example.org/", b"https://a b.example/%zz",
    b"http://" + b"a" * 9000,
    b"https://example.org/\x00\x01", b"https://xn--zzzzzzzzzzz.example/", b"?[", b"mailto:", b"https://user:pa[ss@h/",
    b"https://example.org]/", b"//[", b"/%ff%fe/..", b"https://\xc2\xad/",
)  # fmt: skip
NUMBERS = (
    b"9" * 5000, b"0", b"-1", b"00000000000000000000", b"1e400", b"NaN", b"Infinity", b"\xd9\xa3", b"\xc2\xb2",
    b"1" * 400, b"2147483648", b"", b"1.5", b"\xe2\x85\xa7",
)  # fmt: skip
DATES = (
    b"0000-00-00", b"9999-12-31", b"9999-12-31T23:59:59-12:00", b"0001-01-01", b"0001-01-01T00:00:00+14:00",
    b"2025-02-30", b"31/31/2025", b"99999999999999", b"2025-13-45T99:99:99Z", b"32 January 2025",
    b"29 February 2023", b"January 99, 2025",
    b"20251399", b"99991231", b"2025-07-25T10:00:00+99:99", b"25 Jul 9999 23:59:59 -2359",
    b"\xd9\xa3 \xd9\xa3 \xd9\xa3", b"", b"Mon, 25 Jul 0000 10:00:00 GMT", b"9999999999999",
)  # fmt: skip
ENCODINGS = (
    b"\xff\xfe", b"\xef\xbb\xbf", b"\xfe\xff\x00", b"<?xml version='1.0' encoding='utf-7'?>",
    b"<?xml version='1.0' encoding='x'?>",
    b"<meta charset=idna>", b"<?xml version='1.0' encoding='rot13'?>", b"\x00" * 40, b"\x1f\x8b\x08", b"\x80" * 40,
)  # fmt: skip
DEEP = 400
_TEXT = frozenset({".html", ".xml", ".json", ".txt", ".csv", ".rss"})


def mutants(body: bytes, suffix: str, places: int = 2) -> Iterator[tuple[str, bytes]]:
    """What was done to it, and the page."""
    for name, pattern, values in (("link", LINK, LINKS), ("number", NUMBER, NUMBERS), ("date", DATE, DATES)):
        spans = _spread([found.span() for found in pattern.finditer(body)], places)
        for n, value in enumerate(values):
            for first, last in spans:
                yield f"{name} {n} at {first}", body[:first] + value + body[last:]
            if spans:
                yield f"{name} {n} everywhere", pattern.sub(lambda _, value=value: value, body)
    yield from _characters(body)
    yield from _nesting(body, suffix)
    for part in (0, 1, len(body) // 4, len(body) // 2, len(body) * 3 // 4, len(body) - 1):
        yield f"cut at {part}", body[:part]
    if suffix not in _TEXT:
        yield from _packed(body)


def _spread(spans: list[tuple[int, int]], most: int) -> list[tuple[int, int]]:
    step = max(1, len(spans) // most) if most else 1
    return spans[::step][:most] if most else []


def _characters(body: bytes) -> Iterator[tuple[str, bytes]]:
    for n, mark in enumerate(ENCODINGS):
        yield f"begins with {n}", mark + body
        yield f"holds {n}", body[: len(body) // 2] + mark + body[len(body) // 2 :]
    for codec in ("utf-16", "utf-32-be", "cp037"):
        yield f"in {codec}", body.decode("utf-8", "replace").encode(codec, "replace")
    yield "lone surrogates", body.replace(b"e", b"\xed\xa0\x80", 20)
    yield "escapes", body.replace(b'"', b'"\\ud800', 20)


def _nesting(body: bytes, suffix: str) -> Iterator[tuple[str, bytes]]:
    middle = len(body) // 2
    if suffix in (".html", ".xml"):
        at = body.find(b">", middle) + 1
        for tag in (b"div", b"table", b"b", b"item"):
            yield f"nested {tag!r}", body[:at] + b"<" + tag + b">" + b"".join([b"<%s>" % tag] * DEEP) + body[at:]
        yield "entities", body[:at] + b"&#1114112;&#xD800;&#x99999999;&nosuch;&" + body[at:]
        yield "doctype", b'<!DOCTYPE a [<!ENTITY b "c"><!ENTITY d SYSTEM "file:///etc/passwd">]>' + body
        yield "no names", re.sub(rb"(?<=<)[a-z]+", b"", body)
        yield "CDATA", body[:at] + b"<![CDATA[" + body[at:]
    if suffix == ".json":
        yield "nested lists", b"[" * 100_000 + body
        yield "nested maps", b'{"a":' * 100_000 + b"1" + b"}" * 100_000
        for n, value in enumerate(
            (b"null", b"[]", b"{}", b"0", b'""', b"true", b"[null]", b"1e999", b"NaN", b"9" * 5000)
        ):
            spans = _spread(
                [found.span() for found in re.finditer(rb"(?<=[:\[,])\s*(?:\"[^\"\\]*\"|[\d.]+|true|null)", body)], 4
            )
            yield f"only {n}", value
            yield f"strings {n}", re.sub(rb'(?<=:)\s*"[^"\\]*"', lambda _, value=value: value, body)
            yield f"lists {n}", re.sub(rb"\[[^\[\]]*\]", lambda _, value=value: value, body)
            yield f"maps {n}", re.sub(rb"(?<=[:\[,])\s*\{[^{}]*\}", lambda _, value=value: value, body)
            for first, last in spans:
                yield f"value {n} at {first}", body[:first] + value + body[last:]


def _packed(body: bytes) -> Iterator[tuple[str, bytes]]:
    """Bytes of a PDF or a workbook, turned one by one at places that their checksum chooses."""
    seed = zlib.crc32(body)
    for n in range(60):
        seed = zlib.crc32(n.to_bytes(2, "big"), seed)
        at = seed % max(1, len(body))
        yield f"byte {at}", body[:at] + bytes([(seed >> 8) % 256]) + body[at + 1 :]
        yield f"without {at}", body[:at] + body[at + seed % 97 :]
