"""What somebody chose: topics, authorities, how often, when. Checked once, stored as JSON with their consent."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from datetime import time
from functools import lru_cache

from regwatch.addresses import lost_or_repeated, mail_address, time_zone
from regwatch.vocabulary import AUTHORITIES
from regwatch.watchlist import Cadence

CONSENT = (
    "I want regwatch to mail me news of the topics that I have chosen. I understand that following a treatment can "
    "say something about my health. You may keep my mail address and my choices for this purpose only, until I stop. "
    "I can stop at any time, with one click, from every mail."
)
"""What people agree to. A change of these words is a new version: the words themselves are stored with each consent."""

EARLIEST, LATEST, NIGHT = 7, 21, 22
"""Local hours: digests are chosen for 07:00 to 20:59, and a late one is sent until 22:00. Nobody is woken."""

_AT = re.compile(r"([01]\d|2[0-3]):([0-5]\d)\Z")
_QUIET = re.compile(r"([01]?\d|2[0-3])-([01]?\d|2[0-3])\Z")


@dataclass(frozen=True)
class Choice:
    """How one topic is followed. No authorities means all of them."""

    topic: str
    authorities: tuple[str, ...] = ()
    cadence: str = Cadence.DAILY.value
    weekday: int = 0

    def __post_init__(self) -> None:
        Cadence(self.cadence)
        if not 0 <= self.weekday <= 6:
            raise ValueError("the day of the week must be 0 (Monday) to 6 (Sunday)")
        if unknown := [code for code in self.authorities if code not in AUTHORITIES]:
            raise ValueError(f"no authority is called {unknown[0][:40]!r}")


@dataclass(frozen=True)
class Choices:
    """Everything that somebody chose. `quiet` are the local hours without immediate mails, such as 22-7, or "".

    With `everything`, topics that are watched later are followed, too. `alerts` are decisions at once beside a digest:
    only who asks for them gets them. `background` is what changes no status, too.
    """

    topics: tuple[Choice, ...]
    zone: str = "Europe/London"
    at: str = "08:30"
    quiet: str = "22-7"
    alerts: bool = False
    discreet: bool = False
    monthly: bool = False
    everything: bool = False
    background: bool = False

    def __post_init__(self) -> None:
        time_zone(self.zone)
        if not self.topics:
            raise ValueError("choose at least one topic")
        hour_of(self.at, self.zone)
        quiet_hours(self.quiet)


@lru_cache(maxsize=4096)
def hour_of(at: str, zone: str) -> time:
    """A time of day, 24 hours. Raises `ValueError` if it is none, at night, or an hour that a clock change skips."""
    found = _AT.match(at)
    if not found:
        raise ValueError("write the time of day as 08:30")
    moment = time(int(found[1]), int(found[2]))
    if not EARLIEST <= moment.hour < LATEST:
        raise ValueError(f"choose a time from {EARLIEST:02d}:00 to {LATEST - 1}:59")
    if lost_or_repeated(moment, zone):
        raise ValueError("this time does not exist on the day when the clocks change: choose another one")
    return moment


def is_night(hour: int) -> bool:
    """Whether no digest is sent in this local hour."""
    return not EARLIEST <= hour < NIGHT


def quiet_hours(text: str) -> str:
    """Local hours without immediate mails, or "" for none. Raises `ValueError` if they are written in another way."""
    if text and not _QUIET.match(text):
        raise ValueError("write quiet hours as 22-7, or leave them empty")
    return text


def is_quiet(quiet: str, hour: int) -> bool:
    """Whether a local hour lies in the quiet hours."""
    found = _QUIET.match(quiet)
    if not found:
        return False
    begin, end = int(found[1]), int(found[2])
    return begin <= hour < end if begin <= end else hour >= begin or hour < end


def as_json(choices: Choices) -> str:
    """For the record of consent."""
    return json.dumps(asdict(choices), ensure_ascii=False, sort_keys=True)


def from_json(text: str) -> Choices:
    """From the record of consent."""
    data = json.loads(text)
    topics = tuple(
        Choice(one["topic"], tuple(one["authorities"]), one["cadence"], one["weekday"]) for one in data.pop("topics")
    )
    return Choices(topics, **data)


def address_of(text: str, *, international: bool = False) -> str:
    """A mail address as people type it: trimmed, its domain in small letters and in its ASCII form.

    `international` says that the mail server takes other letters than ASCII before the @ (RFC 6531). Raises
    `ValueError` with what to write.
    """
    local, at, domain = text.strip().rpartition("@")
    good = mail_address(f"{local}{at}{domain.lower()}", international=international)
    if domain.lower().rpartition(".")[2] == "localhost":
        raise ValueError("nobody else's mailbox is at localhost: write an address such as anna@example.org")
    return good


_SAME_DOMAIN = {"googlemail.com": "gmail.com", "me.com": "icloud.com", "mac.com": "icloud.com", "pm.me": "proton.me"}
"""Domains under which providers give one mailbox several addresses."""


def mailbox_of(address: str) -> str:
    """The mailbox behind an address, as far as a stranger can tell: without what is behind a +, dots and capitals."""
    local, _, domain = address.casefold().rpartition("@")
    return f"{local.partition('+')[0].replace('.', '')}@{_SAME_DOMAIN.get(domain, domain)}"
