"""The DKIM signature (RFC 6376) as receivers will judge it: the key in the DNS, the domain, the headers it covers.

Where regwatch signs, a mail is signed here and verified against the DNS. Where the mail server signs, only a mail that
was received can tell.
"""

from __future__ import annotations

import base64
import binascii
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.parser import BytesHeaderParser
from email.utils import parseaddr

from regwatch import wording
from regwatch.digest.sample import sample_letter
from regwatch.doctor.diagnosis import Diagnosis, fail, ok, warn
from regwatch.doctor.domain import aligned, asked, tags_of
from regwatch.doctor.lookup import Lookup
from regwatch.errors import ConfigError
from regwatch.mail.message import write
from regwatch.mail.setup import sender_of, signer_of
from regwatch.mail.short_mail import render_short_mail
from regwatch.safe_text import one_line
from regwatch.settings import Settings

MUST_COVER = (
    "from", "to", "subject", "date", "message-id", "mime-version", "content-type", "reply-to", "list-id",
    "list-unsubscribe", "list-unsubscribe-post", "auto-submitted",
)  # fmt: skip
"""Without the two on unsubscribing no mailbox shows its button (RFC 8058 section 4)."""

_GOOD_KEY, _LEAST_KEY = 2048, 1024
"""Bits of an RSA key (RFC 8301 section 3.2)."""


@dataclass(frozen=True)
class _Signature:
    domain: str
    selector: str
    covered: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"{self.selector}._domainkey.{self.domain}"


def of_signature(settings: Settings, lookup: Lookup, now: datetime, received: bytes | None) -> Iterator[Diagnosis]:
    """The lines on the signature. `received` is a mail of ours as it arrived, where there is one."""
    domain = sender_of(settings).address.rpartition("@")[2]
    try:
        raw = received if received is not None else _signed_here(settings, now)
    except ConfigError as error:
        yield fail("DKIM", error.message, "put the key right: a private RSA key of 2048 bits, PEM")
        return
    if raw is None:
        yield from _unknown(settings, lookup, domain)
        return
    if received is not None:
        domain = parseaddr(str(BytesHeaderParser().parsebytes(raw)["From"] or ""))[1].rpartition("@")[2]
    found = _signatures(raw)
    ours = next((one for one in found if aligned(one.domain, domain)), None)
    if ours is None:
        seen = (
            f"signed for {wording.join([one.domain for one in found])}, sent from {domain}" if found else "not signed"
        )
        yield fail("DKIM", seen, "the signature must be for the domain of the sender: ask the provider, or sign here")
        return
    yield asked("DKIM", lambda: _key(lookup, ours, raw))
    yield _coverage(ours)


def _signed_here(settings: Settings, now: datetime) -> bytes | None:
    signer = signer_of(settings)
    if signer is None:
        return None
    sender, stop = sender_of(settings), "https://example.org/u/sample"
    letter = render_short_mail(sample_letter(), settings.templates)
    return write(letter, sender, "sample@example.org", "<sample@example.org>", now, stop=stop, signer=signer)


def _unknown(settings: Settings, lookup: Lookup, domain: str) -> Iterator[Diagnosis]:
    """The mail server signs: its selector may be set, for looking the key up; the rest only a received mail tells."""
    remedy = "send a digest to yourself, save it with all its headers, and name it with --received FILE"
    if "dkim_selector" in settings.model_fields_set:
        signature = _Signature(settings.dkim_domain or domain, settings.dkim_selector, ())
        yield asked("DKIM", lambda: _key(lookup, signature, None))
    else:
        yield warn("DKIM", "the mail server signs: with which key cannot be known from here", remedy)
    yield warn("signature", "the mail server signs: what its h= covers cannot be known from here", remedy)


def _signatures(raw: bytes) -> list[_Signature]:
    found = []
    for header in BytesHeaderParser().parsebytes(raw).get_all("DKIM-Signature", []):
        tags = tags_of(str(header))
        covered = tuple(name.lower() for name in tags.get("h", "").split(":"))
        found.append(_Signature(one_line(tags.get("d", ""), 253).lower(), one_line(tags.get("s", ""), 63), covered))
    return found


def _key(lookup: Lookup, signature: _Signature, raw: bytes | None) -> Diagnosis:
    """The public key, and whether it is the one with which the mail was signed."""
    records = lookup.texts(signature.name)
    if not records:
        return fail("DKIM", f"there is no key at {signature.name}", f"add the TXT record at {signature.name}")
    if len(records) > 1:
        return fail("DKIM", f"{signature.name} has {len(records)} records", "leave the right one")
    bits = _bits(records[0])
    if isinstance(bits, str):
        return fail("DKIM", f"{signature.name}: {bits}", "publish the public key again")
    if raw is not None and (why := _not_verified(raw, signature.name, records[0])):
        return fail("DKIM", f"{signature.name}: the signature is not valid: {why}", "publish the key that signs")
    seen = (
        f"{signature.name}: "
        + (f"RSA, {bits} bits" if bits else "Ed25519")
        + (", the signature is valid" if raw else "")
    )
    if bits and bits < _LEAST_KEY:
        return fail("DKIM", seen, f"receivers ignore so short a key: make one of {_GOOD_KEY} bits")
    if bits and bits < _GOOD_KEY:
        return warn("DKIM", seen, f"make one of {_GOOD_KEY} bits")
    return ok("DKIM", seen)


def _bits(record: str) -> int | str:
    """The length of an RSA key, 0 for another kind; what is wrong with the record, in words."""
    import dkim.crypto

    tags = tags_of(record)
    if not tags.get("p"):
        return "the key was taken back (p= is empty)" if "p" in tags else "it is no key record"
    if tags.get("k", "rsa") != "rsa":
        return 0
    try:
        return int(dkim.crypto.parse_public_key(base64.b64decode(tags["p"], validate=True))["modulus"].bit_length())
    except (binascii.Error, ValueError, dkim.crypto.UnparsableKeyError):
        return "the key cannot be read"


def _not_verified(raw: bytes, name: str, record: str) -> str:
    """Why the mail's signature is not valid; "" if it is."""
    import dkim

    def answer(asked_for: bytes, timeout: int = 0) -> bytes | None:
        return record.encode() if asked_for.decode().rstrip(".").lower() == name.lower() else None

    verifier = dkim.DKIM(raw, minkey=0)
    try:
        places = range(len(_signatures(raw)))
        return "" if any(verifier.verify(idx=place, dnsfunc=answer) for place in places) else "it does not match"
    except (dkim.DKIMException, ValueError) as error:
        return one_line(str(error), 120)


def _coverage(signature: _Signature) -> Diagnosis:
    counted = Counter(signature.covered)
    missing = [name for name in MUST_COVER if not counted[name]]
    seen = f"h= covers {len(counted)} headers"
    if missing:
        added = ",".join(f"+{name}" for name in missing)
        remedy = f"add them to what is signed (in OpenDKIM: OversignHeaders From, SignHeaders *,{added})"
        return fail("signature", f"{seen}, and not {wording.join(missing)}", remedy)
    if counted["from"] < 2:
        return warn("signature", f"{seen}, From only once", "sign From twice, so that none can be added")
    return ok("signature", f"{seen}, those on unsubscribing among them, and From twice")
