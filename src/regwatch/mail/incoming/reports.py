"""Mail that came back, read: failures, complaints in ARF (RFC 5965), and requests to leave by mail (RFC 2369)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from email import message_from_bytes, message_from_string
from email.message import Message
from email.utils import getaddresses
from enum import StrEnum
from urllib.parse import unquote

import idna

from regwatch.mail.incoming.failures import copy_in, failure_in
from regwatch.mail.incoming.parts import blocks_of, returned_in, subject_of, values

LARGEST = 1_000_000
"""Bytes of a report that are read; what matters stands at its beginning."""

_COMPLAINTS = frozenset({"abuse", "opt-out", "opt-out-list"})
"""What a reader says (RFC 5965 section 7.3). `not-spam` is the contrary (RFC 6430); the others are told by machines."""

_UNSUBSCRIBE = re.compile(
    r"(?<!\w)unsubscribe[\s+:]{1,5}([A-Za-z0-9_ -]{22})[\s\"')\]>.]*(?:[\[({][^\[\](){}]{1,60}[\])}]\s*){0,3}\Z",
    re.IGNORECASE,
)
"""Gateways write their marks behind it, too: `[EXTERNAL]`, `[SEC=OFFICIAL]`, `(fwd)`."""

_STOP = re.compile(r"/u/([A-Za-z0-9_-]{22})>")
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,200}>")
_SENT_TO = ("Delivered-To", "X-Original-To", "Envelope-To", "To")
_ENVELOPE = ("Original-Envelope-Id", "X-Original-Envelope-Id", "Original-Mail-From")
"""What we gave the mail on its way out: RFC 3464 section 2.2.1, RFC 5965 section 3.2."""

_WITH_FIELDS = ("message/feedback-report", "message/delivery-status", "message/global-delivery-status")
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
    `failed` are the addresses where it failed, as far as they are told.
    """

    kind: ReportKind
    status: str
    marks: tuple[str, ...]
    original: str
    handle: str
    failed: frozenset[str] = frozenset()

    def is_of(self, address: str) -> bool:
        """Whether it tells that this address failed, and not another one that its mail is passed on to."""
        return not self.failed or _mailbox(address) in map(_mailbox, self.failed)


def read_report(raw: bytes) -> Report | None:
    """What a mail in the bounce mailbox reports; None if it is something else, such as a delay or an absence notice."""
    mail = message_from_bytes(raw[:LARGEST])
    if handle := _leaves(subject_of(mail)):
        return Report(ReportKind.UNSUBSCRIBE, "", (), "", handle)
    parts = list(mail.walk())
    ours = _returned(parts[1:]) or message_from_string(copy_in(parts))
    reports = [part for part in parts if part.get_content_type() in _WITH_FIELDS]
    marks = tuple(value for part in reports for block in blocks_of(part) for value in values(block, *_ENVELOPE))
    report = Report(
        ReportKind.SOFT, "",
        (*values(mail, *_SENT_TO), *values(ours, "Return-Path"), *marks),
        next(iter(_MESSAGE_ID.findall(" ".join(values(ours, "Message-ID")))), ""),
        next(iter(_STOP.findall(" ".join(values(ours, "List-Unsubscribe")))), ""),
    )  # fmt: skip
    for part in reports:
        if part.get_content_type() == "message/feedback-report":
            return replace(report, kind=ReportKind.COMPLAINT) if _is_complaint(part) else None
    failure = failure_in(mail, parts, [address for _, address in getaddresses(values(ours, "To"))])
    if failure is None:
        return None
    kind = ReportKind.HARD if failure.gone else ReportKind.SOFT
    return replace(report, kind=kind, status=failure.status, failed=failure.failed)


def _leaves(subject: str) -> str:
    """The handle with which somebody asks to leave, whatever a mail program or gateway put before it; "" for none."""
    found = _UNSUBSCRIBE.search(unquote(subject)[-200:])
    # In an encoded subject "_" is a space (RFC 2047 section 4.2), and some programs leave it as it is.
    return found[1].replace(" ", "_") if found else ""


def _is_complaint(part: Message) -> bool:
    said = [value.strip().lower() for block in blocks_of(part) for value in values(block, "Feedback-Type")]
    return bool(said) and all(one in _COMPLAINTS for one in said)


def _mailbox(address: str) -> str:
    """An address as two reports of one mailbox agree upon it: without a sub-address, with its domain in ASCII."""
    local, _, domain = address.lower().rpartition("@")
    with suppress(UnicodeError):
        domain = idna.encode(domain, uts46=True).decode()
    return f"{local.partition('+')[0]}@{domain}"


def _returned(parts: Sequence[Message]) -> Message | None:
    return next((mail for part in parts if part.get_content_type() in _RETURNED and (mail := returned_in(part))), None)
