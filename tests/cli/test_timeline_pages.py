"""A timeline to paste into a page: what each step means, for whom, who said it, the notes, and as of when."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser

from digest.story import TOPIC
from regwatch.classify.background_kinds import BackgroundKind
from regwatch.cli.timeline_pages import Timeline, as_html, as_markdown
from regwatch.dates import from_iso
from regwatch.digest.background_lines import shown
from regwatch.digest.transition_view import transition_view
from regwatch.ledger.background import BackgroundItem
from regwatch.ledger.entries import Evidence, Transition
from regwatch.ledger.notes import Note
from regwatch.vocabulary import Milestone, Standing

SEEN = datetime(2025, 9, 22, 12, 0, tzinfo=UTC)
USE = "Adults with well differentiated NETs after one earlier treatment."
EVIDENCE = Evidence(1, "ipsen", "Ipsen <b>UK</b>", "https://ipsen.example/a_b", "MHRA *grants* it.", "r", False, SEEN)
MOVED = Transition(
    3, TOPIC.id, "MHRA", None, Milestone.APPROVED, from_iso("2025-09-22"), from_iso("2025-09-22"), SEEN,
    Standing.REPORTED, False, USE, (EVIDENCE,),
)  # fmt: skip
NOTE = Note(1, TOPIC.id, "NICE", 0, SEEN, "We asked [NICE](http://x) on 7 January.")
ON_STEP = Note(2, TOPIC.id, "MHRA", 3, SEEN, "Named patient supply goes on.")


def told(**more: object) -> Timeline:
    step = transition_view(MOVED, TOPIC, "UTC")
    base = Timeline(
        TOPIC, [step], ["Final guidance is awaited."], [NOTE, ON_STEP], "1 October 2025", "https://b.example/t/x"
    )
    return replace(base, **more)  # type: ignore[arg-type]


def test_each_step_says_what_it_means_for_whom_and_who_said_it() -> None:
    page = "\n".join(as_markdown(told()))
    assert "- **22 September 2025**: Ipsen" in page
    assert "This does not yet mean it can be prescribed on the NHS" in page
    assert "Whom it concerns: Adults; earlier treatments: one." in page
    assert f"Whom it concerns, exactly: {USE}" in page
    assert "(https://ipsen.example/a_b)" in page
    assert "We have not seen it on the authority's own page yet." in page


def test_notes_stand_where_they_belong_and_are_marked() -> None:
    lines = list(as_markdown(told()))
    assert lines[2].startswith("- Note by those who run this on NICE, 22 September 2025: We asked")
    assert any(line.startswith("  Note by those who run this, 22 September 2025: Named patient") for line in lines)


def test_further_reading_stands_at_the_end_and_as_the_operators_choice() -> None:
    links = (("How it works [1]", "https://x.example/how"),)
    read = told(topic=replace(TOPIC, links=links))
    page = "\n".join(as_markdown(read))
    assert "### Further reading\n\nChosen by those who run this. No status rests on it." in page
    assert "- [How it works \\[1\\]](https://x.example/how)" in page
    assert '<li><a href="https://x.example/how">How it works [1]</a></li>' in "\n".join(as_html(read))
    assert "Further reading" not in "\n".join(as_html(told()))


def test_it_ends_with_as_of_when_and_where_a_newer_one_is() -> None:
    assert list(as_markdown(told()))[-1].startswith(
        "\n*As of 1 October 2025. [Where it stands now](https://b.example/t/x). This is"
    )
    assert "stands now" not in "\n".join(as_html(told(url="")))


def test_it_names_the_medicine_how_early_a_step_came_and_whose_pages_to_read() -> None:
    more = tuple(replace(EVIDENCE, publisher=f"Paper {n % 4}", url=f"https://paper.example/{n}") for n in range(8))
    step = transition_view(replace(MOVED, evidence=(*MOVED.evidence, *more)), TOPIC, "UTC")
    page = "\n".join(as_markdown(told(steps=[step], timing={3: "This came 8 days early."})))
    assert page.startswith(f"## {TOPIC.title}\n\nCabozantinib (Cabometyx)\n")
    assert "own page yet. This came 8 days early.  \n" in page
    assert "[Paper 0](https://paper.example/0); [Paper 1](https://paper.example/1)\n" in page
    assert "Paper 2" not in page


def test_the_background_stands_below_and_says_that_it_changes_no_status() -> None:
    item = BackgroundItem(1, TOPIC.id, BackgroundKind.TRIAL, "Ipsen", "<i>Results</i> [x](y)", "", "", None, SEEN)
    lines = shown([item, replace(item, title="More", url="https://ipsen.example/1")], "UTC")
    markdown, page = "\n".join(as_markdown(told(background=lines))), "\n".join(as_html(told(background=lines)))
    below = markdown.partition("### Background: none of this changes a status")[2]
    assert "Nothing here is approved or paid for because of it." in below
    assert "- Trial: \\<i\\>Results\\</i\\> \\[x\\](y). Ipsen, seen 22 September 2025" in below
    assert "[More](https://ipsen.example/1)" in below
    assert "<h3>Background: none of this changes a status</h3>" in page
    assert "<i>" not in page
    assert "Background" not in "\n".join(as_html(told()))


def test_nothing_that_a_page_said_becomes_markup() -> None:
    markdown, page = "\n".join(as_markdown(told())), "\n".join(as_html(told()))
    assert "[NICE](http://x)" not in markdown
    assert "<b>" not in markdown.replace("\\<b\\>", "")
    assert "<b>" not in page
    tags: list[str] = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attrs: tags.append(tag)  # type: ignore[method-assign]
    parser.feed(page)
    assert set(tags) == {"h2", "ul", "li", "p", "strong", "em", "a"}


def test_a_step_that_was_overtaken_says_what_it_meant_then() -> None:
    page = "\n".join(as_markdown(told(past=frozenset({3}))))
    assert "What it meant then: If this is confirmed, it is licensed" in page
    assert "What it meant then" not in "\n".join(as_markdown(told()))


def test_it_says_who_announced_a_dated_step_and_when() -> None:
    proof = replace(EVIDENCE, publisher="Ipsen", announced=from_iso("2025-09-23"))
    step = replace(MOVED, announced=from_iso("2025-09-23"), evidence=(proof,))
    shown = transition_view(step, TOPIC, "UTC")
    assert "  Announced by Ipsen on 23 September 2025. Reported" in "\n".join(as_markdown(told(steps=[shown])))
    official = replace(step, evidence=(replace(proof, official=True),))
    assert transition_view(official, TOPIC, "UTC").announced == "Announced by the authority on 23 September 2025."
    assert transition_view(replace(step, date=None), TOPIC, "UTC").announced == "", "the sentence says so"
