"""Mail that came back, read: delivery status notifications (RFC 3464) and complaints in ARF (RFC 5965)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from enum import StrEnum

LARGEST = 1_000_000
"""Bytes of a report that are read; what matters stands at its beginning."""

_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_UNSUBSCRIBE = re.compile(r"\A\s*(?:re:\s*)?unsubscribe\b", re.IGNORECASE)
_STOP = re.compile(r"/u/([A-Za-z0-9_-]{22})>")
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,200}>")


class Kind(StrEnum):
    """What a report means: the mailbox is gone, is full or busy for now, or its owner calls our mail spam."""

    HARD = "hard"
    SOFT = "soft"
    COMPLAINT = "complaint"
    UNSUBSCRIBE = "unsubscribe"


@dataclass(frozen=True)
class Report:
    """One report. `to` are the addresses it was sent to.

    `original` is the Message-ID of our mail and `handle` that of its link to stop, as far as the report quotes them.
    """

    kind: Kind
    status: str
    to: tuple[str, ...]
    original: str
    handle: str
    sender: str = ""


def read_report(raw: bytes) -> Report | None:
    """What a mail in the bounce mailbox reports; None if it is something else, such as a delay or an absence notice."""
    mail = message_from_bytes(raw[:LARGEST], policy=default)
    assert isinstance(mail, EmailMessage)
    parts = list(mail.walk())
    to = tuple(str(mail.get(name, "")) for name in ("Delivered-To", "X-Original-To", "Envelope-To", "To"))
    original, handle = _original(parts)
    blank = Report(Kind.SOFT, "", tuple(one for one in to if one), original, handle, str(mail.get("From", "")))
    for part in parts:
        match part.get_content_type():
            case "message/feedback-report":
                return replace(blank, kind=Kind.COMPLAINT)
            case "message/delivery-status":
                return _status_of(part, blank)
    if _UNSUBSCRIBE.match(str(mail.get("Subject", ""))) and str(mail.get("Auto-Submitted", "no")) == "no":
        return replace(blank, kind=Kind.UNSUBSCRIBE)
    return None


def _status_of(part: EmailMessage, blank: Report) -> Report | None:
    """RFC 3464 section 2.3: per recipient, an action and a status.

    A full mailbox (5.2.2) and a domain that cannot be found (5.4.4) are for now: both come back.
    """
    for block in part.get_payload():
        if not isinstance(block, EmailMessage) or "Action" not in block:
            continue
        if str(block["Action"]).strip().lower().split(";")[0] != "failed":
            return None
        found = _STATUS.search(str(block.get("Status", ""))) or _STATUS.search(str(block.get("Diagnostic-Code", "")))
        status = found[0] if found else ""
        kind = Kind.HARD if status.startswith("5") and status not in ("5.4.4", "5.2.2") else Kind.SOFT
        return replace(blank, kind=kind, status=status)
    return None


def _original(parts: list[EmailMessage]) -> tuple[str, str]:
    """Message-ID and handle of the mail that is returned, whole or its headers only (RFC 3462)."""
    for part in parts[1:]:
        if part.get_content_type() in ("message/rfc822", "text/rfc822-headers", "message/rfc822-headers"):
            payload = part.get_payload()
            text = str(payload[0]) if isinstance(payload, list) and payload else str(payload)
            lines = text.replace("\r\n", "\n").replace("\n ", " ").splitlines()[:200]
            named, stop = _header(lines, "message-id:", _MESSAGE_ID), _header(lines, "list-unsubscribe:", _STOP)
            return named[0] if named else "", stop[1] if stop else ""
    return "", ""


def _header(lines: list[str], name: str, pattern: re.Pattern[str]) -> re.Match[str] | None:
    return next((pattern.search(line[:2000]) for line in lines if line.lower().startswith(name)), None)
