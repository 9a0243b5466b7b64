"""What a report of a failure says: whether the mailbox is gone, and with which status.

In the standard form (RFC 3464, RFC 6533), and in the words of those that know no other: qmail and Yahoo
(https://cr.yp.to/proto/qsbmf.txt), Exim before 4.82, GMX and IONOS.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import Message
from email.utils import getaddresses, parseaddr

from regwatch.mail.incoming.parts import blocks_of, text_of, values
from regwatch.mail.replies import LONGEST, About, about, exact_status

_STATUS_TYPES = ("message/delivery-status", "message/global-delivery-status")
_QMAIL = re.compile(r"\s*(?:Hi\. This is the |Sorry, we were unable to deliver your message to the following )")
_QMAIL_RECIPIENT = re.compile(r"^<([^<>\n]{3,320})>:\n", re.MULTILINE)
_GMX = re.compile(r"\s*This message was created automatically by mail delivery software\.")
_GMX_RECIPIENT = re.compile(r"^[\"<]?([^\s<>\":]{1,64}@[^\s<>\":]{1,255})[\">]?:\n", re.MULTILINE)
_GMX_COPY = "--- The header of the original message is following. ---"
_COPY_FOLLOWS = re.compile(
    r"^-{2,8} ?(?:Below this line is|This is|The body of the message is|The header of the original message is) ",
    re.MULTILINE,
)
_FINAL = "5.0.0 "
"""What a report without a number still says: that it will not be tried again."""


@dataclass(frozen=True)
class Failure:
    """A mail that was not delivered; `status` is the most exact one that is told, "" for none.

    `failed` are the addresses where it failed, as far as they are told: others than ours, if it was passed on.
    """

    gone: bool
    status: str
    failed: frozenset[str] = frozenset()


def failure_in(mail: Message, parts: Sequence[Message], recipients: Sequence[str]) -> Failure | None:
    """The failure that a mail reports, for these recipients where it tells of several; None for no failure at all."""
    for part in parts:
        if part.get_content_type() in _STATUS_TYPES or _mislabelled(mail, part):
            return _of_blocks([block for block in blocks_of(part) if "Action" in block], recipients)
    text = _first_text(parts)
    said = _before_the_copy(text)
    if "X-Failed-Recipients" in mail:
        return _of_exim(said, getaddresses(values(mail, "X-Failed-Recipients")))
    if _QMAIL.match(text):
        return _of_words(_QMAIL_RECIPIENT.split(said))
    return _of_words(_GMX_RECIPIENT.split(said)) if _GMX.match(text) and _GMX_COPY in text else None


def copy_in(parts: Sequence[Message]) -> str:
    """Our mail as the servers without a standard form return it: as text, behind a line that says so."""
    text = _first_text(parts)
    found = _COPY_FOLLOWS.search(text)
    return text[found.end() :].partition("\n")[2].lstrip("\n") if found else ""


def _first_text(parts: Sequence[Message]) -> str:
    return next((text_of(part) for part in parts if part.get_content_type() == "text/plain"), "").replace("\r\n", "\n")


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
    return _least(found, frozenset().union(*map(_final, failed)), arrived=arrived)


def _of_exim(said: str, named: list[tuple[str, str]]) -> Failure:
    """Of several addresses nobody can say which words are whose."""
    failed = frozenset(address.lower() for _, address in named if "@" in address)
    found = _worded(said)
    return Failure(found.gone and len(failed) == 1, found.status, failed)


def _of_words(told: list[str]) -> Failure | None:
    """What is told of each address: what comes before the first, then in turn an address and its text."""
    return _least(list(map(_worded, told[2::2])), frozenset(one.lower() for one in told[1::2]), arrived=False)


def _worded(text: str) -> Failure:
    return _of_text(text if exact_status(text[:LONGEST]) else _FINAL + text)


def _of_text(said: str) -> Failure:
    return Failure(about(said) is About.GONE, exact_status(said[:LONGEST]))


def _least(found: list[Failure], failed: frozenset[str], *, arrived: bool) -> Failure | None:
    if not found:
        return None
    soft = next((one for one in found if not one.gone), None)
    return Failure(not (soft or arrived), (soft or found[0]).status, failed)


def _action(block: Message) -> str:
    return re.split(r"[;\s(]", str(block["Action"]).strip().lower())[0]


def _addresses(block: Message) -> frozenset[str]:
    """Final and original recipient (RFC 3464 sections 2.3.1 and 2.3.2): `rfc822; somebody@reader.example`."""
    return _final(block) | _named(block, "Original-Recipient")


def _final(block: Message) -> frozenset[str]:
    return _named(block, "Final-Recipient")


def _named(block: Message, field: str) -> frozenset[str]:
    named = (parseaddr(value.rpartition(";")[2].strip())[1].lower() for value in values(block, field))
    return frozenset(one for one in named if "@" in one)
