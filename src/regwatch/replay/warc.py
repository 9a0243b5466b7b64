"""Web archives (WARC, ISO 28500): read for a replay, written from live polling."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from regwatch import __version__
from regwatch.errors import UsageError
from regwatch.replay.captures import REDIRECTS, Capture, Recordings, Series, plain

LARGEST = 64 * 1024 * 1024
"""Bytes of one body that are read."""

_KEPT_BACK = frozenset({"set-cookie", "set-cookie2"})


def is_warc(path: Path) -> bool:
    """Whether a file is named as a web archive."""
    return path.name.lower().endswith((".warc", ".warc.gz"))


def read_warcs(files: Sequence[Path]) -> Recordings:
    """All answers of these files, by address, in the order of their recording. Raises `UsageError`.

    An answer 304 says that the page is as recorded before: it is no state of its own.
    """
    found: dict[str, list[Capture]] = defaultdict(list)
    for file in files:
        try:
            with file.open("rb") as stream:
                for record in ArchiveIterator(stream):
                    if (capture := _capture(record)) and capture.status != 304:
                        found[plain(capture.url)].append(capture)
        except (ArchiveLoadFailed, OSError, EOFError) as error:
            raise UsageError(f"{file} cannot be read as a web archive: {error}") from error
    pages = {url: tuple(sorted(states, key=lambda one: one.at)) for url, states in found.items()}
    series = [Series(url, states) for url, states in sorted(pages.items()) if not url.endswith("/robots.txt")]
    return Recordings(tuple(one for one in series if one.captures[0].status not in REDIRECTS), pages, by_address=True)


def _capture(record: Any) -> Capture | None:
    if record.rec_type not in ("response", "resource"):
        return None
    url, date = (record.rec_headers.get_header(name) or "" for name in ("WARC-Target-URI", "WARC-Date"))
    at = datetime.fromisoformat(date.replace("Z", "+00:00")).astimezone(UTC)
    body = record.content_stream().read(LARGEST)
    url = url.strip("<>")
    if record.rec_type == "resource" or record.http_headers is None:
        return Capture(url, at, body, record.rec_headers.get_header("Content-Type") or "", label=_label(at))
    headers = record.http_headers
    return Capture(
        url,
        at,
        body,
        headers.get_header("Content-Type") or "",
        int(headers.get_statuscode()),
        _label(at),
        headers.get_header("Location") or "",
    )


def _label(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


class WarcFile:
    """A compressed web archive that answers are added to. It is never rewritten: what is there stays.

    Only answers are kept, never requests (they carry the operator's contact) and never cookies.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            fresh = not path.exists() or not path.stat().st_size
            self._stream = path.open("ab")
        except OSError as error:
            raise UsageError(f"the web archive {path} cannot be written: {error.strerror}") from error
        self._writer = WARCWriter(self._stream, gzip=path.suffix == ".gz")
        if fresh:
            self._writer.write_record(
                self._writer.create_warcinfo_record(path.name, {"software": f"regwatch/{__version__}"})
            )

    def add(self, url: str, at: datetime, status: str, headers: Sequence[tuple[str, str]], body: bytes) -> None:
        """Add one answer. `status` is the status line after `HTTP/1.1`; the body is as it came over the wire."""
        kept = [(name, value) for name, value in headers if name.lower() not in _KEPT_BACK]
        record = self._writer.create_warc_record(
            url,
            "response",
            payload=BytesIO(body),
            length=len(body),
            http_headers=StatusAndHeaders(status, kept, protocol="HTTP/1.1"),
            warc_headers_dict={"WARC-Date": _label(at)},
        )
        self._writer.write_record(record)
        self._stream.flush()

    def close(self) -> None:
        """Close the file."""
        self._stream.close()
