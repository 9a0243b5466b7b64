"""Mail that came back, read: delivery status notifications (RFC 3464, RFC 6533) and complaints in ARF (RFC 5965)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from email import message_from_bytes, message_from_string
from email.message import Message
from enum import StrEnum

LARGEST = 1_000_000
"""Bytes of a report that are read; what matters stands at its beginning."""

_STATUS = re.compile(r"(?<![\w.])[245]\.\d{1,3}\.\d{1,3}(?!\.?\w)")
_GONE = re.compile(r"5\.(?:1\.(?![78]\Z)\d+|2\.1)\Z")
"""The address or the mailbox is not there (RFC 3463 section 3.2, without what is about the sender's; 3.3). Every other
failure may be about us, such as a filter or a list of spammers, or pass, such as a full mailbox or a lost domain."""

_UNSAID = frozenset({"", "5.0.0"})
_GONE_IN_WORDS = re.compile(
    r"\b55[0134]\b.{0,200}\b(?:"
    r"(?:no such|unknown|invalid) (?:user|recipient|mailbox|address|account|local part)|"
    r"(?:user|recipient|mailbox|address|account) (?:is )?(?:unknown|not found|(?:does not|doesn't) exist)\b)",
    re.IGNORECASE | re.DOTALL,
)
"""How servers that give no exact status say that nobody is there."""

_UNSUBSCRIBE = re.compile(r"\s*(?:re:\s*)?unsubscribe[\s+]+([A-Za-z0-9_-]{22})\s*\Z", re.IGNORECASE)
_STOP = re.compile(r"/u/([A-Za-z0-9_-]{22})>")
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,200}>")
_SENT_TO = ("Delivered-To", "X-Original-To", "Envelope-To", "To")
_RETURNED = (
    "message/rfc822",
    "message/global",
    "text/rfc822-headers",
    "message/rfc822-headers",
    "message/global-headers",
)


class ReportKind(StrEnum):
    """What a report means: the mailbox is gone, did not take this mail, or its owner calls our mail spam or leaves."""

    HARD = "hard"
    SOFT = "soft"
    COMPLAINT = "complaint"
    UNSUBSCRIBE = "unsubscribe"


@dataclass(frozen=True)
class Report:
    """One report. `marks` are addresses and envelope ids, one of which may hold the mark of the mail that came back.

    `original` is the Message-ID of our mail and `handle` that of its link to stop, as far as the report quotes them.
    """

    kind: ReportKind
    status: str
    marks: tuple[str, ...]
    original: str
    handle: str


def read_report(raw: bytes) -> Report | None:
    """What a mail in the bounce mailbox reports; None if it is something else, such as a delay or an absence notice."""
    mail = message_from_bytes(raw[:LARGEST])
    if leaves := _UNSUBSCRIBE.match(str(mail.get("Subject", ""))[:200]):
        return Report(ReportKind.UNSUBSCRIBE, "", (), "", leaves[1])
    parts = list(mail.walk())
    original, handle, returned_to = _original(parts[1:])
    blank = Report(ReportKind.SOFT, "", (*_values(mail, *_SENT_TO), *returned_to), original, handle)
    for part in parts:
        match part.get_content_type():
            case "message/feedback-report":
                return replace(blank, kind=ReportKind.COMPLAINT, marks=blank.marks + _marks(part))
            case "message/delivery-status" | "message/global-delivery-status":
                return _status_of(part, replace(blank, marks=blank.marks + _marks(part)))
    return None


def _status_of(part: Message, blank: Report) -> Report | None:
    """RFC 3464 section 2.3: per recipient, an action and a status."""
    for block in _blocks(part):
        if "Action" not in block:
            continue
        if str(block["Action"]).strip().lower().split(";")[0] != "failed":
            return None
        status = _code_of(block)
        said = " ".join(_values(block, "Diagnostic-Code"))
        gone = _GONE.match(status) or (status in _UNSAID and _GONE_IN_WORDS.search(said))
        return replace(blank, kind=ReportKind.HARD if gone else ReportKind.SOFT, status=status)
    return None


def _code_of(block: Message) -> str:
    """The most exact status there is: Exim says 5.0.0 of every failure, and what the far end said stands beside."""
    found = [one for value in _values(block, "Status", "Diagnostic-Code") for one in _STATUS.findall(value)]
    return next((one for one in found if not one.endswith(".0.0")), found[0] if found else "")


def _marks(part: Message) -> tuple[str, ...]:
    """What we gave the mail on its way out: RFC 3464 section 2.2.1, RFC 5965 section 3.2."""
    named = ("Original-Envelope-Id", "X-Original-Envelope-Id", "Original-Mail-From")
    return tuple(value for block in _blocks(part) for value in _values(block, *named))


def _blocks(part: Message) -> Iterator[Message]:
    """The groups of fields of a report, parted by empty lines, which the library reads for one of the types only."""
    payload = part.get_payload()
    for block in payload if isinstance(payload, list) else [message_from_string(str(payload))]:
        if not isinstance(block, Message):
            continue
        yield block
        rest = block.get_payload()
        if isinstance(rest, str) and rest:
            yield from (message_from_string(text) for text in re.split(r"\n\s*\n", rest.replace("\r\n", "\n")))


def _original(parts: list[Message]) -> tuple[str, str, tuple[str, ...]]:
    """Message-ID, handle and sender of the mail that is returned, whole or its headers only (RFC 3462)."""
    for part in parts:
        if part.get_content_type() in _RETURNED:
            payload = part.get_payload()
            inner = payload[0] if isinstance(payload, list) and payload else message_from_string(str(payload).lstrip())
            if isinstance(inner, Message):
                named = _MESSAGE_ID.search(" ".join(_values(inner, "Message-ID")))
                stop = _STOP.search(" ".join(_values(inner, "List-Unsubscribe")))
                return named[0] if named else "", stop[1] if stop else "", _values(inner, "Return-Path")
    return "", "", ()


def _values(mail: Message, *names: str) -> tuple[str, ...]:
    """The values of header fields, of no more than 2,000 characters each."""
    return tuple(str(value)[:2000] for name in names for value in mail.get_all(name, []))
