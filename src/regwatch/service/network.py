"""What the log says of the network: where nobody can be reached, that, in one sentence, and not every source."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from regwatch.errors import Unreachable
from regwatch.model import Source
from regwatch.polling.outcome import Polled
from regwatch.service.guarded_poll import log_polled
from regwatch.service.logs import logger

LEAST_HOSTS = 3
"""Hosts of which none can be reached before the network is at fault; fewer where all sources are on fewer."""

HELD_FOR = timedelta(minutes=1)
"""How long the line of a source may wait for how the others fare."""


def no_network(sources: int, reason: str) -> str:
    """That nothing at all can be reached, in one sentence: the fault is this machine's and of no source. `reason` is
    that of one of them.
    """
    return (
        f"none of the {sources} sources could be reached: see to the network and the name service of this machine, "
        f"then try again (of one of them: {reason})"
    )


class NetworkLog:
    """The lines of the daemon's log on its polls.

    That a server cannot be reached is held back until the polls of that moment are over. If any of them reached its
    server, each is told for itself; if none did, the network is told once, and once more when it is back. Only lines
    are held: the state of each source is recorded by its poll.
    """

    def __init__(self) -> None:
        self._held: list[Polled] = []
        self._since: datetime | None = None
        self._unreached: set[str] = set()
        self.is_away = False

    def take(self, polled: Polled, now: datetime) -> None:
        """A poll is over."""
        if isinstance(polled.trouble, Unreachable):
            self._unreached.add(polled.source)
            if not self.is_away:
                self._held.append(polled)
                self._since = self._since or now
            return
        if self.is_away:
            logger().info("network_back", unreached=len(self._unreached), reached=polled.source)
        self.is_away = False
        self._unreached.clear()
        self._release()
        log_polled(polled)

    def settle(self, sources: Collection[Source], now: datetime, *, idle: bool) -> None:
        """Tell what was held back, now that no poll of these sources is under way (`idle`) or it was held for long."""
        if not self._held or self._since is None or not (idle or now - self._since >= HELD_FOR):
            return
        unreached = [source for source in sources if source.id in self._unreached]
        hosts = {urlsplit(source.url).hostname for source in unreached}
        if len(unreached) > 1 and (len(unreached) == len(sources) or len(hosts) >= LEAST_HOSTS):
            self.is_away = True
            trouble = self._held[-1].trouble
            reason = no_network(len(unreached), trouble.message if trouble else "")
            logger().warning("network_away", reason=reason)
            self._held.clear()
        self._release()

    def _release(self) -> None:
        for polled in self._held:
            log_polled(polled)
        self._held.clear()
        self._since = None
