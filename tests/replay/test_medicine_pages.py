"""Histories of medicine pages: what is told, what goes to a person, and what is no news."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from regwatch.watchlist import Watchlist
from replay.medicine_page import Page, told, topic

NARCOLEPSY = "Exempla is indicated for the treatment of narcolepsy with cataplexy in adults."
THYMIC = (
    "**Thymic carcinoma** Exempla as monotherapy is indicated for the treatment of adult patients with advanced thymic"
    " carcinoma after one prior therapy."
)
DESMOID = "**Desmoid tumours** Exempla as monotherapy is indicated for the treatment of adults with desmoid tumours."
SLEEPY = Page((NARCOLEPSY,), ("Exempla is a medicine used to treat narcolepsy with cataplexy in adults.",))
ONE = Page((THYMIC,), ("Exempla is a cancer medicine used to treat adults with advanced thymic carcinoma.",))
TWO = replace(ONE, uses=(THYMIC, DESMOID))
SUMMARY = "Exempla : CHMP post-authorisation summary of positive opinion"
EC, EMA = "EC", "EMA"


def news(*states: Page, watchlist: Watchlist | None = None) -> list[dict[str, Any]]:
    return [line for line in told(*states, watchlist=watchlist) if line["event"] != "review"]


def milestones(*states: Page, watchlist: Watchlist | None = None) -> list[tuple[str, str, str | None]]:
    found = news(*states, watchlist=watchlist)
    return [(line["authority"], line["milestone"], line["date"]) for line in found]


def swapped(page: Page, old: str, new: str) -> Page:
    """The page with other words in all its texts."""
    assert any(old in use for use in page.uses), old
    return replace(
        page,
        uses=tuple(use.replace(old, new) for use in page.uses),
        overview=tuple(text.replace(old, new) for text in page.overview),
    )


# --- menus, titles, statuses -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("states", [(SLEEPY, "menu"), ("menu", SLEEPY), (SLEEPY, "menu", SLEEPY), ("menu", "menu")])
def test_a_menu_that_comes_or_goes_is_no_news(states: tuple[Page | str, ...]) -> None:
    pages = [replace(SLEEPY, menu=True) if one == "menu" else one for one in states]
    assert told(*(page for page in pages if isinstance(page, Page))) == []


def test_a_decision_under_a_menu_is_told_with_its_day() -> None:
    opinion = replace(
        SLEEPY,
        uses=(),
        status="Opinion",
        overview=("Exempla, intended for the treatment of narcolepsy with cataplexy in adults.",),
        facts=(("Opinion adopted", "26/02/2026"), ("Opinion status", "Positive")),
    )
    issued = (("Marketing authorisation issued", "27/04/2026"), ("Revision", "1"))
    assert milestones(opinion, replace(SLEEPY, menu=True, facts=issued)) == [(EC, "approved", "2026-04-27")]


def test_a_use_that_enters_together_with_a_menu_is_told() -> None:
    [line] = told(ONE, replace(TWO, menu=True))
    assert (line["milestone"], "desmoid" in line["indication"]) == ("approved", True)


@pytest.mark.parametrize(
    "lost",
    [
        replace(ONE, status="Paused"),
        replace(ONE, status=""),
        replace(ONE, uses=()),
        replace(ONE, title=False, name="Exempla"),
    ],
)
def test_a_state_that_cannot_be_read_is_trouble_and_the_last_readable_one_is_compared_with(lost: Page) -> None:
    assert told(ONE, lost, ONE, lost, ONE) == []
    [line] = told(ONE, lost, TWO)
    assert (line["milestone"], "desmoid" in line["indication"]) == ("approved", True)


# --- lost and repaired -----------------------------------------------------------------------------------------------


def test_a_use_that_was_lost_and_comes_back_is_no_news_however_long_it_was_gone() -> None:
    assert told(TWO, ONE, ONE, TWO, ONE, TWO) == []


def test_a_use_that_the_overview_named_from_the_start_is_repaired() -> None:
    listed = replace(
        ONE,
        overview=(
            "Exempla is used to treat adults with:\n\n- advanced thymic carcinoma;\n- desmoid tumours, a type of growth"
            " that can come back.",
        ),
    )
    assert told(listed, replace(listed, uses=(THYMIC, DESMOID))) == []


def test_a_heading_without_its_sentence_is_repaired_where_the_overview_named_the_disease() -> None:
    whole = Page(
        ("**PCD** Long-term treatment of primary ciliary dyskinesia (PCD) in adults.",),
        ("Exempla is used in adults with primary ciliary dyskinesia (PCD).",),
    )
    assert told(replace(whole, uses=("**PCD**",)), whole) == []


def test_a_use_for_younger_patients_than_the_overview_named_is_news_or_for_a_person() -> None:
    page = Page(
        ("Exempla is indicated for the treatment of gout in adults.",), ("Exempla is used to treat gout in adults.",)
    )
    younger = replace(
        page, uses=("Exempla is indicated for the treatment of gout in patients aged 6 years and older.",)
    )
    assert told(page, younger) != []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (" for the treatment of adult", " for treating adult"),
        ("advanced thymic", "advanced thymic "),
        ("carcinoma after", "carcinoma (TC) after"),
        ("one prior therapy", "1 prior therapy"),
        ("therapy.", "therapy (see section 5.1)."),
        ("therapy.", "therapy. For the choice of patients, see section 4.2."),
        ("therapy.", "therapy. Please refer to section 5.1 for further information."),
        ("**Thymic carcinoma** Exempla", "Thymic carcinomaExempla"),
        ("Exempla as", "EXEMPLA as"),
    ],
)
def test_typing_pointers_and_glue_are_no_news(old: str, new: str) -> None:
    changed = replace(TWO, uses=tuple(use.replace(old, new) for use in TWO.uses))
    assert changed != TWO
    assert news(TWO, changed, TWO) == []


def test_two_uses_glued_together_are_the_two_that_they_were() -> None:
    glued = replace(TWO, uses=(f"{THYMIC} {DESMOID}".replace("therapy. ", "therapy "),))
    assert news(TWO, glued, TWO) == []
    [line] = news(ONE, glued)
    assert (line["milestone"], "esmoid" in line["indication"]) == ("approved", True)


# --- wider, narrower -------------------------------------------------------------------------------------------------

MD = Page(
    ("Exempla is indicated for the treatment of muscular dystrophy in patients aged 6 years and older.",),
    ("Exempla is used to treat muscular dystrophy.",),
)
WIDER = {
    "age": (MD, "aged 6 years", "aged 3 years"),
    "months": (MD, "6 years", "18 months"),
    "weight": (
        Page(("Exempla is indicated for the treatment of attacks of angioedema in adults weighing at least 25 kg.",)),
        "25 kg",
        "12 kg",
    ),
    "adolescents": (SLEEPY, "in adults", "in adults and adolescents aged 12 years and older"),
    "course": (Page(("Exempla is indicated for chronic pancreatitis in adults.",)), "chronic", "acute and chronic"),
    "severity": (Page(("Exempla is indicated for severe psoriasis in adults.",)), "severe", "moderate to severe"),
    "line": (
        Page(("Exempla is indicated for melanoma in adults who have received two or more prior therapies.",)),
        "two or more prior therapies",
        "at least one prior therapy",
    ),
    "combination": (
        Page(("Exempla is indicated in combination with placebex for melanoma in adults.",)),
        "in combination with placebex",
        "as monotherapy or in combination with placebex",
    ),
    "without": (
        Page(("Exempla is indicated for haemophilia A without inhibitors in adults.",)),
        "without inhibitors",
        "with or without inhibitors",
    ),
    "class": (
        Page(("Exempla is indicated for pulmonary hypertension of functional class II to III in adults.",)),
        "II to III",
        "II, III and IV",
    ),
    "sex": (Page(("Exempla is indicated for osteoporosis in women at high risk.",)), "women", "men and women"),
}


@pytest.mark.parametrize("what", WIDER)
def test_a_use_that_grows_in_the_same_words_is_told_as_widened(what: str) -> None:
    page, old, new = WIDER[what]
    wider = swapped(page, old, new)
    [line] = told(page, wider)
    assert (line["event"], line["authority"], line["milestone"]) == ("transition", EC, "use_widened")
    assert (line["date"], new in line["indication"]) == (None, True)
    assert told(page, wider, page, wider) == [line]


@pytest.mark.parametrize("what", WIDER)
def test_a_use_that_narrows_is_no_news(what: str) -> None:
    page, old, new = WIDER[what]
    assert news(swapped(page, old, new), page) == []


@pytest.mark.parametrize("dropped", ["previously treated ", " after surgery", "severe "])
def test_a_restriction_that_is_only_gone_goes_to_a_person(dropped: str) -> None:
    page = Page(
        ("Exempla is indicated for melanoma of severe course in previously treated adults after surgery at risk.",)
    )
    lines = told(page, replace(page, uses=(page.uses[0].replace(dropped, ""),)))
    assert [line["event"] for line in lines] == ["review"]


def test_a_wider_use_is_told_to_the_topics_whose_disease_it_concerns_and_to_no_other() -> None:
    page = Page((THYMIC, "Exempla is indicated for the treatment of gout in adults aged 60 years and older."))
    wider = swapped(page, "aged 60 years", "aged 40 years")
    watched = Watchlist((topic("gout"), topic("thymic carcinoma")), ())
    [line] = news(page, wider, watchlist=watched)
    assert (line["milestone"], "gout" in line["indication"]) == ("use_widened", True)


def test_a_disease_that_joins_an_older_sentence_is_approved_and_is_nothing_to_the_older_disease() -> None:
    page = Page(("Exempla is indicated for the treatment of gout in adults.",))
    joined = swapped(page, "gout", "gout and psoriasis")
    watched = Watchlist((topic("gout"), topic("psoriasis")), ())
    [line] = news(page, joined, watchlist=watched)
    assert (line["milestone"], line["treatment"]) == ("approved", "exemplanib")


def test_each_widening_is_told_once() -> None:
    first, second = swapped(MD, "6 years", "3 years"), swapped(MD, "6 years", "2 years")
    assert [line["milestone"] for line in told(MD, first, MD, second, first, second)] == ["use_widened"] * 2


# --- overview and documents ------------------------------------------------------------------------------------------

NEW_IN_OVERVIEW = "Exempla is also used to treat adults with desmoid tumours."


def test_a_disease_that_only_the_overview_names_goes_to_a_person_and_its_use_is_told_when_it_is_granted() -> None:
    ahead = replace(ONE, overview=(*ONE.overview, NEW_IN_OVERVIEW))
    lines = told(ONE, ahead, replace(ahead, uses=(THYMIC, DESMOID)))
    assert [(line["event"], line["milestone"]) for line in lines] == [
        ("review", "approved"),
        ("transition", "approved"),
    ]


def test_an_overview_and_a_summary_of_an_opinion_together_are_told() -> None:
    both = replace(ONE, overview=(*ONE.overview, NEW_IN_OVERVIEW), documents=(SUMMARY,))
    [line] = told(ONE, both)
    assert (line["event"], line["milestone"], "desmoid" in line["indication"]) == ("transition", "approved", True)


def test_a_summary_of_an_opinion_that_appears_alone_goes_to_a_person_once() -> None:
    later = replace(ONE, documents=(SUMMARY,))
    lines = told(ONE, later, ONE, later)
    assert [(line["event"], line["authority"], line["milestone"]) for line in lines] == [
        ("review", EMA, "opinion_positive")
    ]


def test_a_summary_that_comes_with_the_use_it_is_about_is_explained() -> None:
    assert [line["event"] for line in told(ONE, replace(TWO, documents=(SUMMARY,)))] == ["transition"]


# --- conditions, ends, days ------------------------------------------------------------------------------------------

CONDITION = ("Conditional approval", "This medicine received a conditional marketing authorisation.")
CONDITIONAL = replace(
    SLEEPY,
    facts=(CONDITION, *SLEEPY.facts),
    overview=(*SLEEPY.overview, "Exempla has been given 'conditional authorisation'."),
)


def test_a_conditional_approval_that_is_converted_is_told_with_its_day() -> None:
    switched = "This was switched to a standard marketing authorisation on 11 May 2026."
    standard = replace(SLEEPY, overview=(*SLEEPY.overview, switched))
    assert milestones(CONDITIONAL, standard, CONDITIONAL, standard) == [(EC, "approved", "2026-05-11")]


def test_a_page_that_lost_the_row_of_its_condition_is_no_news() -> None:
    assert told(CONDITIONAL, replace(CONDITIONAL, facts=SLEEPY.facts), CONDITIONAL) == []


def test_a_condition_of_which_nothing_is_left_goes_to_a_person() -> None:
    [line] = told(CONDITIONAL, SLEEPY)
    assert (line["event"], line["milestone"]) == ("review", "approved")


@pytest.mark.parametrize(
    ("status", "milestone", "sentence"),
    [
        ("Withdrawn", "authorisation_withdrawn", "On 16 April 2026, the European Commission withdrew the marketing"
         " authorisation for Exempla at the request of its holder."),
        ("Withdrawn", "authorisation_withdrawn", "The marketing authorisation was withdrawn by the European Commission"
         " on 16 April 2026."),
        ("Suspended", "suspended", "On 16 April 2026, the European Commission suspended the marketing authorisation."),
    ],
)  # fmt: skip
def test_the_day_on_which_an_authorisation_ended_is_taken_from_the_overview(
    status: str, milestone: str, sentence: str
) -> None:
    ended = replace(SLEEPY, status=status, overview=(sentence, "Exempla was authorised on 9 November 2023."))
    assert milestones(SLEEPY, ended) == [(EC, milestone, "2026-04-16")]


def test_a_medicine_that_is_given_to_nobody_directly_has_a_state_all_the_same() -> None:
    precursor = Page(
        ("Exempla is a precursor for radiolabelling. It is not intended to be given to patients directly.",),
        ("Exempla is a precursor.",),
    )
    ended = replace(precursor, status="Withdrawn")
    assert milestones(precursor, ended) == [(EC, "authorisation_withdrawn", None)]


def test_a_use_that_joins_others_has_no_day_and_the_first_ones_have_that_of_the_authorisation() -> None:
    assert milestones(ONE, TWO) == [(EC, "approved", None)]


def test_an_authorisation_that_is_given_back_after_a_suspension_has_no_day() -> None:
    assert milestones(ONE, replace(ONE, status="Suspended"), ONE)[-1] == (EC, "approved", None)
