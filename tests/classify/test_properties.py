"""What must not change the reading: spelling, case, marks, line breaks, order, boilerplate, other medicines' news."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classify.corpus import WATCH, Case, announced, cases
from regwatch.classify.language import classify_text
from regwatch.model import Announcement

NEWS = [case for case in cases() if case.announced and case.kind in {"company_press_release", "trade_news"}]
QUIET = [case for case in cases() if case.announced == () and case.text]
BOILERPLATE = (
    "\nAbout Norvane\nNorvane is a company. Its Velmora (zelanib) was approved by the FDA in 2016 and by the European"
    " Commission in 2017, and refused by Health Canada.\nForward-looking statements\nThe FDA may reject Lumenta"
    " (orvatamab)."
)


def _british(text: str) -> str:
    pairs = (
        ("authorization", "authorisation"),
        ("authorized", "authorised"),
        ("tumor", "tumour"),
        ("license", "licence"),
    )
    for american, british in pairs:
        text = text.replace(american, british) if american in text else text.replace(british, american)
    return text


def _marked(text: str) -> str:
    return re.sub(r"\b(Velmora|Lumenta|Kesvia|Trovanta|Ondrix|Aurcel)\b(?!\")", "\\1\u00ae", text)


def _trademarked(text: str) -> str:
    return re.sub(r"\b(Velmora|Lumenta|Kesvia|Trovanta|Ondrix|Aurcel)\b(?!\")", "\\1\u2122", text)


def _curly(text: str) -> str:
    return text.replace("'", "\u2019").replace(" - ", " \u2013 ")


def _hard_spaces(text: str) -> str:
    return re.sub(r"(\d) (?=[A-Z])", "\\1\u00a0", text)


def _invisible(text: str) -> str:
    return text.replace("zelanib", "zela\u00adnib").replace("approved", "ap\u200bproved")


def _upper_title(text: str) -> str:
    title, _, rest = text.partition("\n")
    return title.upper() + "\n" + rest


def _unrelated(text: str) -> str:
    return text + "\nThe company has about 2,000 employees in Leiden and Basel."


def _another(text: str) -> str:
    return text + "\nSeparately, Oxbrook said that its own drug Gravixa (tolbirsen) was approved by the FDA today."


def _boilerplate(text: str) -> str:
    return text + BOILERPLATE


CHANGES: dict[str, Callable[[str], str]] = {
    "British and American spelling": _british,
    "a registered mark": _marked,
    "a trade mark": _trademarked,
    "curly quotes and dashes": _curly,
    "hard spaces": _hard_spaces,
    "invisible characters": _invisible,
    "a headline in capitals": _upper_title,
    "an unrelated sentence": _unrelated,
    "another medicine's news": _another,
    "boilerplate": _boilerplate,
}


@pytest.fixture(scope="module")
def plainly() -> dict[str, list[str]]:
    """What each case announces as it stands."""
    return {case.id: sorted(announced(case.findings())) for case in (*NEWS, *QUIET)}


@pytest.mark.parametrize("change", CHANGES.values(), ids=list(CHANGES))
def test_a_change_that_keeps_the_meaning_keeps_the_events(
    plainly: dict[str, list[str]], change: Callable[[str], str]
) -> None:
    changed = {case.id: sorted(announced(case.findings(change(case.text)))) for case in (*NEWS, *QUIET)}
    assert len(changed) == len(NEWS) + len(QUIET) > 150
    assert changed == plainly


@pytest.mark.parametrize(
    "case", [case for case in NEWS if len(case.text) > 150 and case.text.strip().count("\n") == 1], ids=str
)
def test_lines_wrapped_by_a_mailer_read_as_before(case: Case) -> None:
    title, _, body = case.text.partition("\n")
    words, lines = body.split(" "), [""]
    for word in words:
        if len(lines[-1]) + len(word) > 72 and "\n" not in word:
            lines.append("")
        lines[-1] += (" " if lines[-1] else "") + word
    wrapped = title + "\n" + "\n".join(lines)
    if len(lines) >= 3:
        assert sorted(announced(case.findings(wrapped))) == sorted(announced(case.findings()))


def test_bullets_may_stand_in_any_order() -> None:
    case = NEWS[0]
    bullets = [
        "* Norvane says FDA approved Kesvia (tarisotide) for acromegaly",
        "* Says EMA validated the application for Ondrix (melvasiran)",
        "* Says trial of Lumenta (orvatamab) did not meet its primary endpoint",
    ]
    one = "BRIEF-Norvane news\n" + "\n".join(bullets)
    two = "BRIEF-Norvane news\n" + "\n".join(reversed(bullets))
    assert sorted(announced(case.findings(one))) == sorted(announced(case.findings(two)))
    assert "tarisotide FDA approved" in announced(case.findings(one))


@given(st.text(max_size=400))
@settings(max_examples=150, deadline=None)
def test_any_text_can_be_read_and_quotes_stay_verbatim(text: str) -> None:
    for finding in NEWS[0].findings("FDA approves Velmora\n" + text):
        whole = "FDA approves Velmora\n" + text
        assert whole[finding.offset : finding.offset + len(finding.quote)] == finding.quote


@given(st.sampled_from(NEWS))
@settings(max_examples=60, deadline=None)
def test_reading_twice_says_the_same(case: Case) -> None:
    assert case.findings() == case.findings()


HOSTILE = {
    "acts in one sentence": "the fda approved velmora and rejected it ",
    "acts between commas": "fda approves velmora, ema rejects velmora, nice recommends velmora, ",
    "names and nothing else": "velmora zelanib ",
    "names after comparators": "patients treated with velmora versus zelanib ",
    "bodies and nothing else": "fda ema chmp nice mhra european commission ",
    "the word not": "not ",
    "a release told again and again": "The FDA has approved Velmora for lupus. NICE rejected it in May 2025. \n",
}


def _seconds(text: str) -> float:
    """The processor time of one reading."""
    started = time.process_time()
    classify_text(Announcement("hostile", "trade_news", "", "", date(2026, 1, 1), text), WATCH)
    return time.process_time() - started


@pytest.mark.parametrize("piece", HOSTILE.values(), ids=list(HOSTILE))
def test_a_hostile_text_takes_no_more_than_its_length(piece: str) -> None:
    size = 150_000 // len(piece)
    _seconds(piece * 20)  # patterns are compiled
    once, four_times = _seconds(piece * size), _seconds(piece * 4 * size)
    for _ in range(2):  # a busy machine may make one reading slow, not three
        if four_times >= 8 * once:
            once, four_times = min(once, _seconds(piece * size)), min(four_times, _seconds(piece * 4 * size))
    assert four_times < 8 * once
