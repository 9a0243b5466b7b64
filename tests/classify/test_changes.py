"""From the changes of a source to findings: new statements only, however the page was rearranged."""

from __future__ import annotations

from regwatch.classify.changes import classify, left_unread
from regwatch.classify.products import NAMED_MOST
from regwatch.dates import from_iso
from regwatch.model import Claim, Finding, Indication, Record, Source, Topic, Treatment
from regwatch.polling.diff import diff
from regwatch.vocabulary import Confidence, Milestone, Mode

TOPIC = Topic(
    "cabo-net", "t", Treatment("cabozantinib", ("Cabometyx",)), Indication("neuroendocrine tumours", ("NETs",))
)
SOURCE = Source("nice", "nice_project", "NICE", "https://nice.example", ("cabo-net",), official_for=("NICE",))
IN_PROGRESS = Claim("NICE", Milestone.HTA_IN_PROGRESS, Mode.ANNOUNCED, "In progress", "r")
MEETING = Claim("NICE", Milestone.HTA_COMMITTEE, Mode.EXPECTED, "q", "r", from_iso("2025-09-10"))
HELD = Claim("NICE", Milestone.HTA_COMMITTEE, Mode.BACKGROUND, "q", "r", from_iso("2025-09-10"))


def due(day: str) -> Claim:
    return Claim("NICE", Milestone.HTA_RECOMMENDED, Mode.EXPECTED, day, "r", from_iso(day))


def project(*claims: Claim) -> list[Record]:
    """One record for each claim, as rows of a page."""
    return [
        Record("step", fields=(("row", claim.quote), ("date", str(claim.date))), claims=(claim,)) for claim in claims
    ]


def found(before: list[Record], after: list[Record], source: Source = SOURCE) -> list[Finding]:
    changes = diff([("", one) for one in before], [("", one) for one in after])
    return [one.finding for one in classify(changes, before, after, source, [TOPIC])]


def test_what_a_page_says_for_the_first_time_is_found_with_its_topic() -> None:
    (one,) = found([], project(IN_PROGRESS))
    assert (one.topic, one.treatment, one.milestone) == ("cabo-net", "cabozantinib", Milestone.HTA_IN_PROGRESS)


def test_the_same_statement_in_another_record_is_not_new() -> None:
    moved = [Record("project", "p", claims=(IN_PROGRESS, MEETING))]
    assert found(project(IN_PROGRESS, MEETING), moved) == []


def test_a_meeting_that_moves_from_the_schedule_to_the_timeline_takes_nothing_back() -> None:
    assert [one.mode for one in found(project(MEETING), project(HELD))] == [Mode.BACKGROUND]


def test_a_date_that_moves_says_which_it_replaces() -> None:
    (one,) = found(project(due("2025-11-19")), project(due("2026-01-14")))
    assert one.was is not None
    assert (one.was.iso, one.retracts) == ("2025-11-19", False)


def test_a_date_that_goes_is_taken_back() -> None:
    (one,) = found(project(IN_PROGRESS, due("2025-11-19")), project(IN_PROGRESS))
    assert one.retracts
    assert one.mode is Mode.EXPECTED


def test_a_use_is_ours_only_if_it_names_our_disease() -> None:
    kidney = Claim("EC", Milestone.APPROVED, Mode.ANNOUNCED, "q", "r", indication="renal cell carcinoma")
    ours = Claim("EC", Milestone.APPROVED, Mode.ANNOUNCED, "q", "r", indication="Neuroendocrine tumors (NET) in adults")
    assert [one.topic for one in found(project(kidney), [*project(kidney), *project(ours)])] == ["cabo-net"]
    assert [one.topic for one in found([], project(kidney))] == [""]


def test_the_text_of_a_use_that_is_repaired_tells_the_ledger_nothing() -> None:
    one = Claim("EC", Milestone.APPROVED, Mode.ANNOUNCED, "q", "r", indication="neuroendocrine tumours")
    other = Claim("EC", Milestone.APPROVED, Mode.ANNOUNCED, "q", "r", indication="neuroendocrine tumours (NET)")
    assert found(project(one), project(other)) == []


def test_a_use_in_a_text_that_changed_its_language_is_for_a_person_to_look_at() -> None:
    def listed(language: str, use: str) -> list[Record]:
        claim = Claim("Swissmedic", Milestone.APPROVED, Mode.ANNOUNCED, "q", "r", indication=use)
        return [Record("authorisation", "1", fields=(("Language", language),), claims=(claim,))]

    (one,) = found(listed("de", "Nierenzellkarzinom"), listed("fr", "carcinome rénal, neuroendocrine tumours"))
    assert (one.topic, one.confidence) == ("cabo-net", Confidence.MEDIUM)
    (other,) = found(listed("de", "Nierenzellkarzinom"), listed("de", "neuroendocrine tumours"))
    assert (other.topic, other.confidence) == ("cabo-net", Confidence.HIGH)


def release(text: str) -> list[Record]:
    return [Record("release", "1", title=text, published=from_iso("2025-07-24"), prose=True)]


NEWS = (
    "Maker announced today that the European Commission has approved Cabometyx (cabozantinib) for adults with "
    "neuroendocrine tumours."
)
DENIAL = NEWS.replace("has approved", "has not yet approved")
COMPANY = Source("maker", "feed", "Maker", "https://maker.example", ("cabo-net",))


def approvals(findings: list[Finding]) -> list[Finding]:
    return [one for one in findings if one.milestone is Milestone.APPROVED and one.mode is Mode.ANNOUNCED]


def test_an_announcement_is_read_by_the_language_rules() -> None:
    (one,) = approvals(found([], release(NEWS), COMPANY))
    assert (one.topic, one.authority, one.confidence) == ("cabo-net", "EC", Confidence.HIGH)


def test_an_announcement_that_is_corrected_takes_back_what_it_said() -> None:
    (one,) = approvals(found(release(NEWS), release(DENIAL), COMPANY))
    assert one.retracts


def test_an_edit_that_changes_nothing_of_substance_finds_nothing() -> None:
    assert approvals(found(release(NEWS), release(NEWS + " More about us."), COMPANY)) == []


def test_an_announcement_that_names_no_disease_is_not_sure() -> None:
    (one,) = approvals(found([], release("The European Commission has today approved Cabometyx."), COMPANY))
    assert (one.topic, one.confidence) == ("cabo-net", Confidence.MEDIUM)


def test_another_language_is_for_a_person_to_look_at_whatever_its_words_for_the_disease() -> None:
    german = (
        "EU-Zulassung für Cabometyx\nDie Europäische Kommission hat Cabometyx (Cabozantinib) für die Behandlung von"
        " Erwachsenen mit neuroendokrinen Tumoren zugelassen."
    )
    french = (
        "Cabometyx approuvé en Europe\nLa Commission européenne a approuvé Cabometyx (cabozantinib) pour le traitement"
        " des patients adultes atteints de tumeurs neuroendocrines."
    )
    for text in (german, french):
        (one,) = approvals(found([], release(text), COMPANY))
        assert (one.topic, one.authority) == ("cabo-net", "EC")
        assert one.confidence is not Confidence.HIGH
        assert "text is in" in one.reason


def medicine(*uses: str, day: str = "2016-09-09") -> list[Record]:
    """A medicine's page: one record, the same day for every use."""
    claims = tuple(
        Claim("EC", Milestone.APPROVED, Mode.ANNOUNCED, use, "r", from_iso(day), indication=use, first=from_iso(day))
        for use in uses
    )
    return [Record("medicine", "m", fields=(("uses", " ".join(uses)),), claims=claims)]


def test_a_use_that_joins_others_was_not_authorised_on_the_day_of_the_first() -> None:
    [added] = found(medicine("renal cell carcinoma"), medicine("renal cell carcinoma", "neuroendocrine tumours"))
    assert (added.topic, added.milestone, added.date) == ("cabo-net", Milestone.APPROVED, None)


def test_the_first_uses_of_a_medicine_carry_the_day_of_its_authorisation() -> None:
    [first] = found([], medicine("neuroendocrine tumours"))
    assert first.date == from_iso("2016-09-09")


def test_an_announcement_too_full_of_names_to_be_read_whole_is_said_to_the_operator() -> None:
    full = Record("item", "a", "List", blocks=("Cabometyx " * NAMED_MOST,), prose=True)
    told = left_unread(full, [TOPIC])
    assert told is not None
    assert f"more than {NAMED_MOST} names" in told.what
    assert left_unread(Record("item", "a", "List", blocks=("Cabometyx " * 9,), prose=True), [TOPIC]) is None
    assert left_unread(Record("item", "a", "List", blocks=full.blocks), [TOPIC]) is None
