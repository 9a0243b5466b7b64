"""Checks of what people write into configuration: mail addresses, web addresses, time zones.

Each returns the text that was given if it is good, and raises `ValueError` with one sentence that says what to write.
"""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from email.utils import parseaddr
from functools import cache
from ipaddress import ip_address
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo, available_timezones

_LOCAL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}\Z")
_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\Z")
_SECRET = re.compile(
    r"password|(?:\A|[_-])pass(?:wd|phrase)?\Z|secret|token|(?:api|access|private)[_-]?key|credential", re.IGNORECASE
)
_LONGEST_ADDRESS = 254


def mail_address(text: str) -> str:
    """A bare ASCII mail address: `anna@example.org`, `you@localhost` (RFC 5321 section 4.1.2, without quoting)."""
    local, at, domain = text.rpartition("@")
    dots = local.startswith(".") or local.endswith(".") or ".." in local
    labels = domain.split(".")
    good = at and _LOCAL.match(local) and not dots and all(_LABEL.match(label) for label in labels)
    if not good or len(text) > _LONGEST_ADDRESS or (len(labels) == 1 and domain != "localhost"):
        raise ValueError(f"{_shown(text)} is not a mail address: write one such as anna@example.org")
    return text


def mailbox(text: str) -> str:
    """A mail address, alone or with a name before it: `Anna <anna@example.org>`."""
    name, address = parseaddr(text)
    if not address or not name.isprintable() or not text.isprintable():
        raise ValueError(f"{_shown(text)} is not a mail address: write anna@example.org or regwatch <anna@example.org>")
    mail_address(address)
    return text


def web_address(text: str) -> str:
    """An absolute http or https address without a login, password or key in it."""
    try:
        parts = urlsplit(text)
        host, secret = parts.hostname, parts.username or parts.password
        _ = parts.port
    except ValueError:
        host, secret = None, None
    if not host or parts.scheme not in ("http", "https") or not text.isprintable() or " " in text:
        raise ValueError(f"{_shown(text)} is not a web address: write one that begins with https://")
    if secret or any(names_secret(name) for name, _ in parse_qsl(parts.query)):
        raise ValueError("a secret does not belong in an address: take the login or key out")
    return text


def time_zone(text: str) -> str:
    """The name of a time zone of the IANA data base, such as `Europe/London`."""
    if text not in _zones():
        raise ValueError(f"{_shown(text)} is not a time zone: write one such as Europe/London or America/New_York")
    return text


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def lost_or_repeated(at: time, zone: str) -> bool:
    """Whether a time of day does not exist, or exists twice, on some day of the year because the clocks change.

    Where they change at all, 01:00 to 02:59 always counts: the days and hours of the change are altered by decree.
    """
    here = ZoneInfo(zone)
    days = [datetime(2026, 1, 1, at.hour, at.minute, tzinfo=here) + timedelta(days=n) for n in range(365)]
    changes = len({day.utcoffset() for day in days}) > 1
    return changes and (at.hour in (1, 2) or any(d.utcoffset() != d.replace(fold=1).utcoffset() for d in days))


def names_secret(name: str) -> bool:
    """Whether a key such as `smtp_password` or `api_key` promises a secret."""
    return bool(_SECRET.search(name))


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine itself."""
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _shown(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:57] + "...")
