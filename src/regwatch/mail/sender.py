"""Who the mails come from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Sender:
    """Who the mails come from.

    `contact` is the mailbox that a person reads: answers and requests to stop go there. `web` is the public address of
    the board, "" if there is none. `list_id` names the list for ever, also on another host (RFC 2919). With `links`
    every mail has the reader's own links to stop and to change what they get. `bounces` is the mailbox that regwatch
    itself reads, "" if there is none.
    """

    name: str
    address: str
    contact: str
    list_id: str = ""
    web: str = ""
    links: bool = False
    bounces: str = ""
