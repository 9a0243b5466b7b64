"""The DNS is asked over a real socket, of a server on loopback: what it says, what it does not, and its silence."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import dns.flags
import dns.message
import dns.rcode
import dns.resolver
import dns.rrset
import pytest

from regwatch.doctor.lookup import Dns, LookupFailed

RECORDS = {
    ("charity.example.", "TXT"): ['"v=spf1 include:relay.example " "-all"', '"other"'],
    ("relay.example.", "A"): ["192.0.2.25"],
    ("relay.example.", "AAAA"): ["2001:db8::25"],
    ("25.2.0.192.in-addr.arpa.", "PTR"): ["Out.Relay.Example."],
}


def answer(raw: bytes) -> bytes:
    asked = dns.message.from_wire(raw)
    (question,) = asked.question
    name, kind = str(question.name).lower(), dns.rdatatype.to_text(question.rdtype)
    said = dns.message.make_response(asked)
    said.flags |= dns.flags.RA
    if name.startswith("broken."):
        said.set_rcode(dns.rcode.SERVFAIL)
    elif (name, kind) in RECORDS:
        said.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, *RECORDS[name, kind]))
    elif not any(known == name for known, _ in RECORDS):
        said.set_rcode(dns.rcode.NXDOMAIN)
    return said.to_wire()


@pytest.fixture(autouse=True)
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", 0))

        def serve() -> None:
            while True:
                raw, peer = listening.recvfrom(4096)
                if raw == b"end":
                    return
                listening.sendto(answer(raw), peer)

        thread = threading.Thread(target=serve)
        thread.start()
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = ["127.0.0.1"], listening.getsockname()[1]
        monkeypatch.setattr(dns.resolver, "default_resolver", resolver)
        yield
        listening.sendto(b"end", listening.getsockname())
        thread.join()


def test_what_it_says_is_given_whole() -> None:
    assert sorted(Dns().texts("charity.example")) == ["other", "v=spf1 include:relay.example -all"]
    assert Dns().addresses("relay.example") == ["192.0.2.25", "2001:db8::25"]
    assert Dns().names("192.0.2.25") == ["out.relay.example"]


@pytest.mark.parametrize("name", ["nowhere.example", "relay.example"])
def test_what_is_not_there_is_an_answer(name: str) -> None:
    assert Dns().texts(name) == []


@pytest.mark.parametrize("name", ["broken.example", "two..dots.example", "x" * 70 + ".example"])
def test_what_cannot_be_asked_or_answered_is_none(name: str) -> None:
    with pytest.raises(LookupFailed, match="TXT"):
        Dns().texts(name)
