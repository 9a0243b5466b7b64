"""PDF read in a process of its own, which is ended when it takes too long or too much memory.

The bounds of `pdf` count drawing steps and characters; a file made for it can still keep the library busy between two
of them, in a place where a thread cannot be ended.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from regwatch import errors
from regwatch.errors import MissingPart, SourceTrouble, TooLarge
from regwatch.model import Document, Request, Source
from regwatch.reading import pdf

SECONDS = 60
MEMORY = 1024 * 1024 * 1024

apart = True
"""False reads in this process: for tests, which read many small files that they wrote themselves."""


def pages(document: Document) -> list[tuple[str, ...]]:
    """As `pdf.pages`. Raises `TooLarge` too where it takes longer than a minute or more than a gigabyte."""
    return [tuple(lines) for lines in _read("pages", document)]


def blocks(document: Document) -> list[str]:
    """As `pdf.blocks`. Raises as `pages`."""
    return [str(block) for block in _read("blocks", document)]


def _read(what: str, document: Document) -> list[Any]:
    if not apart:
        return list(getattr(pdf, what)(document))
    head = json.dumps({"what": what, "url": document.final_url, "type": document.content_type})
    command = [sys.executable, "-m", "regwatch.reading.pdf_apart"]
    try:
        done = subprocess.run(  # noqa: S603
            command, input=head.encode() + b"\n" + document.body, capture_output=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise TooLarge(f"{document.final_url} is a PDF that takes more than {SECONDS} seconds to read") from error
    if done.returncode:
        raise TooLarge(f"{document.final_url} is a PDF whose reading was ended: it needs too much time or memory")
    answer = json.loads(done.stdout)
    if trouble := answer.get("trouble"):
        raise _trouble(*trouble)
    return list(answer["found"])


def _trouble(name: str, *words: str) -> SourceTrouble:
    kind: type[SourceTrouble] = getattr(errors, name)
    return MissingPart(*words) if kind is MissingPart else kind(*words)


def _work() -> None:
    """The other process: a head of one line and the file on standard input, what was found on standard output."""
    with suppress(ValueError, OSError):  # a service manager may forbid it, and has bounds of its own
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    head = json.loads(sys.stdin.buffer.readline())
    source, url = Source("", "", "", "", ()), head["url"]
    document = Document(source, Request(url), url, sys.stdin.buffer.read(), head["type"], datetime.now(UTC))
    try:
        answer: dict[str, Any] = {"found": getattr(pdf, head["what"])(document)}
    except MissingPart as trouble:
        answer = {"trouble": ["MissingPart", trouble.what, trouble.found]}
    except SourceTrouble as trouble:
        answer = {"trouble": [type(trouble).__name__, trouble.message]}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    _work()
