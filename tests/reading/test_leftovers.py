"""A field that an adapter neither reads nor leaves on purpose is shown to the operator, once, and nothing else is."""

from __future__ import annotations

import json
from typing import Any

import pytest

from golden.cases import Case, cases, outcome
from regwatch.errors import MissingPart
from regwatch.model import Reading
from regwatch.reading.html import fragment
from regwatch.reading.leftovers import UNKNOWN, Facts, terms


def left(fields: dict[str, Any], unread: set[str], *, read: tuple[str, ...] = ()) -> list[str]:
    facts, reading = Facts(fields), Reading()
    for name in read:
        facts.get(name)
    facts.account(reading, unread)
    return sorted(oddity.text for oddity in reading.oddities)


def test_what_is_read_or_left_on_purpose_or_empty_is_no_oddity() -> None:
    assert left({"status": "A", "holder": "Example", "note": ""}, {"holder"}, read=("status",)) == []


def test_what_is_neither_is_one_with_its_name_and_value() -> None:
    assert left({"status": "A", "conditions": "only in hospitals"}, set(), read=("status",)) == [
        "conditions: only in hospitals"
    ]


def test_many_things_with_the_same_new_field_make_one_oddity() -> None:
    reading = Reading()
    for number in range(50):
        Facts({"new": number + 1}).account(reading, ())
    assert [oddity.what for oddity in reading.oddities] == [UNKNOWN]


@pytest.mark.parametrize("value", [None, [], "text", 7, [("a", "b")]])
def test_what_has_no_fields_is_a_missing_part(value: object) -> None:
    with pytest.raises(MissingPart):
        Facts(value)


def test_a_label_of_a_page_that_is_not_known_is_shown() -> None:
    page = fragment("<h1>Advice</h1><dl><dt>Status:</dt><dd>Accepted</dd><dt>Price agreed</dt><dd>Yes</dd></dl>")
    reading = Reading()
    start = page.find("h1")
    assert start is not None
    terms(reading, start, ("Status",))
    assert [oddity.text for oddity in reading.oddities] == ["Price agreed: a label"]


PLACES = {
    "ema_medicines": "data",
    "ema_applications": "data",
    "ema_orphan": "data",
    "ema_post_authorisation": "data",
    "fda_crl": "results",
    "fda_drugsfda": "results",
    "hc_noc": "",
    "tga_artg": "Results",
}
"""Under which key the stored pages of an adapter hold their rows; "" where the page is a list of them."""


def with_a_new_field(case: Case, place: str) -> bytes:
    page = json.loads(case.page.read_text("utf-8-sig"))
    for row in page[place] if place else page:
        row["a_field_of_tomorrow"] = "something new"
    return json.dumps(page, ensure_ascii=False).encode()


@pytest.mark.parametrize("name", PLACES)
def test_an_adapter_of_facts_tells_of_a_new_field(name: str) -> None:
    place = PLACES[name]
    seen = 0
    for case in cases():
        if case.adapter_name != name or case.page.suffix != ".json":
            continue
        before = outcome(case)
        if isinstance(before, Reading) and len(before.records) > (name.startswith("ema_") and name != "ema_medicines"):
            try:
                body = with_a_new_field(case, place)
            except (KeyError, TypeError):
                continue
            after = outcome(case, body)
            assert isinstance(after, Reading), case
            assert [claim for record in after.records for claim in record.claims] == [
                claim for record in before.records for claim in record.claims
            ]
            told = [oddity.text for oddity in after.oddities if oddity.what == UNKNOWN]
            assert told == ["a_field_of_tomorrow: something new"], case
            seen += 1
    assert seen
