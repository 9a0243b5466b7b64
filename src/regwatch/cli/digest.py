"""`regwatch digest`: see what would be mailed, or mail it now; and the outbox."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from pydantic import TypeAdapter

from regwatch.cli import desk
from regwatch.cli.output import FAILED, fail, local, print_json, print_table, say
from regwatch.clock import SystemClock
from regwatch.digest import due_digests
from regwatch.errors import UsageError
from regwatch.mail import outbox, outbox_queries, setup
from regwatch.mail.outbox_queries import MailRecord
from regwatch.mail.server_log import lines_of, queued, settle, unknown_mails
from regwatch.mail.states import MailState
from regwatch.service.assembly import read_watchlist
from regwatch.service.mail_service import MailService
from regwatch.settings import load_settings
from regwatch.store.database import Database
from regwatch.watchlist import Recipient, Watchlist

_AS_JSON = TypeAdapter(MailRecord)

app = typer.Typer(
    help="Preview and send digests; look into the outbox.",
    no_args_is_help=True,
    rich_markup_mode=None,
    add_completion=False,
)


class MailPart(StrEnum):
    """Which part of the mail to print."""

    TEXT = "text"
    HTML = "html"


@app.command()
def preview(
    recipient: Annotated[str | None, typer.Argument(help="A recipient's address; the first one if none.")] = None,
    part: Annotated[MailPart, typer.Option(help="Which part to print.")] = MailPart.TEXT,
    out: Annotated[Path | None, typer.Option(help="Write it to this file instead.")] = None,
) -> None:
    """Print the digest that a recipient would get now. Nothing is stored and nothing is sent."""
    settings = load_settings()
    watchlist = read_watchlist(settings)
    one = _recipient(watchlist, recipient)
    database = Database(settings.database)
    clock = SystemClock()
    mailing = MailService.of(settings, database, clock).mailing(watchlist)
    rendered = due_digests.preview(database.session, mailing, one, clock.now())
    database.close()
    if rendered is None:
        say("there is nothing to tell since the last digest")
        return
    body = rendered.text if part is MailPart.TEXT else rendered.html
    if out is None:
        say(f"Subject: {rendered.subject}\n\n{body}" if part is MailPart.TEXT else body)
        return
    try:
        out.write_text(body, "utf-8")
    except OSError as error:
        fail(f"{out} cannot be written: {error.strerror}")
    say(f"{out}: {rendered.subject}")


@app.command()
def send() -> None:
    """Compose what is due by every recipient's own cadence, and send what waits in the outbox."""
    settings = load_settings()
    watchlist = read_watchlist(settings)
    database = Database(settings.database)
    post = MailService.of(settings, database, SystemClock())
    composed = post.compose(watchlist)
    tally, resting = post.send(), post.resting(watchlist)
    database.close()
    say(f"composed {composed}, sent {tally.accepted}, put off {tally.deferred}, failed {tally.failed}")
    if resting:
        say(f"in quiet hours now: {resting}; they are told what is new when those end")
    if tally.relay or tally.paused:
        fail(tally.relay or tally.paused)
    if tally.failed or tally.unknown:
        raise typer.Exit(FAILED)


@app.command(name="outbox")
def list_outbox(
    failed: Annotated[
        bool, typer.Option("--failed", help="Only those that wait for you: failed for good, or unknown and held.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead.")] = False,
) -> None:
    """List the newest mails and what became of each."""
    settings = load_settings()
    database = Database(settings.database)
    with database.session() as session:
        most = 100
        mails = outbox_queries.needing_a_person(session, most) if failed else outbox_queries.newest(session, most)
    database.close()
    if as_json:
        print_json([_AS_JSON.dump_python(mail, mode="json") for mail in mails])
        return
    print_table(
        ("Mail", "To", "Composed", "State", "Tries", "Next", "Answer", "Subject"),
        [
            (
                str(mail.id),
                mail.recipient,
                local(mail.created_at, settings.zone),
                mail.state,
                str(mail.attempts),
                _next(mail, settings.zone),
                mail.reply[:100],
                mail.subject,
            )
            for mail in mails
        ],
    )


def _next(mail: MailRecord, zone: str) -> str:
    if mail.next_at is not None and mail.state is not MailState.SENDING:
        return local(mail.next_at, zone)
    return "held" if mail.held else ""


@app.command()
def retry(
    numbers: Annotated[list[int] | None, typer.Argument(help="The numbers of the mails.")] = None,
    reason: Annotated[str, typer.Option(help="All whose answer has this text, such as 5.4.5; case is ignored.")] = "",
) -> None:
    """Send mails that failed, or that are held because their outcome is unknown, once more, with the same bytes."""
    if not numbers and not reason:
        raise UsageError("name mails by their numbers, or all that failed for one reason with --reason TEXT")
    database = Database(load_settings().database)
    refused = {}
    with database.session() as session:
        wanted = [*(numbers or ()), *(outbox_queries.failed_because(session, reason) if reason else ())]
        if not wanted:
            raise UsageError(
                f"no failed or held mail has an answer with {reason!r}: see `regwatch digest outbox --failed`"
            )
        for number in dict.fromkeys(wanted):
            refused[number] = outbox.retry(session, number)
    database.close()
    for number, why in refused.items():
        if not why:
            say(f"mail {number} will be sent with the next run")
    if reasons := [f"mail {number} cannot be sent again: {why}" for number, why in refused.items() if why]:
        raise UsageError("\n".join(reasons))


@app.command()
def reconcile(
    mail_log: Annotated[
        Path | None, typer.Option(help="Log of the mail server (Postfix, Exim, OpenSMTPD), also .gz; - for stdin.")
    ] = None,
    arrived: Annotated[list[int] | None, typer.Option(help="Number of a mail that is known to have arrived.")] = None,
) -> None:
    """Settle mails of unknown outcome: what the mail server's log shows as taken, or you know of, is not sent again."""
    if mail_log is None and not arrived:
        raise UsageError("name the mail server's log with --mail-log FILE, or a mail with --arrived NUMBER")
    settings, now = load_settings(), SystemClock().now()
    database = Database(settings.database)
    done = settle(database, dict.fromkeys(arrived or (), "arrived, as the operator knows"), now)
    if mail_log is not None:
        unknown = unknown_mails(database)
        bounces = setup.bounces_of(settings)
        found = queued(lines_of(mail_log), unknown, bounces.number if bounces else lambda _: None)
        done |= settle(
            database, {number: f"taken, by the mail log, as {queue}" for number, queue in found.items()}, now
        )
    left = sorted(unknown_mails(database).values())
    database.close()
    for number, how in sorted(done.items()):
        say(f"mail {number}: {how}")
    for number in left:
        say(f"mail {number}: still unknown")
    if not done and not left:
        say("no mail has an unknown outcome")
    if wrong := set(arrived or ()) - set(done):
        raise UsageError(
            f"mail {min(wrong)} has no unknown outcome: `regwatch digest outbox` shows what became of each"
        )


def _recipient(watchlist: Watchlist, address: str | None) -> Recipient:
    found = [one for one in watchlist.recipients if address in (None, one.address)]
    if not found:
        raise UsageError("no recipient of the watchlist has this address: `regwatch check` names its file")
    return found[0]


app.command()(desk.drop)
app.command("test")(desk.send_test)
