"""A timeline as Markdown or HTML, to stand on a page of somebody's own: each step with what it means and for whom."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from regwatch.digest.for_whom import EXACT
from regwatch.digest.transition_view import TransitionView
from regwatch.ledger.notes import Note
from regwatch.model import Topic

NOT_ADVICE = "This is information, not medical advice. Please talk to your own care team about what it means for you."


@dataclass(frozen=True)
class Timeline:
    """What a timeline tells: steps newest first, what is foreseen in sentences, notes, and where and as of when.

    `past` are the numbers of the steps that another one of the same authority has followed.
    """

    topic: Topic
    steps: Sequence[TransitionView]
    ahead: Sequence[str]
    notes: Sequence[Note]
    as_of: str
    url: str = ""
    past: frozenset[int] = frozenset()

    def of(self, step: TransitionView) -> list[Note]:
        """The notes on one step."""
        return [note for note in self.notes if note.transition == step.id]

    def others(self) -> list[Note]:
        """The notes that are on no step that is shown."""
        shown = {step.id for step in self.steps}
        return [note for note in self.notes if note.transition not in shown]


def _details(told: Timeline, step: TransitionView) -> Iterator[str]:
    if step.meaning:
        yield f"What it meant then: {step.meaning}" if step.id in told.past else step.meaning
    if step.whom.short:
        yield f"For whom: {step.whom.short}."
    if step.whom.words:
        yield f"{EXACT}: {step.whom.words}"
    yield f"{step.announced} {step.standing_words}".strip()


def _told_by(step: TransitionView) -> str:
    if step.source is None:
        return ""
    day = f", {step.source.published}" if step.source.published else ""
    return f"{step.source.publisher}{day}"


def as_markdown(told: Timeline) -> Iterator[str]:
    """The lines of a Markdown page."""
    yield f"## {_md(told.topic.title)}\n"
    for line in told.ahead:
        yield f"- *{_md(line)}*"
    for note in told.others():
        yield f"- {_md(note.words)}"
    for step in told.steps:
        yield f"- **{step.when.told}**: {_md(step.sentence)}"
        for line in (*_details(told, step), *(note.words for note in told.of(step))):
            yield f"  {_md(line)}  "
        if step.source and (by := _told_by(step)):
            yield f"  Source: [{_md(by)}]({step.source.url})" if step.source.url else f"  Source: {_md(by)}"
    link = f" [Newer]({told.url})." if told.url else ""
    yield f"\n*As of {told.as_of}.{link} {NOT_ADVICE}*"


def as_html(told: Timeline) -> Iterator[str]:
    """The lines of a piece of HTML without classes or styles."""
    yield f"<h2>{html.escape(told.topic.title)}</h2>\n<ul>"
    for line in told.ahead:
        yield f"<li><em>{html.escape(line)}</em></li>"
    for note in told.others():
        yield f"<li>{html.escape(note.words)}</li>"
    for step in told.steps:
        yield f"<li><p><strong>{html.escape(step.when.told)}</strong>: {html.escape(step.sentence)}</p>"
        for line in (*_details(told, step), *(note.words for note in told.of(step))):
            yield f"<p>{html.escape(line)}</p>"
        if step.source and (by := _told_by(step)):
            shown = html.escape(by)
            link = f'<a href="{html.escape(step.source.url, quote=True)}">{shown}</a>' if step.source.url else shown
            yield f"<p>Source: {link}</p>"
        yield "</li>"
    newer = f' <a href="{html.escape(told.url, quote=True)}">Newer</a>.' if told.url else ""
    yield f"</ul>\n<p><em>As of {html.escape(told.as_of)}.{newer} {html.escape(NOT_ADVICE)}</em></p>"


def _md(text: str) -> str:
    """Text in which nothing is Markdown or HTML: what is scraped must not become a link or a heading."""
    for sign in "\\`*_[]<>#|":
        text = text.replace(sign, f"\\{sign}")
    return text
