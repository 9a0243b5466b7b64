"""Checks of what people write into configuration: mail addresses, web addresses, time zones.

Each returns the text that was given if it is good, mail addresses with their domain in ASCII, and raises `ValueError`
with one sentence that says what to write. It repeats no mail address, because errors end up in logs.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, time, timedelta
from email.utils import parseaddr
from functools import cache
from ipaddress import ip_address
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo, available_timezones

import idna

_LOCAL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}\Z")
_LONGEST_LOCAL = 64
_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\Z")
_SECRET = re.compile(
    r"password|(?:\A|[_-])pass(?:wd|phrase)?\Z|secret|token|(?:api|access|private)[_-]?key|credential", re.IGNORECASE
)
_LONGEST_ADDRESS = 254

BOUNCE_EXTENSION = 34
"""Characters that are added to the mailbox for bounces: a plus sign, a number, a hyphen, a token (16 each at most)."""


def mail_address(text: str, *, international: bool = False) -> str:
    """A bare mail address: `anna@example.org`, `you@localhost` (RFC 5321 section 4.1.2, without quoting).

    A domain in another script comes back in its ASCII form (IDNA 2008), as every mail server takes it. A part before
    the @ in another script, which few do (RFC 6531), is good only with `international`, and comes back as NFC.
    """
    local, at, domain = text.rpartition("@")
    if not local.isascii():
        if not international:
            raise ValueError("the part before the @ has letters that the mail server does not take: use plain a to z")
        local = unicodedata.normalize("NFC", local)
    domain = domain if domain.isascii() else _ascii_domain(domain)
    labels, whole = domain.split("."), f"{local}{at}{domain}"
    good = at and text.isprintable() and _is_local(local) and all(_LABEL.match(label) for label in labels)
    number = labels[-1].isdigit()  # an address of a machine, which is no domain (RFC 3696 section 2)
    if not good or number or len(whole.encode()) > _LONGEST_ADDRESS or (len(labels) == 1 and domain != "localhost"):
        raise ValueError("this is not a mail address: write one such as anna@example.org")
    return whole


def _is_local(local: str) -> bool:
    """Whether the part before the @ is one; beyond ASCII every visible character may stand there (RFC 6532)."""
    dots = local.startswith(".") or local.endswith(".") or ".." in local
    plain = "".join("x" if ord(c) > 127 and c.isprintable() and not c.isspace() else c for c in local)
    return not dots and bool(_LOCAL.match(plain)) and len(local.encode()) <= _LONGEST_LOCAL


def _ascii_domain(domain: str) -> str:
    try:
        return idna.encode(domain, uts46=True).decode()
    except UnicodeError:
        raise ValueError(
            "this is not a mail address: its domain cannot be one; write one such as anna@example.org"
        ) from None


def mailbox(text: str) -> str:
    """A mail address, alone or with a name before it: `Anna <anna@example.org>`."""
    name, address = parseaddr(text)
    if not address or not name.isprintable() or not text.isprintable():
        raise ValueError("this is not a mail address: write anna@example.org or regwatch <anna@example.org>")
    return text.replace(address, mail_address(address))


def bounce_mailbox(text: str) -> str:
    """A mail address that an extension of 34 characters fits behind; "" for none (RFC 5321 section 4.5.3.1.1)."""
    if text and len(mail_address(text).rpartition("@")[0]) > _LONGEST_LOCAL - BOUNCE_EXTENSION:
        raise ValueError(
            f"may have {_LONGEST_LOCAL - BOUNCE_EXTENSION} characters before the @, as a mark is added there"
        )
    return mail_address(text) if text else ""


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
        place = f"/{text.strip().replace(' ', '_').casefold()}"
        likely = (zone for zone in _zones() if not zone.startswith("Etc/"))  # Etc/GMT+1 is behind Greenwich, not ahead
        near = sorted(zone for zone in likely if f"/{zone.casefold()}".endswith(place))
        write = f"did you mean {near[0]}?" if near else "write one such as Europe/London or America/New_York"
        raise ValueError(f"{_shown(text)} is not a time zone: {write}")
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
