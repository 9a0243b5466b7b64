"""Asking the DNS. Tests and other resolvers put something else in its place."""

from __future__ import annotations

from typing import Any, Protocol

_SECONDS = 10.0


class LookupFailed(Exception):
    """The DNS gave no answer, neither yes nor no."""


class Lookup(Protocol):
    """What is asked. An empty list is an answer: there is none. Each raises `LookupFailed` where there is no answer."""

    def texts(self, name: str) -> list[str]:
        """The TXT records of a name, each with its pieces joined (RFC 7208 section 3.3)."""
        ...

    def addresses(self, host: str) -> list[str]:
        """The IPv4 and IPv6 addresses of a host."""
        ...

    def names(self, address: str) -> list[str]:
        """The host names to which an address leads back (PTR), without the dot at the end."""
        ...


class Dns:
    """The DNS as this machine is set up to ask it."""

    def texts(self, name: str) -> list[str]:
        """The TXT records of a name."""
        return [b"".join(one.strings).decode("utf-8", "replace") for one in self._ask(name, "TXT")]

    def addresses(self, host: str) -> list[str]:
        """The addresses of a host."""
        return [str(one.address) for kind in ("A", "AAAA") for one in self._ask(host, kind)]

    def names(self, address: str) -> list[str]:
        """The names of an address."""
        import dns.reversename

        reverse = dns.reversename.from_address(address)
        return [str(one.target).rstrip(".").lower() for one in self._ask(str(reverse), "PTR")]

    @staticmethod
    def _ask(name: str, kind: str) -> list[Any]:
        # Loaded here only: the daemon never asks, and the library is large.
        import dns.exception
        import dns.resolver

        try:
            answer = dns.resolver.resolve(name, kind, lifetime=_SECONDS, search=False)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        except (dns.exception.DNSException, UnicodeError, OSError) as error:
            raise LookupFailed(
                f"{name} {kind}: {str(error).splitlines()[0] if str(error) else type(error).__name__}"
            ) from error
        return list(answer)
