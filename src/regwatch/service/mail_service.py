"""Mail, as the daemon and the commands set it going: compose what is due, then send what waits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from regwatch.clock import Clock
from regwatch.digest import due_digests
from regwatch.digest.posting import Mailing
from regwatch.digest.when import instant
from regwatch.errors import RelayRefused
from regwatch.ledger import queries
from regwatch.mail import setup
from regwatch.mail.delivery import CircuitBreaker, DeliveryTally, recover, send_due
from regwatch.mail.maildrop import MaildropTransport, write_watching
from regwatch.mail.retry import Ambiguous, RetryPolicy
from regwatch.mail.transport import Transport
from regwatch.monitoring.alerts import AlertChanges
from regwatch.monitoring.first_page import first_page
from regwatch.monitoring.listed_days import ListedDays
from regwatch.monitoring.rounds import run_checks, tell_operator
from regwatch.monitoring.source_health import health
from regwatch.second_reader.asking import name_of
from regwatch.secret_key import read_key
from regwatch.service.restore import PAUSED, is_paused, note_what_was_told
from regwatch.settings import Settings
from regwatch.store.database import Database
from regwatch.store.pruning import prune_daily
from regwatch.subscribers.bounces import take_in
from regwatch.subscribers.channels import tell_channels
from regwatch.subscribers.link_handles import Links, key_of
from regwatch.subscribers.retention import tidy
from regwatch.watchlist import Watchlist


def mailing_of(settings: Settings, watchlist: Watchlist) -> Mailing:
    """Who is told of what, who the mails come from, and how they are linked and signed."""
    key = read_key(settings.home)
    return Mailing(
        watchlist,
        setup.sender_of(settings),
        settings.templates,
        Links(settings.base_url, key) if settings.base_url else None,
        setup.signer_of(settings),
        key,
    )


@dataclass
class MailService:
    """The way from the ledger to the mail server. Synchronous: the daemon calls it off the event loop.

    `circuit` keeps a mail server that refuses us from being asked again and again; `listed` is what checks have read.
    Once `stop` says so, the mail in hand is finished and no other is begun.
    """

    settings: Settings
    database: Database
    clock: Clock
    transport: Transport
    circuit: CircuitBreaker = field(default_factory=CircuitBreaker)
    stop: Callable[[], bool] = lambda: False
    listed: ListedDays = field(default_factory=ListedDays)

    @classmethod
    def of(
        cls, settings: Settings, database: Database, clock: Clock, *, stop: Callable[[], bool] = lambda: False
    ) -> MailService:
        """The mail server of the settings, or the mail folder."""
        return cls(settings, database, clock, setup.transport_of(settings), stop=stop)

    def mailing(self, watchlist: Watchlist) -> Mailing:
        """Who is told of what, and who the mails come from."""
        return mailing_of(self.settings, watchlist)

    def start(self, watchlist: Watchlist, *, alone: bool = True) -> None:
        """Before the first poll: new recipients are told of what comes from now on; interrupted mails are resolved,
        at once where no other process can have them in hand.
        """
        now = self.clock.now()
        due_digests.enrol(self.database.session, watchlist, now, key_of(self.settings, self.database))
        if alone:
            recover(self.database.session, now, self._policy)

    def compose(self, watchlist: Watchlist, now: datetime | None = None) -> int:
        """Compose for everybody whose time has come. Gives how many mails were put into the outbox.

        None while a copy that was put back waits for the operator: what it does not know may have been told.
        """
        note_what_was_told(self.database, now or self.clock.now())
        if self._is_paused():
            return 0
        return len(due_digests.compose_due(self.database.session, self.mailing(watchlist), now or self.clock.now()))

    def resting(self, watchlist: Watchlist) -> int:
        """How many readers who are told at once have quiet hours now, while there is something new."""
        with self.database.session() as session:
            return due_digests.count_resting(session, watchlist, self.clock.now())

    def run_checks(self, watchlist: Watchlist) -> AlertChanges:
        """Look at the health of sources and mail; what has begun or ended is put into the outbox for the operator."""
        now = self.clock.now()
        sessions, reader = self.database.session, name_of(self.settings)
        canary, reading = self.settings.canary_mail, self.database.reading
        turn = run_checks(sessions, watchlist, now, canary, reader, reading=reading, listed=self.listed)
        to, channel = self.settings.operator_mail or "", bool(self.settings.operator_channel.get_secret_value())
        if to or channel:
            tell_operator(sessions, to, self.mailing(watchlist), now, channel=channel, reading=reading)
        return turn

    def write_first_page(self, watchlist: Watchlist) -> None:
        """Where mail is written to a folder: what is watched and what was read, above the mails.

        Raises `MailError` where the folder cannot be written.
        """
        if not isinstance(self.transport, MaildropTransport):
            return
        now, zone = self.clock.now(), self.settings.zone
        with self.database.reading() as session:
            board = queries.board(session, watchlist.topics, set(watchlist.official), watchlist.publisher)
            told = first_page(watchlist, health(session, watchlist.sources), board, now, zone)
        try:
            write_watching(self.settings.mail_dir, told, instant(now, zone).words, self.settings.templates)
        except OSError as error:
            raise RelayRefused(
                f"the mail folder {self.settings.mail_dir} cannot be written: {error.strerror}"
            ) from error

    def send(self) -> DeliveryTally:
        """Send what is due from the outbox; what a channel does not take is tried again, like a mail.

        The mails go first: whatever befalls a channel, it holds none of them back.
        """
        if self._is_paused():
            return DeliveryTally(paused=PAUSED)
        database, clock, policy = self.database, self.clock, self._policy
        tally = send_due(database, self.transport, clock, policy=policy, circuit=self.circuit, stop=self.stop)
        tell_channels(database, clock, policy, self.settings.operator_channel.get_secret_value(), stop=self.stop)
        return tally

    def tidy(self, watchlist: Watchlist) -> int:
        """Forget what is due: old bodies of mails, old versions of pages, people who left. Gives how many people."""
        listed = {recipient.address.lower() for recipient in watchlist.recipients}
        with self.database.session() as session:
            forgotten = tidy(session, read_key(self.settings.home), self.clock.now(), listed)
        prune_daily(self.database.session, self.clock.now(), self.settings.history_days)
        self.database.wipe()
        return forgotten

    def take_bounces(self) -> int:
        """Read the mailbox for mail that comes back, if there is one. Gives how many reports counted."""
        return take_in(self.settings, self.database, self.clock.now())

    def _is_paused(self) -> bool:
        with self.database.reading() as session:
            return is_paused(session)

    @property
    def _policy(self) -> RetryPolicy:
        return RetryPolicy(Ambiguous(self.settings.ambiguous))
