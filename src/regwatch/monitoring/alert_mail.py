"""Notices in the operator's words: what it is, what to do, and the mail that tells of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from regwatch import wording
from regwatch.digest.compose import SUBJECT_LIMIT
from regwatch.mail.short_mail import ShortMail
from regwatch.monitoring.checks import ProblemKind
from regwatch.safe_text import one_line
from regwatch.store.tables import AlertRow

_WHAT = {
    ProblemKind.UNREAD: "could not be read for more than a day",
    ProblemKind.LAYOUT: "is not laid out as it was",
    ProblemKind.CRASHED: "makes regwatch itself fail",
    ProblemKind.NETWORK: "No source at all could be reached for more than a day",
    ProblemKind.COUNT: "has more or fewer records than it ever has",
    ProblemKind.OVERFLOW: "turned over between two polls: items may have been missed",
    ProblemKind.SILENCE: "has had nothing new for unusually long",
    ProblemKind.VOCABULARY: "has something that regwatch does not understand",
    ProblemKind.MOVED: "lives at another address now",
    ProblemKind.REVIEW: "Findings wait for a decision",
    ProblemKind.UNDELIVERED: "News has not reached the canary for more than an hour: nobody may be getting mail",
    ProblemKind.SECOND_READER: "The second reader has failed for more than a day",
    ProblemKind.RELAY: "The mail server takes no mail from us",
    ProblemKind.MAILS_FAILED: "Mails failed for good, or are held",
}
_TO_DO = {
    ProblemKind.UNREAD: "Open the address in a browser; docs/how-to/operate.md says what each outcome means.",
    ProblemKind.LAYOUT: "The last good state stands. Update regwatch, or mend the adapter.",
    ProblemKind.CRASHED: "The last good state stands. Update regwatch, or report it with this text.",
    ProblemKind.NETWORK: "See to the network and the name service of the machine: `regwatch doctor` looks at both.",
    ProblemKind.COUNT: "The last good state stands. Look at the page: update regwatch, or mend the adapter.",
    ProblemKind.OVERFLOW: "Look through the publisher's archive for that time, and set a shorter `every` for good.",
    ProblemKind.SILENCE: "Open the page in a browser: it may live elsewhere now.",
    ProblemKind.VOCABULARY: "No status was taken from it. Read the page; words belong into the adapter.",
    ProblemKind.MOVED: "It is still read. Open both, and put the new address into sources.yaml as `url`.",
    ProblemKind.REVIEW: "`regwatch review` shows them.",
    ProblemKind.UNDELIVERED: "`regwatch doctor` says what is wrong; `regwatch digest outbox` what became of each mail.",
    ProblemKind.SECOND_READER: "What the rules say is told without it. "
    "`regwatch doctor` looks whether it can be asked.",
    ProblemKind.RELAY: "Nothing is lost: mails wait. `regwatch doctor` asks the mail server what is wrong.",
    ProblemKind.MAILS_FAILED: "`regwatch digest outbox --failed` shows them; when the cause is gone, "
    "`regwatch digest retry --reason TEXT` sends all again whose answer has this text.",
}

_EVIDENCE = 1000
"""Characters of evidence that are mailed."""


def what(row: AlertRow, publisher: Callable[[str], str]) -> str:
    """One sentence on what is wrong, without a full stop."""
    words = _WHAT[ProblemKind(row.kind)]
    return f"{publisher(row.source)} ({row.source}) {words}" if row.source else words


def letter(begun: Sequence[AlertRow], ended: Sequence[AlertRow], publisher: Callable[[str], str]) -> ShortMail:
    """One mail on everything that has begun or ended since the last; the evidence is scraped, so it is cleaned."""
    subject = _subject(begun, ended, publisher)
    rows = [(what(row, publisher), _evidence(row)) for row in begun]
    rows += [(what(row, publisher), f"This is over; it began on {row.since:%Y-%m-%d}.") for row in ended]
    return ShortMail(
        subject=one_line(subject, SUBJECT_LIMIT),
        title=subject.removeprefix("regwatch: "),
        before=(),
        caption="What has begun or ended since the last mail",
        rows=rows,
        after=("`regwatch status --sources` shows how every source is.",),
    )


def _evidence(row: AlertRow) -> str:
    seen, to_do = one_line(row.evidence, _EVIDENCE), _TO_DO[ProblemKind(row.kind)]
    return f"Since {row.since:%Y-%m-%d %H:%M} UTC. {seen} {to_do}"


def _subject(begun: Sequence[AlertRow], ended: Sequence[AlertRow], publisher: Callable[[str], str]) -> str:
    told = [*begun, *ended]
    if len(told) == 1:
        words = what(told[0], publisher)
        return f"regwatch: {words}" if begun else f"regwatch: over: {words}"
    parts = [f"{len(begun)} to look at"] if begun else []
    parts += [f"{len(ended)} over"] if ended else []
    return f"regwatch: {wording.join(parts)}"
