"""How the mail looks to those who receive it: where answers go, links, bounces, and the DNS of the sending domain.

What large mailbox providers ask of senders: SPF (RFC 7208), DKIM (RFC 6376) for the domain of the sender, DMARC
(RFC 7489) with reports, a name for the server's address. Records are shown as they are; nothing is changed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from ipaddress import ip_address

from regwatch.addresses import is_loopback
from regwatch.doctor.diagnosis import Diagnosis, fail, ok, warn
from regwatch.doctor.lookup import Lookup, LookupFailed
from regwatch.mail.setup import sender_of
from regwatch.safe_text import one_line
from regwatch.settings import Settings

_NO_REPLY = re.compile(r"\A(?:do|dont)?[-_.]?no?t?[-_.]?reply", re.IGNORECASE)
_SHOWN = 200


def of_domain(settings: Settings, lookup: Lookup) -> Iterator[Diagnosis]:
    """Everything but the signature, a line each."""
    yield _reply_to(settings)
    yield _links(settings)
    yield _bounces(settings)
    domain = sender_of(settings).address.rpartition("@")[2]
    envelope = settings.bounce_address.rpartition("@")[2] or domain
    yield asked("SPF", lambda: _spf(lookup, envelope, domain))
    yield asked("DMARC", lambda: _dmarc(lookup, domain))
    yield asked("PTR", lambda: _ptr(lookup, settings.smtp_host))


def asked(about: str, work: Callable[[], Diagnosis]) -> Diagnosis:
    """The line that the work finds, or one that says that the DNS did not answer."""
    try:
        return work()
    except LookupFailed as error:
        return warn(about, f"the DNS gave no answer: {error}", "try again; if it stays so, ask whoever runs the DNS")


def tags_of(record: str) -> dict[str, str]:
    """The tags of a record or signature such as `v=DKIM1; k=rsa; p=...`, without blanks (RFC 6376 section 3.2)."""
    pairs = (tag.partition("=") for tag in record.split(";"))
    return {name.strip().lower(): "".join(value.split()) for name, _, value in pairs}


def aligned(one: str, other: str) -> bool:
    """Whether one domain is the other or lies under it: what DMARC calls relaxed alignment, without its list."""
    one, other = one.lower().rstrip("."), other.lower().rstrip(".")
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")


def _reply_to(settings: Settings) -> Diagnosis:
    if settings.reply_to is None:
        seen = "REGWATCH_REPLY_TO is not set: answers go to the sender, where perhaps nobody reads"
        return fail("Reply-To", seen, "set it to a mailbox that a person reads, even if that is the sender's")
    contact = sender_of(settings).contact
    if _NO_REPLY.match(contact):
        return fail("Reply-To", f"{contact} says that nobody reads it", "patients answer: set one that a person reads")
    return ok("Reply-To", contact)


def _links(settings: Settings) -> Diagnosis:
    if not settings.base_url:
        remedy = "publish the board and set REGWATCH_BASE_URL, so that every mail can be stopped with one click"
        return warn("links", "REGWATCH_BASE_URL is not set: mails have no link to stop them", remedy)
    if not settings.base_url.startswith("https://"):
        remedy = "serve it with https: mailbox providers take only that for their button (RFC 8058 section 3.1)"
        return fail("links", f"{settings.base_url} is not https", remedy)
    return ok("links", f"{settings.base_url}, with one click to stop")


def _bounces(settings: Settings) -> Diagnosis:
    if not settings.bounce_address:
        remedy = "set REGWATCH_BOUNCE_ADDRESS, so that mail that comes back ends what it came back from"
        return warn("bounces", "REGWATCH_BOUNCE_ADDRESS is not set: mail is sent to dead mailboxes for ever", remedy)
    if not settings.bounce_maildir and not settings.imap_host:
        seen = f"{settings.bounce_address}, which `regwatch run` itself does not read"
        remedy = "fine where the mail server pipes it into `regwatch bounce`; else set the Maildir or the IMAP server"
        return warn("bounces", seen, remedy)
    return ok("bounces", settings.bounce_address)


def _spf(lookup: Lookup, envelope: str, domain: str) -> Diagnosis:
    found = [text for text in lookup.texts(envelope) if re.match(r"v=spf1(?:\s|\Z)", text, re.IGNORECASE)]
    if not found:
        return fail("SPF", f"{envelope} has no record", f'add a TXT record at {envelope}: "v=spf1 ... ~all"')
    if len(found) > 1:
        return fail("SPF", f"{envelope} has {len(found)} records, which counts as none", "make one of them")
    terms = found[0].lower().split()[1:]
    seen = f"{envelope}: {one_line(found[0], _SHOWN)}"
    if {"all", "+all"} & set(terms):
        return fail("SPF", seen, "it lets everybody send in your name: end it with ~all or -all")
    if not any(term.lstrip("~-?") == "all" or term.startswith("redirect=") for term in terms):
        return warn("SPF", seen, "it does not end: add ~all")
    if not aligned(envelope, domain):
        return warn("SPF", seen, f"it counts for {domain} only if the bounce address is at that domain")
    return ok("SPF", f"{seen}; whether it names the servers from which mail leaves, your provider knows")


def _dmarc(lookup: Lookup, domain: str) -> Diagnosis:
    labels = domain.split(".")
    for place in (".".join(labels[n:]) for n in range(len(labels) - 1)):
        found = [text for text in lookup.texts(f"_dmarc.{place}") if re.match(r"v=DMARC1\b", text, re.IGNORECASE)]
        if found:
            return _policy(place, found)
    record = f'"v=DMARC1; p=none; rua=mailto:you@{domain}"'
    return fail("DMARC", f"{domain} has no record", f"add a TXT record at _dmarc.{domain}: {record}")


def _policy(place: str, found: list[str]) -> Diagnosis:
    if len(found) > 1:
        return fail("DMARC", f"_dmarc.{place} has {len(found)} records, which counts as none", "make one of them")
    seen = f"_dmarc.{place}: {one_line(found[0], _SHOWN)}"
    tags = tags_of(found[0])
    if tags.get("p", "").lower() not in ("none", "quarantine", "reject"):
        return fail("DMARC", seen, "it has no policy: add p=none, later p=quarantine")
    if not tags.get("rua", "").lower().startswith("mailto:"):
        return warn("DMARC", seen, "nobody gets the reports: add rua=mailto: and a mailbox of yours")
    return ok("DMARC", seen)


def _ptr(lookup: Lookup, host: str) -> Diagnosis:
    if is_loopback(host):
        return ok("PTR", "mail leaves through this machine's own mail server: from which address, it knows")
    addresses = [host] if _is_address(host) else lookup.addresses(host)
    if not addresses:
        return fail("PTR", f"{host} has no address", "correct REGWATCH_SMTP_HOST")
    if not ip_address(addresses[0]).is_global:
        return ok("PTR", f"{host} is in your own network: from which address mail leaves, it knows")
    for address in addresses[:4]:
        names = lookup.names(address)[:4]
        if not any(address in lookup.addresses(name) for name in names):
            seen = f"{host}, {address}: " + (f"{names[0]} does not lead back" if names else "no name leads to it")
            return warn("PTR", seen, "ask whoever runs the mail server whether mail leaves from this address")
    return ok("PTR", f"{host}: its address has a name that leads back")


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
