"""The uses of a Swiss list are cut where a new one begins, and a class of medicines is none."""

from __future__ import annotations

import time

import pytest

from regwatch.adapters.swissmedic.uses import uses


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Leberzellkarzinom, Nierenzellkarzinom", ["Leberzellkarzinom", "Nierenzellkarzinom"]),
        ("Mammakarzinom, inoperables Liposarkom", ["Mammakarzinom", "inoperables Liposarkom"]),
        (
            "Bei Frauen mit fortgeschrittenem, hormonempfindlichem Brustkrebs / Bei fortgeschrittenem Melanom",
            ["Bei Frauen mit fortgeschrittenem, hormonempfindlichem Brustkrebs", "Bei fortgeschrittenem Melanom"],
        ),
        (
            "gut differenzierte (G1 oder G2), nicht funktionelle Tumoren des Darmes, Akromegalie",
            ["gut differenzierte (G1 oder G2), nicht funktionelle Tumoren des Darmes", "Akromegalie"],
        ),
        ("Eierstock-, Eileiter- oder Bauchfellkarzinom", ["Eierstock-, Eileiter- oder Bauchfellkarzinom"]),
        ("Arthritis (der Knie, der Hüfte), Gicht", ["Arthritis (der Knie, der Hüfte)", "Gicht"]),
        ("Behandlung des Krebses (nicht operabel, metastasierend oder beides)", None),
        ("Zytostatikum\nChronische Leukämie (CML)\nGastrointestinale Tumoren\n(siehe Fachinformation)",
         ["Chronische Leukämie (CML)", "Gastrointestinale Tumoren"]),
        ("Onkologikum, Multi-Kinase-Hemmer", []),
        ("Antidépresseur", []),
        ("Parkinson-Therapeutikum", None),
        ("Onkologikum, Hemmer zur Behandlung der Leukämie", ["Hemmer zur Behandlung der Leukämie"]),
        ("Therapie des Bronchialkarzinoms, wenn eine i.v. Chemotherapie nicht angezeigt ist.",
         ["Therapie des Bronchialkarzinoms, wenn eine i.v. Chemotherapie nicht angezeigt ist"]),
        ("Behandlung der Gicht. Bei Kindern nicht indiziert.", ["Behandlung der Gicht"]),
        ("Exempla ist indiziert bei Erwachsenen mit Melanom, das metastasiert ist, oder mit Lymphom.", None),
        ("Psoriasis bei Erwachsenen, Kindern und Jugendlichen, Uveitis",
         ["Psoriasis bei Erwachsenen, Kindern und Jugendlichen", "Uveitis"]),
        ("Maladie de Crohn chez l\u2019adulte, l\u2019enfant et l\u2019adolescent, Uvéite",
         ["Maladie de Crohn chez l'adulte, l'enfant et l'adolescent", "Uvéite"]),
        ("Leucémie myéloïde aiguë (LMA) / Cholangiocarcinome",
         ["Leucémie myéloïde aiguë (LMA)", "Cholangiocarcinome"]),
        ("asthme, polypose, prurigo", ["asthme", "polypose", "prurigo"]),
        ("Exempla ist zugelassen für Erwachsene mit:\n\u2022 Melanom\n\u2022 Lymphom.\n"
         "Exempla ist zugelassen für Kinder mit:\n\u2022 Neuroblastom",
         ["Exempla ist zugelassen für Erwachsene mit: Melanom", "Exempla ist zugelassen für Erwachsene mit: Lymphom",
          "Exempla ist zugelassen für Kinder mit: Neuroblastom"]),
        ("Melanom der Haut \u2022 Lymphom, Myelom oder Leukämie",
         ["Melanom der Haut", "Lymphom, Myelom oder Leukämie"]),
    ],
)  # fmt: skip
def test_a_list_is_cut_where_a_new_use_begins(text: str, found: list[str] | None) -> None:
    assert list(uses(text)) == ([text.rstrip(".")] if found is None else found)


@pytest.mark.parametrize("piece", ["(", ", ", " \u2022 die", "a" * 50 + ", ", "Kern, und ", ". A", "; wenn ", "\n("])
def test_no_cell_takes_long(piece: str) -> None:
    started = time.monotonic()
    uses(piece * 200_000)
    assert time.monotonic() - started < 2
