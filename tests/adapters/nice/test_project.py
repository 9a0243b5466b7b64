"""NICE projects: templates, bulk relabels, lagging statuses and the wording of recommendations."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from golden.cases import Case, cases, outcome
from regwatch.adapters.nice.claims import claims
from regwatch.adapters.nice.paragraphs import numbered
from regwatch.adapters.nice.project import ADAPTER, request
from regwatch.adapters.nice.recommendation import NiceOutcome, outcome_of, weigh
from regwatch.adapters.nice.steps import step
from regwatch.dates import from_iso
from regwatch.errors import MissingPart
from regwatch.model import Change, Reading, Record, Source
from regwatch.polling.diff import diff
from regwatch.vocabulary import Milestone, Mode

M = Milestone
CASES = {case.name: case for case in cases() if case.adapter_name == "nice_project"}


def reading(case: Case, body: bytes | None = None) -> Reading:
    found = outcome(case, body)
    assert isinstance(found, Reading), found
    return found


def changes(before: Reading, after: Reading) -> list[Change]:
    return diff([("", record) for record in before.records], [("", record) for record in after.records])


def standing(name: str) -> list[tuple[Milestone, str]]:
    records = reading(CASES[name]).records
    told = (claim for record in records for claim in record.claims if claim.mode is Mode.ANNOUNCED)
    return [(claim.milestone, claim.date.iso if claim.date else "") for claim in told]


def source(**ids: str) -> Source:
    return Source("nice", "nice_project", "NICE", "", ("t",), ids=ids)


def test_the_reference_is_asked_for_in_lower_case() -> None:
    assert request(source(nice_gid="GID-TA11613")).url == "https://www.nice.org.uk/guidance/indevelopment/gid-ta11613"


@pytest.mark.parametrize("gid", ["", "ID6474", "gid-ta11613/../x"])
def test_a_source_without_a_reference_is_refused(gid: str) -> None:
    with pytest.raises(MissingPart, match="nice_gid"):
        request(source(nice_gid=gid))


@pytest.mark.parametrize("other", ["ta11613_v2_lists", "ta11613_v3_next_web"])
def test_another_template_with_new_stakeholders_and_relabelled_decision_changes_nothing(other: str) -> None:
    assert changes(reading(CASES["ta11613_v1_tables"]), reading(CASES[other])) == []


def test_a_closed_consultation_states_what_it_stated_while_open() -> None:
    opened, closed = (reading(CASES[f"consultation_3082_{state}"]).records[0] for state in ("open", "closed"))
    assert opened.claims == closed.claims
    assert dict(opened.fields) == {"Closes": "2025-10-30"}


def test_a_consultation_that_closes_changes_nothing_in_its_data() -> None:
    assert reading(CASES["opening"]) == reading(CASES["opening_closed"])


@pytest.mark.parametrize(
    ("name", "milestone", "day"),
    [
        ("opening", M.HTA_CONSULTATION_OPEN, "2025-10-09"),
        ("scoping", M.HTA_SCOPING, "2022-05-11"),
        ("in_progress_bare", M.HTA_IN_PROGRESS, ""),
        ("status_lags", M.HTA_IN_PROGRESS, "2025-08-04"),
        ("committee_held", M.HTA_COMMITTEE, "2025-09-10"),
        ("draft_guidance_row", M.HTA_CONSULTATION_OPEN, "2025-10-09"),
        ("second_committee", M.HTA_COMMITTEE, "2026-01-14"),
        ("appeal", M.HTA_APPEAL, ""),
        ("suspended", M.HTA_SUSPENDED, "2024-09-11"),
        ("paused_by_covid", M.HTA_SUSPENDED, "2020-05-05"),
        ("resumed", M.HTA_IN_PROGRESS, "2025-02-03"),
        ("discontinued", M.HTA_TERMINATED, "2022-12-21"),
        ("consultation_3082_closed", M.HTA_DRAFT_NOT_RECOMMENDED, ""),
        ("consultation_positive", M.HTA_DRAFT_RECOMMENDED, ""),
        ("final_draft_negative", M.HTA_FINAL_DRAFT_NOT_RECOMMENDED, ""),
        ("final_draft_positive", M.HTA_FINAL_DRAFT_RECOMMENDED, ""),
        ("guidance_recommended", M.HTA_RECOMMENDED, "2026-04-22"),
        ("guidance_restricted", M.HTA_RECOMMENDED_RESTRICTED, "2026-04-22"),
        ("guidance_managed_access", M.HTA_MANAGED_ACCESS, "2026-04-22"),
        ("guidance_not_recommended", M.HTA_NOT_RECOMMENDED, "2026-04-22"),
        ("guidance_terminated", M.HTA_TERMINATED, "2026-04-22"),
    ],
)
def test_each_state_announces_one_milestone(name: str, milestone: Milestone, day: str) -> None:
    assert standing(name) == [(milestone, day)]


@pytest.mark.parametrize(
    "name", ["awaiting_development", "prioritisation", "referred", "unknown_status", "published", "opening_awaited"]
)
def test_states_without_a_milestone_announce_nothing(name: str) -> None:
    assert standing(name) == []


def test_a_planned_step_keeps_its_identity_when_its_date_moves() -> None:
    case = CASES["ta11613_v2_lists"]
    moved = case.page.read_bytes().replace(b"19 November 2025", b"21 January 2026")
    found = [change for change in changes(reading(case), reading(case, moved)) if change.record.kind == "step"]
    assert [(change.before is not None, change.after is not None) for change in found] == [(True, True)]


@pytest.mark.parametrize(
    "label", ["Committee meeting", "Committee meeting: 1", "Committee meeting: 1:", "committee meeting 1"]
)
def test_an_unnumbered_committee_meeting_is_the_first(label: str) -> None:
    assert step(label, "04 March 2026", planned=True) == step("Committee meeting", "4 March 2026", planned=True)


@pytest.mark.parametrize(
    ("words", "milestone"),
    [
        ("Draft guidance: 2", M.HTA_CONSULTATION_OPEN),
        ("Appraisal consultation: 1", M.HTA_CONSULTATION_OPEN),
        ("Draft guidance withdrawn after an error was found", None),
        ("Draft guidance has been delayed; the committee meeting was moved", None),
        ("2nd appraisal committee meeting:", M.HTA_COMMITTEE),
        ("Committee meeting cancelled", None),
        ("Suspended. The company asked for time", M.HTA_SUSPENDED),
        ("Suspended, the company asked for time", M.HTA_SUSPENDED),
        ("Suspended sentences are no status", None),
        ("In progress. In progress", M.HTA_IN_PROGRESS),
        ("In progress. Scoping commenced", M.HTA_SCOPING),
        ("In progress. DHSC referral received", None),
    ],
)
def test_a_row_means_what_its_fixed_phrase_says(words: str, milestone: Milestone | None) -> None:
    assert step(words, "12 January 2023", planned=False).milestone is milestone


@pytest.mark.parametrize(
    ("when", "start"),
    [
        ("04 December 2022 - 31 January 2022", "2022-12-04"),
        ("09 October 2020 (14:00)", "2020-10-09"),
        ("October 2000", "2000-10"),
    ],
)
def test_odd_dates_are_read_as_they_stand(when: str, start: str) -> None:
    assert step("Scoping workshop", when, planned=False).start == from_iso(start)


@pytest.mark.parametrize("when", ["TBC", "", "soon", "31 February 2026"])
def test_a_date_that_cannot_be_read_claims_nothing(when: str) -> None:
    assert claims("Awaiting development", [step("Committee meeting", when, planned=True)]) == ()


@given(st.permutations(["10 September 2025", "17 March 2025", "12 July 2024"]))
def test_the_order_of_rows_does_not_matter(days: list[str]) -> None:
    words = {"10 September 2025": "Committee meeting", "17 March 2025": "Final scope", "12 July 2024": "Draft scope"}
    found = claims("In progress", [step(words[day], day, planned=False) for day in days])
    assert (found[0].milestone, found[0].mode) == (M.HTA_COMMITTEE, Mode.ANNOUNCED)


def test_a_plan_is_never_an_event() -> None:
    planned = [step(words, "01 January 2020", planned=True) for words in ("Committee meeting", "Expected publication")]
    assert {claim.mode for claim in claims("Awaiting development", planned)} == {Mode.EXPECTED}


def test_a_halted_project_foresees_nothing() -> None:
    planned = [step("Expected publication", "01 January 2030", planned=True)]
    assert [claim.milestone for claim in claims("Suspended", planned)] == [M.HTA_SUSPENDED]


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("X is not recommended, within its marketing authorisation, for Y.", NiceOutcome.NOT_RECOMMENDED),
        ("X cannot be recommended for Y.", NiceOutcome.NOT_RECOMMENDED),
        ("The committee is minded not to recommend X for Y.", NiceOutcome.NOT_RECOMMENDED),
        ("X should not be used to treat Y.", NiceOutcome.NOT_RECOMMENDED),
        ("X is recommended, within its marketing authorisation, as an option for Y.", NiceOutcome.RECOMMENDED),
        ("X can be used within its marketing authorisation to treat Y.", NiceOutcome.RECOMMENDED),
        ("X is recommended as an option for Y.", NiceOutcome.POSITIVE),
        ("X is recommended for use within the Cancer Drugs Fund as an option for Y.", NiceOutcome.MANAGED_ACCESS),
        ("X is recommended as an option for Y, only if they have had Z.", NiceOutcome.RESTRICTED),
        ("X can be used only for people who have had Z.", NiceOutcome.RESTRICTED),
        ("X is recommended, within its marketing authorisation, for Y, only if the company provides it according to "
         "the commercial arrangement.", NiceOutcome.RECOMMENDED),
        ("X is recommended, within its marketing authorisation, for Y if the company provides X with the discount "
         "agreed in the patient access scheme.", NiceOutcome.RECOMMENDED),
        ("X is recommended for Y only if the company provides it according to the commercial arrangement and the "
         "person has had Z.", NiceOutcome.POSITIVE),
        ("X is recommended only in research.", NiceOutcome.UNDECIDED),
        ("X can be used for Y but is not recommended for Z.", NiceOutcome.UNDECIDED),
        ("NICE is unable to make a recommendation on X because the company withdrew.", NiceOutcome.TERMINATED),
        ("If several treatments are suitable, discuss their benefits.", NiceOutcome.SILENT),
    ],
)  # fmt: skip
def test_wording_decides_the_outcome(text: str, due: NiceOutcome) -> None:
    assert outcome_of((text,)) is due


def test_the_transitional_paragraph_is_no_recommendation() -> None:
    late = "X is not recommended for people who started in the NHS before; they should be able to continue."
    verdict = weigh([("X can be used, within its marketing authorisation, for Y.",), (late,)])
    assert verdict.outcomes == (NiceOutcome.RECOMMENDED,)


def test_a_gap_in_the_numbers_is_a_broken_page() -> None:
    page = BeautifulSoup("<main><p>1.1 X can be used.</p><p>1.3 X can be used.</p></main>", "lxml")
    with pytest.raises(MissingPart, match=r"1\.1, 1\.3"):
        numbered(page)


def test_a_project_that_became_guidance_is_still_the_same_record() -> None:
    before: Record = reading(CASES["ta11613_v2_lists"]).records[0]
    after = reading(CASES["published"]).records[0]
    assert (before.kind, before.key) == (after.kind, after.key)


def test_the_adapter_waits_for_a_second_poll() -> None:
    """The cache in front of the site serves old and new copies in turn."""
    assert ADAPTER.confirm == 1
