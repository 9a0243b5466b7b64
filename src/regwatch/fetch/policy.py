"""How regwatch behaves towards other people's servers, and the limits it sets to what they may send."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from regwatch import __version__

ROBOT = "regwatch"
"""The product token that robots.txt files can name (RFC 9309 section 2.2.1)."""

_MIB = 1024 * 1024


@dataclass(frozen=True)
class Policy:
    """Manners and limits. Times are in seconds, sizes in bytes after decompression.

    `contact`          a web or mail address at which a publisher reaches the operator; sent with every request
    `gap`              least time between two requests to one host; a longer Crawl-delay in robots.txt wins
    `host_gaps`        hosts that want a longer one, e.g. 30 for www.fda.gov
    `per_host`         requests to one host at the same time
    `total`            requests at the same time
    `deadline`         for one fetch, redirects included, waiting for our turn not included
    `allow_private`    allow addresses of private networks and of this machine
    `robots_ttl`       how long a robots.txt that was read is good for (RFC 9309 section 2.4: at most a day)
    `hold`             how long a host is left alone that said 429 without saying until when

    Raises `ValueError` for a contact that cannot stand in a header.
    """

    contact: str
    gap: float = 2.0
    host_gaps: Mapping[str, float] = field(default_factory=dict)
    per_host: int = 1
    total: int = 8
    connect_timeout: float = 10.0
    read_timeout: float = 20.0
    deadline: float = 90.0
    max_bytes: int = 32 * _MIB
    max_redirects: int = 5
    allow_private: bool = False
    robots: bool = True
    robots_ttl: float = 86_400.0
    hold: float = 60.0

    def __post_init__(self) -> None:
        if not self.contact.strip() or not (self.contact.isascii() and self.contact.isprintable()):
            raise ValueError(f"the contact must be a web or mail address in plain ASCII, not {self.contact!r}")

    @property
    def user_agent(self) -> str:
        """The honest User-Agent: who asks, and where to complain."""
        return f"{ROBOT}/{__version__} (+{self.contact.strip()})"

    def gap_for(self, host: str) -> float:
        """The least time between two requests to this host, before its robots.txt is asked."""
        return max(self.gap, self.host_gaps.get(host, 0.0))
