"""Laws of the history of a medicine's page, for any page and any order of what can happen to it."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from regwatch.model import Finding
from regwatch.vocabulary import LICENSED, Confidence
from replay.medicine_page import Page, findings, topic

DISEASES = {
    "melanoma": "advanced melanoma",
    "gout": "gout that is not controlled by diet",
    "herpes zoster": "herpes zoster (shingles)",
    "renal cell carcinoma": "advanced renal cell carcinoma (RCC)",
    "cystic fibrosis": "cystic fibrosis",
    "psoriatic arthritis": "active psoriatic arthritis",
}
PATIENTS = (
    "adults", "adults who have received at least one prior therapy", "adults aged 50 years and older",
    "patients aged 12 years and older weighing at least 40 kg", "adults at high risk",
)  # fmt: skip
FORMS = (
    "Exempla is indicated for the treatment of {disease} in {patients}.",
    "Exempla as monotherapy is indicated for {disease} in {patients}.",
    "**{heading}** Exempla is indicated for the treatment of {disease} in {patients}.",
)
KINDS = ("uses", "overview", "words", "points", "menu", "status", "section", "pointer", "rows")
TOPICS = [topic(name) for name in DISEASES]


@st.composite
def pages(draw: st.DrawFn, most: int = 4) -> Page:
    """A whole page: every use of a disease of its own, all of them in the overview."""
    names = draw(st.lists(st.sampled_from(sorted(DISEASES)), min_size=1, max_size=most, unique=True))
    uses = tuple(
        draw(st.sampled_from(FORMS)).format(
            disease=DISEASES[name], heading=name.capitalize(), patients=draw(st.sampled_from(PATIENTS))
        )
        for name in names
    )
    return Page(uses, ("Exempla is used to treat:", *(f"- {DISEASES[name]};" for name in names)))


@st.composite
def damaged(draw: st.DrawFn, page: Page) -> Page:
    """The page with some of its text, menus or marks lost."""
    kind = draw(st.sampled_from(KINDS if page.uses else ("menu", "overview")))
    if kind == "menu":
        return replace(page, menu=True)
    if kind == "overview":
        return replace(page, overview=page.overview[: draw(st.integers(1, len(page.overview)))])
    number = draw(st.integers(0, len(page.uses) - 1))
    use = page.uses[number]
    match kind:
        case "uses":
            kept = draw(st.sets(st.sampled_from(range(len(page.uses)))))
            return replace(page, uses=tuple(page.uses[n] for n in sorted(kept)))
        case "words":
            words = use.split(" ")
            gone = draw(st.sets(st.integers(0, len(words) - 1), max_size=6))
            use = " ".join(word for n, word in enumerate(words) if n not in gone)
        case "points":
            use = use.removesuffix(".")
        case "status":
            return replace(page, status=draw(st.sampled_from(["", "Paused"])))
        case "section":
            return replace(page, uses=())
        case "pointer":
            use = f"{use} For the choice of patients, see section 4.2."
        case "rows":
            return replace(page, facts=page.facts[:1], documents=())
    return replace(page, uses=(*page.uses[:number], use, *page.uses[number + 1 :]))


@st.composite
def histories(draw: st.DrawFn) -> list[Page]:
    """A page, and what it lost and regained."""
    page = draw(pages())
    states = [page]
    for _ in range(draw(st.integers(1, 6))):
        states.append(draw(st.one_of(st.just(page), damaged(page), damaged(page).flatmap(damaged))))
    return [*states, page]


def sure(found: list[Finding]) -> list[Finding]:
    return [one for one in found if one.milestone in LICENSED and one.confidence is Confidence.HIGH]


@settings(deadline=None)
@given(histories())
def test_text_that_is_lost_and_comes_back_is_never_told(states: list[Page]) -> None:
    for page, found in zip(states[1:], findings(states, TOPICS), strict=True):
        assert sure(found) == [], page.markdown


@settings(deadline=None)
@given(histories(), st.data())
def test_a_disease_that_is_added_is_told_or_put_to_a_person_once(states: list[Page], data: st.DataObject) -> None:
    whole = states[-1]
    present = [name for name in DISEASES if any(DISEASES[name] in use for use in whole.uses)]
    added = data.draw(st.sampled_from([name for name in sorted(DISEASES) if name not in present]))
    sentence = FORMS[0].format(disease=DISEASES[added], patients=data.draw(st.sampled_from(PATIENTS)))
    after = replace(whole, uses=(*whole.uses, sentence))
    with_overview = data.draw(st.booleans())
    if with_overview:
        after = replace(after, overview=(*after.overview, f"- {DISEASES[added]};"))
    later = [replace(after, menu=True), replace(after, uses=after.uses[:-1]), after]
    found = findings([*states, after, *later], TOPICS)
    about = [one for state in found for one in state if one.topic == topic(added).id and one.milestone in LICENSED]
    assert len(about) == 1, [state.markdown for state in (whole, after)]
    assert not sure([one for state in found for one in state if one.topic != topic(added).id])


GROWN = (
    ("in adults", "in adults and adolescents aged 12 years and older"),
    ("in adults", "in patients aged 2 years and older"),
    ("aged 50 years", "aged 18 years"),
    ("at least 40 kg", "at least 20 kg"),
    ("at least one prior therapy", "no prior therapy or at least one prior therapy"),
)


@settings(deadline=None)
@given(histories(), st.data())
def test_a_use_that_grows_is_told_or_put_to_a_person_once(states: list[Page], data: st.DataObject) -> None:
    whole = states[-1]
    can = [
        (number, old, new)
        for number, use in enumerate(whole.uses)
        for old, new in GROWN
        if use.count(old) == 1 and not (old == "in adults" and "in adults aged" in use)
    ]
    if not can:
        return
    number, old, new = data.draw(st.sampled_from(can))
    uses = list(whole.uses)
    uses[number] = uses[number].replace(old, new)
    after = replace(whole, uses=tuple(uses))
    mine = next(name for name in DISEASES if DISEASES[name] in uses[number])
    found = findings([*states, after, whole, after, replace(after, menu=True)], TOPICS)
    since = found[len(states) - 1 :]
    about = [one for state in since for one in state if one.topic == topic(mine).id and one.milestone in LICENSED]
    assert len(about) == 1, (whole.uses[number], uses[number], found)
    assert not sure([one for state in found for one in state if one.topic != topic(mine).id])
