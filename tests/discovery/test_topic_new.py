"""From an empty folder to the first baseline: medicines of every kind, asked for over loopback."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.console import Desk
from discovery.standins import VHL, WELIREG, Medicine, standing_in
from regwatch.adapters.registry import CATALOGUE
from regwatch.watchlist import Watchlist, load_watchlist

NEW_AT_EMA = Medicine(
    "Romvimza", "vimseltinib", "Deciphera Pharmaceuticals (Netherlands) B.V.",
    use="Romvimza is indicated for the treatment of adults with tenosynovial giant cell tumour.",
    ema_number="EMEA/H/C/006363", ema_status="Opinion",
)  # fmt: skip
EXTENSION = Medicine(
    "Jemperli", "dostarlimab", "GlaxoSmithKline (Ireland) Limited", ema_number="EMEA/H/C/005204",
    use="Jemperli is indicated as monotherapy for adults with recurrent endometrial cancer.",
    eu_number="EU/1/21/1538", opinion_on="the treatment of adults with locally advanced rectal cancer",
)  # fmt: skip
APPRAISED_ONLY = Medicine(
    "Crysvita", "burosumab",
    appraisals=(
        ("Burosumab for treating X-linked hypophosphataemia in adults [ID3822]", "indevelopment", "gid-ta10700"),
        ("Burosumab for treating tumour-induced osteomalacia [ID9999]", "indevelopment", "gid-ta10701"),
    ),
    scotland=(("SMC2588", "For adults with X-linked hypophosphataemia."),),
)  # fmt: skip
US_ONLY = Medicine("Tazverik", "tazemetostat", "Incyte Corp", fda_number="NDA211723", filings=("879169", "INCYTE CORP"))
TRIAL_ONLY = Medicine(
    "", "zanzalintinib", "Exelixis", "XL092",
    trials=(
        ("NCT05425940", "Study of XL092 and atezolizumab in colorectal cancer", "Colorectal Cancer", "PHASE3"),
        ("NCT03845166", "First study of XL092 in solid tumors and colorectal cancer", "Colorectal Cancer", "PHASE1"),
    ),
)  # fmt: skip


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(tmp_path, capsys, monkeypatch)


def watched(desk: Desk) -> Watchlist:
    return load_watchlist(desk.folder / "sources.yaml", CATALOGUE)


@pytest.mark.parametrize(
    ("medicine", "asked", "disease", "ids", "read"),
    [
        (
            NEW_AT_EMA, "vimseltinib", "tenosynovial giant cell tumour",
            {"ema_product_number": "EMEA/H/C/006363", "ema_epar_url": "romvimza"}, "ema-medicines-vimseltinib",
        ),
        (
            EXTENSION, "Jemperli", "rectal cancer",
            {"ema_product_number": "EMEA/H/C/005204", "ema_epar_url": "jemperli", "ec_register": "EU/1/21/1538",
             "ema_variation_slug": "jemperli"}, "ema-variation-dostarlimab",
        ),
        (
            APPRAISED_ONLY, "burosumab", "X-linked hypophosphataemia", {"nice_gid": "GID-TA10700"}, "nice-burosumab",
        ),
        (US_ONLY, "tazemetostat", "epithelioid sarcoma", {"fda_application": "NDA211723"}, "incyte"),
        (TRIAL_ONLY, "XL092", "colorectal cancer", {"nct": "NCT05425940"}, "trial-zanzalintinib"),
    ],
    ids=["new at EMA", "extension", "appraisal only", "US only", "trial only"],
)  # fmt: skip
def test_a_medicine_is_found_written_and_read_once(
    desk: Desk, medicine: Medicine, asked: str, disease: str, ids: dict[str, str], read: str
) -> None:
    with standing_in(medicine):
        told = desk.tries("topic", "new", asked, disease, "--yes")[1]
    (topic,) = watched(desk).topics
    assert (topic.treatment.inn, dict(topic.ids)) == (medicine.inn, ids)
    assert f"{read}: first look: recorded as the baseline, mailed to nobody" in told
    assert f"{medicine.inn.title()} for {disease}\nAuthority" in told


def test_the_disease_decides_between_two_appraisals_of_one_medicine(desk: Desk) -> None:
    with standing_in(APPRAISED_ONLY):
        desk.tries("topic", "new", "burosumab", "tumour-induced osteomalacia", "--yes", "--no-poll")
    assert watched(desk).topics[0].ids == {"nice_gid": "GID-TA10701"}


def test_what_is_not_plain_is_left_out_and_said(desk: Desk) -> None:
    two = [("NCT05425940", "XL092 in colorectal cancer", "Colorectal Cancer", "PHASE3"),
           ("NCT06000000", "XL092 in colorectal cancer again", "Colorectal Cancer", "PHASE3")]  # fmt: skip
    with standing_in(Medicine("", "zanzalintinib", "Exelixis", "XL092", trials=tuple(two))):
        told = desk.tries("topic", "new", "zanzalintinib", "colorectal cancer", "--yes", "--no-poll")[1]
    assert "nct: not plain which of 2 is meant; left out. Name it with --id:\n  --id nct=NCT05425940   XL092" in told
    assert watched(desk).topics[0].ids == {}


def test_another_brand_of_the_substance_is_not_taken_for_the_one_that_is_meant(desk: Desk) -> None:
    other = Medicine("Cometriq", "cabozantinib", "Ipsen Pharma", ema_number="EMEA/H/C/002640",
                     use="Cometriq is indicated for adults with medullary thyroid carcinoma.")  # fmt: skip
    report = "https://www.ema.europa.eu/en/documents/report/medicines-output-medicines_json-report_en.json"
    from discovery import standins

    rows = json.loads(standins._medicines(other))
    twin = rows["data"][-1] | {"name_of_medicine": "Cabometyx", "ema_product_number": "EMEA/H/C/004163"}
    rows["data"].append(twin)
    rows["meta"]["total_records"] = 3
    with standing_in(other, instead={report: json.dumps(rows).encode()}):
        told = desk.tries("topic", "new", "cabozantinib", "neuroendocrine tumours", "--yes", "--no-poll")[1]
    assert "ema_product_number: not plain which of 2 is meant" in told
    assert watched(desk).topics[0].treatment.brands == ()


def test_comments_stay_and_lists_that_are_there_are_shared(desk: Desk) -> None:
    desk.types("init", "--example")
    before = (desk.folder / "sources.yaml").read_text("utf-8")
    with standing_in(WELIREG):
        told = desk.tries("topic", "new", "Welireg", VHL, "--yes", "--no-poll")[1]
    after = (desk.folder / "sources.yaml").read_text("utf-8")
    assert [line for line in before.splitlines() if "#" in line] == [
        line for line in after.splitlines() if "#" in line and line in before
    ]
    assert "follow it too now: fda-oncology, ema-chmp-highlights, mhra-news" in told
    assert after.count("adapter: mhra_news") == 1
    desk.types("topic", "remove", "belzutifan-von-hippel-lindau-disease", "--yes")
    assert (desk.folder / "sources.yaml").read_text("utf-8") == before


def test_who_cannot_be_reached_is_named_and_so_is_where_a_person_looks(desk: Desk) -> None:
    down = frozenset({"www.ema.europa.eu", "ec.europa.eu"})
    with standing_in(WELIREG, down=down):
        told = desk.tries("topic", "new", "belzutifan", VHL, "--yes", "--no-poll")[1]
    assert "EMA medicines: could not be asked: https://www.ema.europa.eu" in told
    assert "ec_register: the Commission's decisions\n      https://ec.europa.eu/health/documents" in told
    assert watched(desk).topics[0].ids == {"fda_application": "NDA215383", "nct": "NCT03401788"}
    assert "ema_applications" in {source.adapter for source in watched(desk).sources}


def test_names_alone_make_a_good_watchlist_without_a_network(desk: Desk) -> None:
    told = desk.types("topic", "new", "belzutifan", f"{VHL} (VHL)", "--offline", "--yes", "--company", "MSD")
    assert "Next: `regwatch poll`" in told
    assert "good: 1 topic" in desk.types("check")
    assert {source.id for source in watched(desk).sources} >= {"mhra-news", "ema-applications", "merck-co-msd"}


def test_a_second_topic_of_that_name_is_refused(desk: Desk) -> None:
    desk.types("topic", "new", "belzutifan", VHL, "--offline", "--yes")
    before = (desk.folder / "sources.yaml").read_text("utf-8")
    _, _, err = desk.tries("topic", "new", "belzutifan", VHL, "--offline", "--yes")
    assert "there is a topic belzutifan-von-hippel-lindau-disease already" in err
    assert (desk.folder / "sources.yaml").read_text("utf-8") == before


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("topic", "new", "--yes"), "say what to watch: `regwatch topic new MEDICINE DISEASE`"),
        (("topic", "new", "belzutifan", VHL, "--offline"), "nobody is there to answer: give --yes"),
        (("topic", "new", "belzutifan", VHL, "--yes", "--in", "mars"), "'mars' is no place"),
        (("topic", "new", "belzutifan", VHL, "--yes", "--id", "nct"), "'nct' is no NAME=VALUE"),
        (("topic", "new", "belzutifan", VHL, "--yes", "--id", "gid=1"), "there is no identifier 'gid'"),
        (("topic", "new", "bel\x1bzutifan", VHL, "--yes"), "is no name of a medicine"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(desk: Desk, words: tuple[str, ...], complaint: str) -> None:
    code, out, err = desk.tries(*words)
    assert (code, out) == (2, "")
    assert complaint in err
    assert not (desk.folder / "sources.yaml").exists()


def test_nothing_is_written_that_would_not_be_good(desk: Desk) -> None:
    code, _, err = desk.tries("topic", "new", "belzutifan", VHL, "--offline", "--yes", "--name", "Not An Id")
    assert code == 78
    assert "topics[0].id: must be lower-case letters" in err
    assert list(desk.folder.glob("*")) == []


def test_a_dry_run_shows_the_file_and_writes_nothing(desk: Desk) -> None:
    told = desk.types("topic", "new", "belzutifan", VHL, "--offline", "--yes", "--dry-run")
    assert "  - id: belzutifan-von-hippel-lindau-disease\n" in told
    assert not (desk.folder / "sources.yaml").exists()


def test_a_script_gets_one_object(desk: Desk) -> None:
    with standing_in(WELIREG):
        told = json.loads(desk.tries("topic", "new", "Welireg", VHL, "--json", "--no-poll")[1])
    assert (told["topic"], told["ids"]["fda_application"]) == ("belzutifan-von-hippel-lindau-disease", "NDA215383")
    assert set(told["missing"]) == {"ema_variation_slug", "nice_gid", "ema_procedure", "fda_submission"}


def test_a_person_chooses_by_number(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    two = [("NCT05425940", "XL092 in colorectal cancer", "Colorectal Cancer", "PHASE3"),
           ("NCT06000000", "XL092 in colorectal cancer again", "Colorectal Cancer", "PHASE3")]  # fmt: skip
    answers = iter([7, 2])
    monkeypatch.setattr("regwatch.cli.topic_search.a_person_answers", lambda: True)
    monkeypatch.setattr("typer.prompt", lambda *words, **options: next(answers))
    monkeypatch.setattr("typer.confirm", lambda *words, **options: True)
    with standing_in(Medicine("", "zanzalintinib", "Exelixis", "XL092", trials=tuple(two))):
        told = desk.tries("topic", "new", "zanzalintinib", "colorectal cancer", "--no-poll")[1]
    assert "Which is meant for nct (the state of the trial)?" in told
    assert "Write a number from 0 to 2." in told
    assert watched(desk).topics[0].ids == {"nct": "NCT06000000"}


def test_check_says_what_watches_a_topic_and_which_number_differs(desk: Desk) -> None:
    desk.types("topic", "new", "Welireg", VHL, "--offline", "--yes", "--id", "nct=NCT00000001", "--name", "vhl")
    with standing_in(WELIREG):
        told = desk.tries("topic", "check", "vhl")[1]
    assert "nct: the file has NCT00000001; the search found NCT03401788 (A study of belzutifan" in told
    assert "ec_register: the search found EU/1/24/1893 (Welireg (belzutifan)" in told


def test_the_list_counts_what_is_missing(desk: Desk) -> None:
    desk.types("topic", "new", "Welireg", VHL, "--offline", "--yes", "--id", "nct=NCT00000001", "--name", "vhl")
    (row,) = json.loads(desk.types("topic", "list", "--json"))
    assert (row["topic"], row["ids"], "trial-welireg" in row["sources"]) == ("vhl", {"nct": "NCT00000001"}, True)
    assert "nct" not in row["missing"]
    assert "vhl" in desk.types("topic", "list")


def test_the_last_topic_stays(desk: Desk) -> None:
    desk.types("topic", "new", "belzutifan", VHL, "--offline", "--yes", "--name", "vhl")
    assert "vhl is the only topic" in desk.tries("topic", "remove", "vhl", "--yes")[2]
    assert "no topic is called 'other'" in desk.tries("topic", "remove", "other", "--yes")[2]
