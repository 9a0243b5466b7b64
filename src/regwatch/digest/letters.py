"""Mails that are not digests: the confirmation of a sign-up, and "still watching" once a month for those who ask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import css_inline
from sqlmodel import Session

from regwatch import plain
from regwatch.digest.message import domain, write
from regwatch.digest.outbox import State
from regwatch.digest.palette import DARK, LIGHT
from regwatch.digest.render import Rendered, Sender, environment_of
from regwatch.digest.signing import Signer
from regwatch.store.tables import Message

_INLINER = css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False, keep_style_tags=False)


@dataclass(frozen=True)
class Letter:
    """A short mail: paragraphs, perhaps a table, links, and small print."""

    subject: str
    title: str
    before: Sequence[str]
    links: Sequence[tuple[str, str]] = ()
    after: Sequence[str] = ()
    caption: str = ""
    rows: Sequence[tuple[str, str]] = ()


def render_letter(letter: Letter, overrides: Path | None = None) -> Rendered:
    """The letter as text and as HTML, equal in content."""
    environment = environment_of(overrides)
    words = {**vars(letter), "light": LIGHT, "dark": DARK}
    html = _INLINER.inline(environment.get_template("letter.html.j2").render(words))
    return Rendered(letter.subject, environment.get_template("letter.txt.j2").render(words).strip() + "\n", html)


def confirmation(topics: Sequence[str], url: str, sender: Sender) -> Letter:
    """Asks the owner of an address whether it was they who signed up."""
    return Letter(
        subject=f"{sender.name}: please confirm that you want these emails",
        title="Please confirm that you want these emails",
        before=(
            f"Somebody, we hope you, asked us to send news of {plain.join(list(topics))} to this address.",
            "Open the page below and press the button. Until then we send nothing.",
        ),
        links=(("Confirm on this page", url),),
        after=(
            "The link works for seven days. If it was not you, do nothing: we forget your address after that.",
            plain.NOT_ADVICE,
        ),
    )


def post_letter(
    session: Session,
    letter: Letter,
    *,
    sender: Sender,
    recipient: str,
    subscriber: int,
    kind: str,
    identity: str,
    now: datetime,
    stop: str = "",
    signer: Signer | None = None,
    overrides: Path | None = None,
) -> int | None:
    """Put a letter into the outbox, in the caller's transaction. `identity` makes its Message-ID."""
    message_id = f"<{identity}@{domain(sender)}>"
    rendered = render_letter(letter, overrides)
    row = Message(
        message_id=message_id,
        recipient=recipient,
        subscriber=subscriber,
        kind=kind,
        subject=rendered.subject,
        raw=write(rendered, sender, recipient, message_id, now, stop=stop, signer=signer),
        created_at=now,
        state=State.PENDING.value,
    )
    session.add(row)
    session.flush()
    return row.id
