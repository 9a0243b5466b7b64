"""How long the classifier takes: a 10 kB release, longer and longer ones, and texts made to be slow.

    python bench/classify.py

Prints medians of processor time over several runs on one core. The texts are composed here; no network, no files.
"""

from __future__ import annotations

import statistics
import time
from datetime import date

from regwatch.classify.language import classify_text
from regwatch.model import Announcement, Treatment

WATCH = (
    Treatment("zelanib", ("Velmora",), ("ZL-101",)),
    Treatment("orvatamab", ("Lumenta",)),
    Treatment("tarisotide", ("Kesvia",)),
)
LEDE = (
    "FDA approves Velmora for gastric cancer\n"
    "BOSTON, May 14, 2026 (GLOBE NEWSWIRE) -- Norvane, Inc. (Nasdaq: NRVN) today announced that the U.S. Food and Drug"
    " Administration (FDA) has approved Velmora (zelanib) for adults with treated, advanced gastric cancer.\n"
)
BODY = (
    "The approval is based on the phase 3 NOVA trial, which enrolled 298 patients and met its primary endpoint.\n"
    "In the trial the median progression-free survival was 13.8 months (95% CI, 9.2-18.5) against 4.4 months on"
    " placebo (HR 0.23; p<0.0001).\n"
    '"This approval offers a new option to people who had few," said the chief medical officer of Norvane, who thanked'
    " the patients and investigators.\n"
    "The most frequent adverse reactions were hypertension, fatigue and diarrhoea; the safety profile was consistent"
    " with earlier studies.\n"
    "Velmora was first approved by the FDA in 2019 for renal cell carcinoma and by the European Commission in 2020.\n"
    "The company will submit the data to the European Medicines Agency this year and expects a decision in 2027.\n"
)


def release(size: int) -> str:
    """A release of about that many characters."""
    return (LEDE + BODY * (size // len(BODY) + 1))[:size]


def seconds(text: str, runs: int = 5, kind: str = "company_press_release") -> float:
    """The median processor time of classifying the text."""
    announcement = Announcement("bench", kind, "Norvane", "", date(2026, 5, 14), text)
    classify_text(announcement, WATCH)
    taken = []
    for _ in range(runs):
        started = time.process_time()
        classify_text(announcement, WATCH)
        taken.append(time.process_time() - started)
    return statistics.median(taken)


def hostile(size: int) -> dict[str, str]:
    """Texts that are bad for patterns that look back or try again."""
    head = "FDA approves Velmora\n"
    return {
        "one long line without a stop": head + "zelanib approved by the fda and " * (size // 32),
        "nested brackets": head + "(" * (size // 2) + ")" * (size // 2),
        "a million digits": head + "1" * size,
        "dates without end": head + "on 14 May 2026, " * (size // 16),
        "open quotations": head + '"approved ' * (size // 10),
        "the word not": head + "not " * (size // 4),
        "authorities": head + "FDA EMA NICE SMC MHRA CHMP " * (size // 27),
        "the medicine's name": head + "Velmora " * (size // 8),
        "bars of a table": head + "Velmora | 1/2/2026 | x\n" * (size // 23),
        "line breaks": head + "\n" * size,
        "spaces": head + " " * size,
        "bullets": head + "- Velmora approved\n" * (size // 19),
        "acts of an appraising body": head + "FDA approved Velmora and NICE recommended zelanib, " * (size // 50),
        "numbered recommendations": head + "1.1 1.2 NICE Velmora is recommended " * (size // 36),
        "acts on an application": head + "withdraw its application for withdraw the " * (size // 42),
        "full stops": head + ". . . . " * (size // 8),
    }


def main() -> None:
    """Print the three tables."""
    print(f"10 kB release: median {seconds(release(10_000), runs=51) * 1000:.2f} ms")
    print("\nlength        seconds   microseconds a kB")
    for size in (10_000, 100_000, 1_000_000, 5_000_000):
        taken = seconds(release(size), runs=3)
        print(f"{size:>9,}  {taken:>9.4f}   {taken * 1e9 / size:>8.1f}")
    print("\nhostile text                       200 kB     400 kB    ratio (2 is linear)")
    for name, text in hostile(200_000).items():
        one = seconds(text, runs=3, kind="trade_news")
        two = seconds(hostile(400_000)[name], runs=3, kind="trade_news")
        print(f"{name:<32}  {one:>7.4f}s   {two:>7.4f}s   {two / max(one, 1e-9):>5.2f}")


if __name__ == "__main__":
    main()
