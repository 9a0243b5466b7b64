"""Stand-in adapters, so that these tests hang on no publisher."""

from __future__ import annotations

from regwatch.adapters.contract import Adapter
from regwatch.model import Document, Reading, Request, Source
from regwatch.vocabulary import Authority, Kind


def _project(source: Source) -> Request:
    return Request(f"https://www.example.org/indevelopment/{source.ids['nice_gid'].lower()}")


def _feed(source: Source) -> Request:
    if not source.url:
        raise ValueError("the adapter feed needs the feed's address under `url`")
    return Request(source.url)


def _read(document: Document) -> Reading:
    raise AssertionError("nothing is read while the configuration is checked")


KNOWN = {
    "nice_project": Adapter(
        "nice_project", ("NICE",), _project, _read, publisher="NICE", needs=("nice_gid",), confirm=1, minutes=90
    ),
    "feed": Adapter(
        "feed",
        (),
        _feed,
        _read,
        options=dict.fromkeys(("length", "match", "zone", "follow", "status", "language", "order"), "help"),
    ),
}
NORWAY = Adapter(
    "norway",
    ("NoMA",),
    _feed,
    _read,
    brings=(Authority("NoMA", "Norwegian Medical Products Agency", "Norway", Kind.LICENSING, "Norway", "Europe/Oslo"),),
)
