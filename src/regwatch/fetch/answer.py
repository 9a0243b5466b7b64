"""What a server sent at the end of the redirects, before it is judged."""

from __future__ import annotations

from dataclasses import dataclass, field

import httpx

from regwatch.characters import is_label


@dataclass(frozen=True)
class Answer:
    """One final answer. `url` is where it came from, `asked` what was asked for; both are equal without `hops`.

    The body is decompressed; that of an error page is cut at 64 kB.
    """

    asked: str
    url: str
    status: int
    headers: httpx.Headers
    body: bytes = b""
    hops: tuple[str, ...] = field(default=())

    def raw_header(self, name: bytes) -> str | None:
        """A header as the server sent it, byte for byte in Latin-1; None where it is absent."""
        for key, value in self.headers.raw:
            if key.lower() == name:
                return value.decode("latin-1")
        return None

    @property
    def _content_type(self) -> str:
        return self.raw_header(b"content-type") or ""

    @property
    def media_type(self) -> str:
        """The media type in lower case without parameters, "" where none was sent."""
        return self._content_type.partition(";")[0].strip().lower()

    @property
    def charset(self) -> str | None:
        """The charset of the Content-Type header in lower case, if it is the label of an encoding."""
        for parameter in self._content_type.split(";")[1:9]:
            name, _, value = parameter.partition("=")
            if name.strip().lower() == "charset":
                label = value.strip().strip("\"'").strip().lower()
                return label if is_label(label) else None
        return None
