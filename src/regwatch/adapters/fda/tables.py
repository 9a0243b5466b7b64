"""The tables of the Drugs@FDA data file: tab separated text inside a zip, read a line at a time.

The file is some 6 MB and unpacks to 30 MB or more: only the lines of one application are kept. A record may be broken
over two lines, or hold a tab too many, inside its notes: what stands before the notes is whole, what follows is lost,
and the second line has no application number and falls out.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator

from regwatch.errors import EmptyBody, MissingPart, TooLarge, Truncated, WrongType
from regwatch.model import Document

MOST_BYTES = 128 * 1024 * 1024
"""Unpacked, of one table."""
_LONGEST_LINE = 65_536
Row = dict[str, str]


class Tables:
    """The opened file. Raises `EmptyBody`, `WrongType` (no zip) or `Truncated` (its end is missing)."""

    def __init__(self, document: Document) -> None:
        self.url, body = document.final_url, document.body
        if not body.strip():
            raise EmptyBody(f"{self.url} answered with an empty body")
        if not body.startswith((b"PK\x03\x04", b"PK\x05\x06")):
            raise WrongType(f"{self.url} answered with {document.content_type or 'text'} where a zip file was due")
        try:
            self.file = zipfile.ZipFile(io.BytesIO(body))
        except (zipfile.BadZipFile, ValueError) as error:
            raise Truncated(f"{self.url} was cut off after {len(body)} bytes") from error
        self.names = {info.filename.rpartition("/")[2].casefold(): info for info in self.file.infolist()}

    def has(self, table: str) -> bool:
        """Whether the file holds a table."""
        return f"{table}.txt".casefold() in self.names

    def rows(self, table: str, columns: tuple[str, ...], **wanted: str) -> Iterator[Row]:
        """The rows whose columns have the wanted values, keys and values stripped.

        Raises `MissingPart` where the table or one of the columns is missing, `TooLarge` or `Truncated`.
        """
        info = self.names.get(f"{table}.txt".casefold())
        if info is None:
            raise MissingPart(f"table {table}", ", ".join(sorted(self.names))[:200])
        if info.file_size > MOST_BYTES:
            raise TooLarge(f"{self.url}: the table {table} unpacks to {info.file_size} bytes")
        try:
            with self.file.open(info) as packed, io.TextIOWrapper(packed, "cp1252", errors="replace") as lines:
                heads = [name.strip() for name in lines.readline(_LONGEST_LINE).rstrip("\r\n").split("\t")]
                for name in (*columns, *wanted):
                    if name not in heads:
                        raise MissingPart(f"column {name} in the table {table}", ", ".join(heads)[:200])
                places = {name: heads.index(name) for name in (*columns, *wanted)}
                while line := lines.readline(_LONGEST_LINE):
                    cells = [cell.strip() for cell in line.split("\t")]
                    row = {name: cells[at] if at < len(cells) else "" for name, at in places.items()}
                    if any(row.values()) and all(row[key] == value for key, value in wanted.items()):
                        yield row
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
            raise Truncated(f"{self.url}: the table {table} is damaged: {error}") from error
