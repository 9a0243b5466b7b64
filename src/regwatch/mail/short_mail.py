"""Mails that are not digests: the confirmation of a sign-up, and "still watching" once a month for those who ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import css_inline
from sqlmodel import Session

from regwatch import plain
from regwatch.digest.compose import CADENCE
from regwatch.digest.render import Rendered, Sender, environment_of
from regwatch.mail.message import domain, write
from regwatch.mail.outbox import State
from regwatch.mail.signing import Signer
from regwatch.palette import DARK, LIGHT
from regwatch.store.tables import Message
from regwatch.subscribers.choices import Choice, Choices
from regwatch.watchlist import Cadence

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


def confirmation(choices: Choices, titles: Mapping[str, str], url: str, sender: Sender) -> Letter:
    """Asks the owner of an address whether it was they who signed up, and says what they would get.

    `titles` are those of the topics, `url` is the page with the button.
    """
    return Letter(
        subject=f"{sender.name}: please confirm that you want these emails",
        title="Please confirm that you want these emails",
        before=(
            _asked(choices.topics, titles),
            "Open the page below and press the button. Until then we send nothing.",
        ),
        caption="What you would get",
        rows=[*_wanted(choices.topics, titles), ("When", _when(choices))],
        links=(("Confirm on this page", url),),
        after=(
            "The link works for seven days. If it was not you, do nothing: we forget your address after that.",
            plain.NOT_ADVICE,
        ),
    )


def addition(topics: Sequence[Choice], titles: Mapping[str, str], url: str, sender: Sender, *, manage: str) -> Letter:
    """The same for somebody who gets mails already: `topics` are what is new, if anything.

    Confirming adds them and changes nothing else, because somebody else may have filled the form in; to change is what
    the page at `manage` is for.
    """
    change = ("Change what you get", manage)
    if not topics:
        return Letter(
            subject=f"{sender.name}: you get these emails already",
            title="You get these emails already",
            before=(
                "Somebody, we hope you, asked us to send you news that you get already. You need do nothing: your "
                "choices stay as they are. On the page below you can change them.",
            ),
            links=(change,),
            after=(plain.NOT_ADVICE,),
        )
    return Letter(
        subject=f"{sender.name}: please confirm that you want more of these emails",
        title="Please confirm that you want more of these emails",
        before=(
            _asked(topics, titles),
            "Open the first page below and press the button, and this is added to what you get. Nothing else changes.",
        ),
        caption="What you would get besides",
        rows=_wanted(topics, titles),
        links=(("Confirm on this page", url), change),
        after=("The link works for seven days. If it was not you, do nothing: nothing changes then.", plain.NOT_ADVICE),
    )


def _asked(topics: Sequence[Choice], titles: Mapping[str, str]) -> str:
    named = plain.join([titles[one.topic] for one in topics])
    return f"Somebody, we hope you, asked us to send news of {named} to this address."


def _when(choices: Choices) -> str:
    """At which hours mails come, in words: digests at theirs, the rest at once except at night."""
    begin, _, end = choices.quiet.partition("-")
    quiet = f", but not between {int(begin):02d}:00 and {int(end):02d}:00" if choices.quiet else ""
    if all(one.cadence == Cadence.IMMEDIATELY for one in choices.topics):
        return f"at once{quiet}, {choices.zone} time"
    alerts = f"; decisions at once{quiet}" if choices.alerts else ""
    return f"at {choices.at}, {choices.zone} time{alerts}"


def _wanted(topics: Sequence[Choice], titles: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(titles[one.topic], _how(one)) for one in topics]


def _how(choice: Choice) -> str:
    """How one topic would be followed."""
    only = (
        f"; only of {plain.join([plain.short_name(one) for one in choice.authorities])}" if choice.authorities else ""
    )
    return CADENCE[Cadence(choice.cadence)] + only


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
