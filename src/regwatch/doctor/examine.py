"""The whole examination, in the order in which things depend on each other. Nothing is changed and nothing is sent."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from regwatch import wording
from regwatch.clock import Clock
from regwatch.doctor import machine, records
from regwatch.doctor.diagnosis import Diagnosis, fail, ok, warn
from regwatch.doctor.domain import of_domain
from regwatch.doctor.lookup import Lookup
from regwatch.doctor.signature import of_signature
from regwatch.errors import (
    ConfigError,
    MailError,
    RelayRefused,
    SchemaBehind,
    SecondReaderRefused,
    SecondReaderTrouble,
    StoreDamaged,
    StoreError,
)
from regwatch.mail.incoming.mailboxes import waiting
from regwatch.mail.setup import transport_of
from regwatch.mail.smtp import SmtpTransport
from regwatch.mail.transport import Transport
from regwatch.second_reader.asking import endpoint_of
from regwatch.second_reader.endpoint import Endpoint
from regwatch.service.assembly import read_watchlist
from regwatch.settings import Settings, load_settings
from regwatch.store.backup_journal import BESIDE, BackupJournal
from regwatch.store.database import Database
from regwatch.store.read_only import ReadOnlyDatabase
from regwatch.watchlist import Watchlist


def examine(clock: Clock, lookup: Lookup | None = None, received: bytes | None = None) -> Iterator[Diagnosis]:
    """Look at everything, one line after the other; with `lookup` also at how the mail looks to those who receive it.

    `received` is a mail of ours as it arrived, for what only that can tell.
    """
    try:
        settings = load_settings()
    except ConfigError as error:
        yield from (fail("settings", str(fault), "correct it; nothing else can be looked at") for fault in error.faults)
        return
    yield from machine.of_settings(settings)
    watchlist = Watchlist((), ())
    try:
        watchlist = read_watchlist(settings)
        yield from machine.of_watchlist(watchlist)
    except ConfigError as error:
        yield from (fail("watchlist", str(fault), "correct it") for fault in error.faults)
    yield from machine.of_home(settings)
    yield from machine.of_disk(settings)
    yield from _of_database(settings, watchlist, clock)
    yield from machine.of_templates(settings, watchlist, clock.now())
    yield _of_relay(settings)
    yield from _of_bounces(settings)
    yield from _of_second_reader(settings, clock)
    if lookup is not None and settings.smtp_host:
        yield from of_domain(settings, lookup)
        yield from of_signature(settings, lookup, clock.now(), received)


def _of_database(settings: Settings, watchlist: Watchlist, clock: Clock) -> Iterator[Diagnosis]:
    reader = ReadOnlyDatabase(settings.database)
    try:
        with reader.session() as session:
            lines = [ok("database", "there, and of this version's schema")]
            now = clock.now()
            lines += records.of_size(session, settings, now)
            lines += records.of_clock(session, now)
            lines += records.of_watching(session, watchlist, now)
            lines += records.of_key(session, settings)
            lines += records.of_outbox(session, now)
            lines += records.of_canary(session, settings, watchlist, now)
            lines += records.of_backup(session, settings, now)
            lines += records.of_second_reader(session, settings, now)
    except SchemaBehind as error:
        older = "make a backup first"
        newer = "or `regwatch db restore` a copy that this version wrote"
        lines = [fail("database", error.message, newer if error.found > error.wanted else older)]
    except StoreDamaged as error:
        lines = [fail("database", error.message, "`regwatch db restore` puts the newest copy in its place")]
    except StoreError as error:
        remedy = "the first `regwatch run` makes it; if that runs, REGWATCH_HOME or REGWATCH_DATABASE leads elsewhere"
        file = Database.file_of(settings.database)
        if file and BackupJournal(file.with_name(BESIDE)).tells:
            remedy = f"there was one, for {BESIDE} beside it tells of mails or readers: `regwatch db restore` a copy"
        lines = [fail("database", error.message, remedy)]
    finally:
        reader.close()
    yield from lines


def _of_relay(settings: Settings) -> Diagnosis:
    """Whether the mail server lets us in; it is left again without a mail."""
    if not settings.smtp_host:
        return ok("relay", f"no mail server is set: mails are written to {settings.mail_dir}")
    try:
        offered = asyncio.run(_knock(transport_of(settings)))
    except RelayRefused as error:
        return fail(
            "relay", error.message, "put the REGWATCH_SMTP_ settings right, or ask whoever runs the mail server"
        )
    if settings.smtputf8 and "smtputf8" not in offered:
        seen = f"{settings.smtp_host}:{settings.smtp_port} offers no SMTPUTF8, and REGWATCH_SMTPUTF8 says that it does"
        return fail("relay", seen, "take the setting out, or mails to addresses in other scripts fail")
    how = "in the clear, on this machine" if settings.smtp_tls == "none" else "encrypted, its certificate is good"
    login = f", login as {settings.smtp_user} taken" if settings.smtp_user else ", without a login"
    return ok("relay", f"{settings.smtp_host}:{settings.smtp_port} answers: {how}{login}")


def _of_bounces(settings: Settings) -> Iterator[Diagnosis]:
    """Whether the mailbox for mail that comes back can be read, where regwatch itself is to read it."""
    if not settings.bounce_address or not (settings.bounce_maildir or settings.imap_host):
        return
    try:
        with waiting(settings) as letters:
            found = "mail waits there" if next(letters, None) else "nothing waits there"
    except MailError as error:
        remedy = "put REGWATCH_BOUNCE_MAILDIR or the REGWATCH_IMAP_ settings right; a Maildir is made by its first mail"
        yield fail("bounce mailbox", error.message, remedy)
    else:
        yield ok("bounce mailbox", f"can be read; {found}")


def _of_second_reader(settings: Settings, clock: Clock) -> Iterator[Diagnosis]:
    """Whether the second reader can be asked, where one is set; it is asked for its models and for nothing else."""
    if not settings.second_reader_url:
        return
    where, model = settings.second_reader_url, settings.second_reader_model
    try:
        models = asyncio.run(_models(endpoint_of(settings, clock)))
    except SecondReaderRefused as error:
        yield fail("second reader", error.message, "put the REGWATCH_SECOND_READER_ settings right")
    except SecondReaderTrouble as error:
        yield warn("second reader", error.message, "start it, or take the settings out; the rules go on without it")
    else:
        if models is None:
            yield ok("second reader", f"{where} answers; it does not list its models")
        elif model in models:
            yield ok("second reader", f"{where} answers and has {model}")
        else:
            there = wording.join(sorted(models)[:5]) or "none"
            yield fail("second reader", f"{where} has no model {model}; it has {there}"[:500], "set its right name")


async def _models(endpoint: Endpoint) -> frozenset[str] | None:
    try:
        return await endpoint.models()
    finally:
        await endpoint.aclose()


async def _knock(transport: Transport) -> frozenset[str]:
    """What the mail server offers besides taking mail."""
    return await transport.offers() if isinstance(transport, SmtpTransport) else frozenset()
