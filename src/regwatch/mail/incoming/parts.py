"""The parts of a mail that came back, as text and fields, however the server packed them."""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from collections.abc import Iterator
from email import message_from_string
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message

_LONGEST_VALUE = 2000
_EMPTY_LINES = re.compile(r"\n[ \t\r]*\n")


def payload_of(part: Message) -> object:
    """What a part holds. What names no charset is UTF-8 in reports in other scripts (RFC 6533), and else ASCII.

    The library ends with `ValueError` over the name of a charset with a null character in it.
    """
    try:
        payload = part.get_payload()
    except ValueError:
        part.del_param("charset")
        payload = part.get_payload()
    if isinstance(payload, str) and "\ufffd" in payload and part.get_param("charset") is None and not _is_packed(part):
        raw = part.get_payload(decode=True)
        return raw.decode("utf-8", "replace") if isinstance(raw, bytes) else payload
    return payload


def text_of(part: Message) -> str:
    """The text of a part, unpacked; the library leaves what is packed inside `message/*` as it is."""
    payload = payload_of(part)
    if not isinstance(payload, list):
        return _unpacked(part, str(payload))
    return _unpacked(part, "\n\n".join(_written(one) for one in payload if isinstance(one, Message)))


def blocks_of(part: Message) -> Iterator[Message]:
    """The groups of fields of a report, parted by empty lines, which the library reads for one of the types only."""
    payload = payload_of(part)
    groups = [one for one in payload if isinstance(one, Message) and one.keys()] if isinstance(payload, list) else []
    if groups and not _is_packed(part):
        for group in groups:
            yield group
            rest = payload_of(group)
            yield from _groups(rest) if isinstance(rest, str) and rest else ()
        return
    yield from _groups(text_of(part))


def returned_in(part: Message) -> Message | None:
    """The mail that a part returns, whole or its headers only (RFC 3462)."""
    payload = payload_of(part)
    if isinstance(payload, list) and payload and isinstance(payload[0], Message) and not _is_packed(part):
        return payload[0]
    text = text_of(part).lstrip()
    return message_from_string(text) if text else None


def values(mail: Message, *names: str) -> tuple[str, ...]:
    """The values of header fields, of no more than 2,000 characters each."""
    return tuple(value for name in names for value in _values(mail, name.lower()))


def _values(mail: Message, name: str) -> Iterator[str]:
    """As they were written: letters beyond ASCII are UTF-8 (RFC 6532), which the library would replace."""
    for key, value in mail.raw_items():
        if key.lower() == name:
            text = str(value).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
            yield text.replace("\0", "\ufffd")[:_LONGEST_VALUE]


def subject_of(mail: Message) -> str:
    """The subject as a person sees it: unpacked (RFC 2047) and on one line."""
    raw = next(_values(mail, "subject"), "")
    try:
        words = [
            word if isinstance(word, str) else word.decode(charset or "ascii", "replace")
            for word, charset in decode_header(raw)
        ]
    except (HeaderParseError, LookupError, ValueError):
        return " ".join(raw.split())
    return " ".join("".join(words).split())


def _groups(text: str) -> Iterator[Message]:
    return (message_from_string(one.strip("\n")) for one in _EMPTY_LINES.split(text.replace("\r\n", "\n")))


def _written(mail: Message) -> str:
    """A group of fields as it was written, as far as the library took it apart."""
    fields = "".join(f"{name}: {value}\n" for name, value in mail.items())
    return f"{fields}\n{payload_of(mail)}" if fields else str(payload_of(mail))


def _packing(part: Message) -> str:
    return str(part.get("Content-Transfer-Encoding", "")).strip().lower()


def _is_packed(part: Message) -> bool:
    return _packing(part) in ("base64", "quoted-printable")


def _unpacked(part: Message, text: str) -> str:
    packing = _packing(part)
    raw = text.encode("utf-8", "surrogateescape")
    try:
        if packing == "base64":
            raw = base64.b64decode(raw)
        elif packing == "quoted-printable":
            raw = quopri.decodestring(raw)
    except (binascii.Error, ValueError):
        return text
    return raw.decode("utf-8", "replace")
