"""What arrives from a form, bounded and read with care, as choices; and the guard against those who post too much."""

from __future__ import annotations

import hmac
import secrets
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from urllib.parse import parse_qs

from fastapi import HTTPException, Request
from starlette.requests import ClientDisconnect

from regwatch.addresses import time_zone
from regwatch.model import Topic
from regwatch.secret_key import SecretKey
from regwatch.store.subscriber_tables import Subscriber, Subscription
from regwatch.subscribers.choices import Choice, Choices, hour_of, quiet_hours
from regwatch.watchlist import Cadence

_LARGEST = 20_000
_FIELDS = 400
_NETWORKS = 10_000
_AT_LEAST, _AT_MOST = 2, 7 * 86_400
"""Seconds between showing the form and posting it: faster are only machines."""

_QUIET = "22-7"

Form = dict[str, list[str]]


async def form_of(request: Request) -> Form:
    """The fields of a posted form; none if it is of another kind. Raises 413 beyond 20 kB, and 400 for half a form."""
    body = b""
    try:
        async for piece in request.stream():
            body += piece
            if len(body) > _LARGEST:
                raise HTTPException(413)
    except ClientDisconnect as error:
        raise HTTPException(400) from error  # nobody hears it; else anybody could fill the log with tracebacks
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return {}
    try:
        return parse_qs(body.decode("utf-8"), keep_blank_values=True, max_num_fields=_FIELDS)
    except ValueError:
        return {}


def refuse_nul(fields: Iterable[str]) -> None:
    """Refuse what no text holds and no PostgreSQL keeps: NUL, which only machines send. Raises 400."""
    if any("\0" in field for field in fields):
        raise HTTPException(400, "what was sent holds the character NUL, which is in no text: send it without")


def plain_query(request: Request) -> None:
    """What every page depends on: a query without NUL. Raises 400. That of a post is read by nothing."""
    if request.method != "POST":
        refuse_nul(part for pair in request.query_params.multi_items() for part in pair)


async def text_form_of(request: Request) -> Form:
    """The fields of a posted form, all of them text. Raises 413 beyond 20 kB, and 400 where a field holds NUL."""
    form = await form_of(request)
    refuse_nul(part for name, given in form.items() for part in (name, *given))
    return form


def one(form: Form, name: str, otherwise: str = "") -> str:
    """The first value of a field."""
    return form.get(name, [otherwise])[0][:300]


def choices_of(form: Form, topics: Sequence[Topic]) -> Choices:
    """What was chosen. Raises `ValueError` with what to do."""
    chosen = tuple(
        Choice(
            topic,
            tuple(form.get(f"authority.{topic}", [])),
            one(form, f"cadence.{topic}", one(form, "cadence", "daily")),
            int(_weekday(form)),
        )
        for topic in _wanted(form, topics)
    )
    return Choices(
        chosen, zone=_zone(form), at=_at(form), quiet=one(form, "quiet", _QUIET).strip(), alerts="alerts" in form,
        discreet="discreet" in form, monthly="monthly" in form, everything="everything" in form,
        background="background" in form,
    )  # fmt: skip


def faults_of(form: Form, topics: Sequence[Topic]) -> dict[str, str]:
    """What is wrong with the choices, by field, with what to do."""
    faults: dict[str, str] = {}

    def check(field: str, test: Callable[[], object]) -> None:
        try:
            test()
        except ValueError as error:
            faults[field] = str(error)

    if not _wanted(form, topics):
        faults["topic"] = "choose at least one topic"
    check("zone", lambda: time_zone(_zone(form)))
    check("at", lambda: hour_of(_at(form), "UTC" if "zone" in faults else _zone(form)))
    check("quiet", lambda: quiet_hours(one(form, "quiet", _QUIET).strip()))
    if not faults:
        check("topic", lambda: choices_of(form, topics))
    return faults


def form_with(person: Subscriber, rows: Sequence[Subscription]) -> Form:
    """The form as somebody last filled it in."""
    form: Form = {"topic": [row.topic for row in rows], "at": [person.at], "zone": [person.zone]}
    form |= {f"cadence.{row.topic}": [row.cadence] for row in rows}
    form |= {f"authority.{row.topic}": row.authorities.split() for row in rows}
    form |= {name: ["on"] for name in _TICKED if getattr(person, name)}
    weekdays = [str(row.weekday) for row in rows if row.cadence == Cadence.WEEKLY.value]
    return form | {"quiet": [person.quiet], "weekday": weekdays or ["0"]}


_TICKED = ("alerts", "background", "discreet", "monthly", "everything")


def _wanted(form: Form, topics: Sequence[Topic]) -> list[str]:
    return [topic.id for topic in topics if "everything" in form or topic.id in form.get("topic", [])]


def _zone(form: Form) -> str:
    return one(form, "zone", "Europe/London").strip()


def _at(form: Form) -> str:
    return one(form, "at", "08:30").strip()


def _weekday(form: Form) -> str:
    text = one(form, "weekday", "0")
    if text not in ("0", "1", "2", "3", "4", "5", "6"):
        raise ValueError("choose a day of the week")
    return text


def stamp(key: SecretKey, now: float, purpose: str = "form") -> str:
    """When a form for this purpose was shown, in a form that cannot be forged."""
    moment = str(int(now))
    return f"{moment}.{key.digest(purpose, moment).hex()[:16]}"


def in_time(key: SecretKey, stamped: str, now: float, purpose: str = "form") -> bool:
    """Whether a person can have filled the form in since it was shown; the operator's may be pressed at once."""
    moment, _, token = stamped.partition(".")
    if not moment.isascii() or not moment.isdigit() or len(moment) > 12:
        return False
    if not hmac.compare_digest(token.encode(), key.digest(purpose, moment).hex()[:16].encode()):
        return False
    return (_AT_LEAST if purpose == "form" else 0) <= now - int(moment) <= _AT_MOST


@dataclass
class Buckets:
    """Token buckets: at most so many an hour from one network, and from all. Forgotten with the process.

    Once all together have taken theirs, `reserve` more go to networks that have not asked within the hour: a flood from
    some networks does not lock everybody else out. Networks (/24 of IPv4, /48 of IPv6) and mailboxes are kept as hashes
    under a key that nobody knows.
    """

    each: int = 30
    all: int = 300
    reserve: int = 0
    mailbox_each_day: int = 3
    clock: Callable[[], float] = time.monotonic
    _salt: SecretKey = field(default_factory=lambda: SecretKey(secrets.token_bytes(32)), repr=False)
    _left: dict[str, tuple[float, float]] = field(default_factory=dict, repr=False)

    def take(self, host: str) -> bool:
        """Take one token; False where there is none left. What one network asks in vain costs the others nothing."""
        if len(self._left) > _NETWORKS:
            self._left = {name: self._left[name] for name in ("all", "reserve") if name in self._left}
        name = self._network(host)
        fresh = self._full(name, self.each) >= self.each
        if not self._one(name, self.each):
            return False
        return self._one("all", self.all) or (fresh and self._one("reserve", self.reserve))

    def has_any(self, host: str) -> bool:
        """Whether a network has a token left; none is taken. One that has taken none is not held up by the others."""
        left = self._full(self._network(host), self.each)
        return left >= self.each or (left >= 1 and self._full("all", self.all) >= 1)

    def take_for(self, mailbox: str) -> bool:
        """Take one of the few tokens that a mailbox has in a day."""
        return self._one(self._salt.digest("mailbox", mailbox).hex(), self.mailbox_each_day, 86_400)

    def _network(self, host: str) -> str:
        try:
            address = ip_address(host)
            network = str(ip_network(f"{host}/{24 if address.version == 4 else 48}", strict=False))
        except ValueError:
            network = "unknown"
        return self._salt.digest("network", network).hex()

    def _full(self, name: str, most: int, seconds: int = 3600) -> float:
        """How many tokens are in a bucket now."""
        left, at = self._left.get(name, (float(most), self.clock()))
        return min(float(most), left + (self.clock() - at) * most / seconds)

    def _one(self, name: str, most: int, seconds: int = 3600) -> bool:
        left = self._full(name, most, seconds)
        self._left[name] = (left - 1 if left >= 1 else left, self.clock())
        return left >= 1
