"""Learn the classifier's weights again from labelled documents and say how right they are on documents not learnt from.

usage: .venv/bin/python bench/train_classifier.py [--write] [--more DOCUMENTS LABELS WATCH]...

The project's own corpus (tests/classify) is always learnt from; its test half never. Each --more adds a set of labelled
documents as JSON lines, whose labels may name their `origin`. Where REGWATCH_EVAL names a folder of such sets, or one
lies beside the repository, its open sets are added. Without --write nothing is changed.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

from regwatch.classify.labelled import Labelled, json_lines, own_corpus, short_cases
from regwatch.classify.training import TRAPS, Row, read_case, scored, train

ROOT = Path(__file__).resolve().parent.parent
TESTS = ROOT / "tests" / "classify"
WEIGHTS = ROOT / "src" / "regwatch" / "classify" / "weights.json"


def main() -> None:
    """Train, print the table, and with --write keep the weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="keep the new weights")
    parser.add_argument("--more", nargs=3, action="append", default=[], type=Path, help="a further labelled set")
    asked = parser.parse_args()
    learnt = [*own_sets(), *(one for paths in asked.more for one in json_lines(*paths)), *beside()]
    cases = [read_case(one) for one in learnt]
    learned, folds = train(cases)
    test = own_corpus(TESTS / "labelled" / "test", TESTS / "labelled" / "test" / "watch.yaml", "own test half")
    print(f"{len(cases)} documents, {len(learned.alone.weights)} + {len(learned.beside.weights)} weights")
    print(f"{'set':22} {'documents':>9} {'':10} {'P':>6} {'R':>6} {'F1':>6} {'false alarms':>13}")
    for name in dict.fromkeys(one.set for one in learnt):
        of_set = [case for case in cases if case.labelled.set == name]
        show(f"{name}, held out", scored(of_set, lambda case: folds[case.labelled.group]))
        show(f"{name}, fitted", scored(of_set, lambda case: learned))
    show("own test half", scored([read_case(one) for one in test], lambda case: learned))
    if asked.write:
        WEIGHTS.write_text(json.dumps(learned.as_json(), indent=1, sort_keys=True) + "\n", "utf-8")
        print(f"written: {WEIGHTS.relative_to(ROOT)}")


def own_sets() -> list[Labelled]:
    """The training half of the project's own corpus, and its short cases."""
    labelled = TESTS / "labelled"
    return [
        *own_corpus(labelled / "train", labelled / "watch.yaml", "own training half"),
        *own_corpus(labelled / "traps", labelled / "watch.yaml", TRAPS),
        *short_cases(TESTS / "cases", TESTS / "watch.yaml"),
    ]


def beside() -> list[Labelled]:
    """The open sets of a folder of labelled documents, if one is there."""
    folder = Path(os.environ.get("REGWATCH_EVAL", ROOT.parent / "shared" / "eval"))
    if not (folder / "labels.jsonl").exists():
        print("no further labelled sets found: learning from the project's own alone", file=sys.stderr)
        return []
    more = folder / "more"
    return [
        *json_lines(folder / "documents.jsonl", folder / "labels.jsonl", folder / "watch.yaml", "dev"),
        *json_lines(more / "documents.jsonl", more / "labels.jsonl", more / "watch.yaml"),
    ]


def show(name: str, rows: list[Row]) -> None:
    """A line for each kind of row."""
    for row in rows:
        rates = " ".join(f"{rate:6.3f}" for rate in row.rates)
        print(f"{name:22} {row.documents:9} {row.what:10} {rates} {row.alarms:13}")
        name = ""


if __name__ == "__main__":
    main()
