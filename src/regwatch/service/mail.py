"""Mail, as the daemon and the commands set it going: compose what is due, then send what waits."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from regwatch.clock import Clock
from regwatch.digest import run
from regwatch.digest.delivery import Circuit, Tally
from regwatch.digest.transport import Transport
from regwatch.health.check import check, tell
from regwatch.health.notices import Turn
from regwatch.settings import Settings
from regwatch.store.database import Database
from regwatch.watchlist import Watchlist


@dataclass
class Post:
    """The way from the ledger to the mail server. Synchronous: the daemon calls it off the event loop.

    `circuit` keeps a mail server that refuses us from being asked again and again.
    """

    settings: Settings
    database: Database
    clock: Clock
    transport: Transport
    circuit: Circuit = field(default_factory=Circuit)

    @classmethod
    def of(cls, settings: Settings, database: Database, clock: Clock) -> Post:
        """The mail server of the settings, or the mail folder."""
        return cls(settings, database, clock, run.transport_of(settings))

    def mailing(self, watchlist: Watchlist) -> run.Mailing:
        """Who is told of what, and who the mails come from."""
        return run.Mailing(watchlist, run.sender_of(self.settings), self.settings.templates)

    def start(self, watchlist: Watchlist) -> None:
        """Before the first poll: new recipients are told of what comes from now on; interrupted mails are resolved."""
        now = self.clock.now()
        run.enrol(self.database.session, watchlist, now)
        run.recover(self.database.session, now)

    def compose(self, watchlist: Watchlist, now: datetime | None = None) -> int:
        """Compose for everybody whose time has come. Gives how many mails were put into the outbox."""
        return len(run.compose_due(self.database.session, self.mailing(watchlist), now or self.clock.now()))

    def look_after(self, watchlist: Watchlist) -> Turn:
        """Look at the health of the sources; what has begun or ended is put into the outbox for the operator."""
        now = self.clock.now()
        turn = check(self.database.session, watchlist, now)
        if self.settings.operator_mail:
            publisher = self.mailing(watchlist).publisher
            tell(self.database.session, self.settings.operator_mail, run.sender_of(self.settings), publisher, now)
        return turn

    def send(self) -> Tally:
        """Send what is due from the outbox."""
        return run.send_due(self.database.session, self.transport, self.clock, circuit=self.circuit)
