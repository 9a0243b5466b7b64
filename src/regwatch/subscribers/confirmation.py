"""The mails that ask the owner of an address whether it was they who signed up, or who asked for more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from regwatch import wording
from regwatch.mail.sender import Sender
from regwatch.mail.short_mail import ShortMail
from regwatch.subscribers.choices import Choice, Choices
from regwatch.watchlist import Cadence


def confirmation(choices: Choices, titles: Mapping[str, str], url: str, sender: Sender) -> ShortMail:
    """Asks the owner of an address whether it was they who signed up, and says what they would get.

    `titles` are those of the topics, `url` is the page with the button.
    """
    return ShortMail(
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
            wording.NOT_ADVICE,
        ),
    )


def addition(
    topics: Sequence[Choice], titles: Mapping[str, str], url: str, sender: Sender, *, manage: str
) -> ShortMail:
    """The same for somebody who gets mails already: `topics` are what is new, if anything.

    Confirming adds them and changes nothing else, because somebody else may have filled the form in; to change is what
    the page at `manage` is for.
    """
    change = ("Change what you get", manage)
    if not topics:
        return ShortMail(
            subject=f"{sender.name}: you get these emails already",
            title="You get these emails already",
            before=(
                "Somebody, we hope you, asked us to send you news that you get already. You need do nothing: your "
                "choices stay as they are. On the page below you can change them.",
            ),
            links=(change,),
            after=(wording.NOT_ADVICE,),
        )
    return ShortMail(
        subject=f"{sender.name}: please confirm that you want more of these emails",
        title="Please confirm that you want more of these emails",
        before=(
            _asked(topics, titles),
            "Open the first page below and press the button, and this is added to what you get. Nothing else changes.",
        ),
        caption="What you would get besides",
        rows=_wanted(topics, titles),
        links=(("Confirm on this page", url), change),
        after=(
            "The link works for seven days. If it was not you, do nothing: nothing changes then.",
            wording.NOT_ADVICE,
        ),
    )


def _asked(topics: Sequence[Choice], titles: Mapping[str, str]) -> str:
    named = wording.join([titles[one.topic] for one in topics])
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
        f"; only of {wording.join([wording.short_name(one) for one in choice.authorities])}"
        if choice.authorities
        else ""
    )
    return Cadence(choice.cadence).words + only
