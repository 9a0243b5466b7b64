"""What a report of a failure says: whether the mailbox is gone, and with which status.

In the standard form (RFC 3464, RFC 6533), and in the words of qmail (https://cr.yp.to/proto/qsbmf.txt) and of Exim
before 4.82, which know no other.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import Message
from email.utils import parseaddr

from regwatch.mail.incoming.parts import blocks_of, text_of, values
from regwatch.mail.replies import LONGEST, About, about, exact_status

_STATUS_TYPES = ("message/delivery-status", "message/global-delivery-status")
_QMAIL = re.compile(r"\s*Hi\. This is the ")
_QMAIL_RECIPIENT = re.compile(r"^<[^<>\n]{3,320}>:\n", re.MULTILINE)
_COPY_FOLLOWS = re.compile(r"^-{2,8} ?(?:Below this line is|This is|The body of the message is) ", re.MULTILINE)
_FINAL = "5.0.0 "
"""What a report without a number still says: that it will not be tried again."""


@dataclass(frozen=True)
class Failure:
    """A mail that was not delivered; `status` is the most exact one that is told, "" for none."""

    gone: bool
    status: str


def failure_in(mail: Message, parts: Sequence[Message], recipients: Sequence[str]) -> Failure | None:
    """The failure that a mail reports, for these recipients where it tells of several; None for no failure at all."""
    for part in parts:
        if part.get_content_type() in _STATUS_TYPES or _mislabelled(mail, part):
            return _of_blocks([block for block in blocks_of(part) if "Action" in block], recipients)
    text = next((text_of(part) for part in parts if part.get_content_type() == "text/plain"), "").replace("\r\n", "\n")
    if "X-Failed-Recipients" in mail:
        return _of_words([_before_the_copy(text)])
    if _QMAIL.match(text):
        return _of_words(_QMAIL_RECIPIENT.split(_before_the_copy(text))[1:])
    return None


def copy_in(parts: Sequence[Message]) -> str:
    """Our mail as the servers without a standard form return it: as text, behind a line that says so."""
    text = next((text_of(part) for part in parts if part.get_content_type() == "text/plain"), "").replace("\r\n", "\n")
    found = _COPY_FOLLOWS.search(text)
    return text[found.end() :].partition("\n")[2].lstrip("\n") if found else ""


def _before_the_copy(text: str) -> str:
    found = _COPY_FOLLOWS.search(text)
    return text[: found.start()] if found else text


def _mislabelled(mail: Message, part: Message) -> bool:
    """Some gateways call the report plain text, and leave it in its place."""
    if mail.get_content_type() != "multipart/report" or part.get_content_type() != "text/plain":
        return False
    head = text_of(part)[:LONGEST].lower()
    return "reporting-mta:" in head and "\naction:" in head.replace("\r", "")


def _of_blocks(blocks: list[Message], recipients: Sequence[str]) -> Failure | None:
    """RFC 3464 section 2.3: for each recipient an action and a status.

    Our mails have one recipient each; several are what became of that address on the way. It is gone only if nothing
    arrived anywhere. A list that was expanded says nothing about those on it.
    """
    ours = [block for block in blocks if _addresses(block) & {one.lower() for one in recipients}]
    told = [(_action(block), block) for block in ours or blocks]
    failed = [block for action, block in told if action == "failed"]
    if not failed:
        return None
    arrived = any(action in ("delivered", "relayed") for action, _ in told)
    found = [_of_text(" ".join(values(block, "Status", "Diagnostic-Code"))) for block in failed]
    return _least(found, arrived=arrived)


def _of_words(texts: list[str]) -> Failure | None:
    return _least([_of_text(text if exact_status(text[:LONGEST]) else _FINAL + text) for text in texts], arrived=False)


def _of_text(said: str) -> Failure:
    return Failure(about(said) is About.GONE, exact_status(said[:LONGEST]))


def _least(found: list[Failure], *, arrived: bool) -> Failure | None:
    if not found:
        return None
    soft = next((one for one in found if not one.gone), None)
    return soft or Failure(not arrived, found[0].status)


def _action(block: Message) -> str:
    return re.split(r"[;\s(]", str(block["Action"]).strip().lower())[0]


def _addresses(block: Message) -> set[str]:
    """Final and original recipient (RFC 3464 sections 2.3.1 and 2.3.2): `rfc822; somebody@reader.example`."""
    named = values(block, "Final-Recipient", "Original-Recipient")
    return {parseaddr(value.rpartition(";")[2].strip())[1].lower() for value in named} - {""}
