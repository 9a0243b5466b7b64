"""A timeline as Markdown or HTML, to stand on a page of somebody's own: each step with what it means and for whom."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from regwatch.digest.background_lines import HEADING, NO_STATUS, BackgroundLine
from regwatch.digest.for_whom import EXACT
from regwatch.digest.render import CHOSEN, FURTHER
from regwatch.digest.transition_view import SourceLink, TransitionView
from regwatch.ledger.notes import Note
from regwatch.model import Topic

NOT_ADVICE = "This is information, not medical advice. Please talk to your own care team about what it means for you."


@dataclass(frozen=True)
class Timeline:
    """What a timeline tells: steps newest first, what is foreseen in sentences, notes, and where and as of when.

    `past` are the numbers of the steps that another one of the same authority has followed; `timing` says by number of
    those that were foreseen how early or late they came. `background` is what changes no status.
    """

    topic: Topic
    steps: Sequence[TransitionView]
    ahead: Sequence[str]
    notes: Sequence[Note]
    as_of: str
    url: str = ""
    past: frozenset[int] = frozenset()
    timing: Mapping[int, str] = field(default_factory=dict)
    background: Sequence[BackgroundLine] = ()

    def of(self, step: TransitionView) -> list[Note]:
        """The notes on one step."""
        return [note for note in self.notes if note.transition == step.id]

    def others(self) -> list[Note]:
        """The notes that are on no step that is shown."""
        shown = {step.id for step in self.steps}
        return [note for note in self.notes if note.transition not in shown]

    @property
    def names(self) -> str:
        """The medicine by its names: `Cabozantinib (Cabometyx)`."""
        brands = ", ".join(self.topic.treatment.brands)
        inn = self.topic.treatment.inn
        return f"{inn[:1].upper()}{inn[1:]}{f' ({brands})' if brands else ''}"

    def details(self, step: TransitionView) -> Iterator[str]:
        """What is told of one step below its sentence, a line each."""
        if step.meaning:
            yield f"What it meant then: {step.meaning}" if step.id in self.past else step.meaning
        if step.whom.short:
            yield f"Whom it concerns: {step.whom.short}."
        if step.whom.words:
            yield f"{EXACT}: {step.whom.words}"
        yield " ".join(part for part in (step.announced, step.standing_words, self.timing.get(step.id, "")) if part)
        yield from (note.words for note in self.of(step))


def _by(source: SourceLink) -> str:
    return f"{source.publisher}, {source.published}" if source.published else source.publisher


def as_markdown(told: Timeline) -> Iterator[str]:
    """The lines of a Markdown page."""
    yield f"## {_md(told.topic.title)}\n\n{_md(told.names)}\n"
    for line in told.ahead:
        yield f"- *{_md(line)}*"
    for note in told.others():
        yield f"- {_md(note.words)}"
    for step in told.steps:
        yield f"- **{step.when.told}**: {_md(step.sentence)}  "
        for line in told.details(step):
            yield f"  {_md(line)}  "
        if step.sources:
            links = (f"[{_md(_by(one))}]({one.url})" if one.url else _md(_by(one)) for one in step.sources)
            yield f"  Read it yourself: {'; '.join(links)}"
    if told.background:
        yield f"\n### {_md(HEADING)}\n\n{_md(NO_STATUS)}\n"
        for item in told.background:
            title = f"[{_md(item.words)}]({item.url})" if item.url else _md(item.words)
            yield f"- {item.label}: {title}. {_md(item.told)}"
    if told.topic.links:
        yield f"\n### {FURTHER}\n\n{CHOSEN}\n"
        yield from (f"- [{_md(title)}]({url})" for title, url in told.topic.links)
    link = f" [Where it stands now]({told.url})." if told.url else ""
    yield f"\n*As of {told.as_of}.{link} {NOT_ADVICE}*"


def as_html(told: Timeline) -> Iterator[str]:
    """The lines of a piece of HTML without classes or styles."""
    yield f"<h2>{html.escape(told.topic.title)}</h2>\n<p>{html.escape(told.names)}</p>\n<ul>"
    for line in told.ahead:
        yield f"<li><em>{html.escape(line)}</em></li>"
    for note in told.others():
        yield f"<li>{html.escape(note.words)}</li>"
    for step in told.steps:
        yield f"<li><p><strong>{html.escape(step.when.told)}</strong>: {html.escape(step.sentence)}</p>"
        for line in told.details(step):
            yield f"<p>{html.escape(line)}</p>"
        if step.sources:
            yield f"<p>Read it yourself: {'; '.join(_link(_by(one), one.url) for one in step.sources)}</p>"
        yield "</li>"
    yield "</ul>"
    if told.background:
        yield f"<h3>{html.escape(HEADING)}</h3>\n<p>{html.escape(NO_STATUS)}</p>\n<ul>"
        for item in told.background:
            yield f"<li>{item.label}: {_link(item.words, item.url)}. {html.escape(item.told)}</li>"
        yield "</ul>"
    if told.topic.links:
        yield f"<h3>{FURTHER}</h3>\n<p>{CHOSEN}</p>\n<ul>"
        yield from (f"<li>{_link(title, url)}</li>" for title, url in told.topic.links)
        yield "</ul>"
    newer = f" {_link('Where it stands now', told.url)}." if told.url else ""
    yield f"<p><em>As of {html.escape(told.as_of)}.{newer} {html.escape(NOT_ADVICE)}</em></p>"


def _link(words: str, url: str) -> str:
    shown = html.escape(words)
    return f'<a href="{html.escape(url, quote=True)}">{shown}</a>' if url else shown


def _md(text: str) -> str:
    """Text in which nothing is Markdown or HTML: what is scraped must not become a link or a heading."""
    for sign in "\\`*_[]<>#|":
        text = text.replace(sign, f"\\{sign}")
    return text
