"""The labelled corpus keeps its own law: format, size, share of texts without news, training and test apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from classify.corpus import cases
from regwatch.classify.labelled import Labelled, json_lines, own_corpus, short_cases
from regwatch.vocabulary import AUTHORITIES, Milestone, Mode

HERE = Path(__file__).parent
FOLDER = HERE / "labelled"
TRAIN = [one for half in ("train", "traps") for one in own_corpus(FOLDER / half, FOLDER / "watch.yaml", half)]
TEST = own_corpus(FOLDER / "test", FOLDER / "test" / "watch.yaml", "test")
EVERY = [*TRAIN, *TEST]
KINDS = {
    "company_press_release", "regulator_notice", "regulator_status_page", "hta_page", "trade_news", "patient_blog",
}  # fmt: skip


def _announces(one: Labelled) -> bool:
    return any(event["mode"] == "announced" for event in one.events)


def test_there_are_five_hundred_documents_of_which_a_third_announces_nothing() -> None:
    assert len(EVERY) >= 500
    assert sum(not _announces(one) for one in EVERY) >= len(EVERY) / 3


def test_training_and_test_share_no_style_sheet_and_no_medicine() -> None:
    styles = [{one.group.partition(" ")[2] for one in half} for half in (TRAIN, TEST)]
    assert not styles[0] & styles[1]
    medicines = [{name for treatment in half[0].watch.treatments for name in treatment.names} for half in (TRAIN, TEST)]
    assert not medicines[0] & medicines[1]


def test_ids_are_unique() -> None:
    ids = [one.announcement.id for one in EVERY]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("one", EVERY, ids=lambda one: one.announcement.id)
def test_a_label_speaks_the_vocabulary_and_names_what_stands_in_the_text(one: Labelled) -> None:
    assert one.announcement.kind in KINDS
    known = {treatment.inn: treatment for treatment in one.watch.treatments}
    low = one.announcement.text.lower()
    for event in one.events:
        assert event["status"] in set(Milestone)
        assert event["mode"] in set(Mode)
        assert event["authority"] in {"", *AUTHORITIES}
        for name in event["treatment"].split("+"):
            assert name == "unnamed" or name in known or event["treatment"] in known
            if name in known:
                assert any(word.lower()[:5] in low for word in known[name].names)


def test_the_short_cases_are_read_with_their_events() -> None:
    found = short_cases(HERE / "cases", HERE / "watch.yaml")
    assert len(found) == sum(case.announced is not None for case in cases())
    assert {event["mode"] for one in found for event in one.events} == {"announced"}


def test_documents_as_json_lines_carry_their_loose_readings(tmp_path: Path) -> None:
    (tmp_path / "d.jsonl").write_text('{"id": "a", "kind": "trade_news", "publisher": "P", "text": "T"}\n', "utf-8")
    (tmp_path / "l.jsonl").write_text(
        '{"id": "a", "sure": false, "events": [{"treatment": "Zelanib", "authority": "CADTH",'
        ' "status": "hta_committee", "mode": "expected"}], "acceptable": [{"instead_of": 0,'
        ' "treatment": "zelanib", "authority": "CADTH", "status": "hta_in_progress", "mode": "announced"}]}\n',
        "utf-8",
    )
    (tmp_path / "w.yaml").write_text("treatments: [{inn: zelanib}]\n", "utf-8")
    (one,) = json_lines(tmp_path / "d.jsonl", tmp_path / "l.jsonl", tmp_path / "w.yaml", "set")
    assert (one.group, one.set, one.sure) == ("P", "set", False)
    assert [event["authority"] for event in one.events] == ["CDA-AMC"]
    assert [event["status"] for event in one.loose] == ["hta_in_progress", "hta_committee"]
