"""Mails that are not digests: a few paragraphs, perhaps a table, links."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlmodel import Session

from regwatch.mail.message import domain, write
from regwatch.mail.outbox import enqueue
from regwatch.mail.sender import Sender
from regwatch.mail.signing import Signer
from regwatch.mail.templates import Rendered, environment_of, inline_styles
from regwatch.palette import DARK, LIGHT


@dataclass(frozen=True)
class ShortMail:
    """A short mail: paragraphs, perhaps a table, links, and small print."""

    subject: str
    title: str
    before: Sequence[str]
    links: Sequence[tuple[str, str]] = ()
    after: Sequence[str] = ()
    caption: str = ""
    rows: Sequence[tuple[str, str]] = ()


def render_short_mail(mail: ShortMail, overrides: Path | None = None) -> Rendered:
    """The mail as text and as HTML, equal in content."""
    environment = environment_of(overrides)
    words = {**vars(mail), "light": LIGHT, "dark": DARK}
    html = inline_styles(environment.get_template("letter.html.j2").render(words))
    return Rendered(mail.subject, environment.get_template("letter.txt.j2").render(words).strip() + "\n", html)


def enqueue_short_mail(
    session: Session,
    mail: ShortMail,
    *,
    sender: Sender,
    recipient: str,
    subscriber: int | None,
    kind: str,
    identity: str,
    now: datetime,
    stop: str = "",
    signer: Signer | None = None,
    overrides: Path | None = None,
) -> int | None:
    """Put a short mail into the outbox, in the caller's transaction. `identity` makes its Message-ID."""
    message_id = f"<{identity}@{domain(sender)}>"
    rendered = render_short_mail(mail, overrides)
    return enqueue(
        session,
        recipient,
        kind=kind,
        subject=rendered.subject,
        identity=message_id,
        raw=write(rendered, sender, recipient, message_id, now, stop=stop, signer=signer),
        now=now,
        subscriber=subscriber,
    )
