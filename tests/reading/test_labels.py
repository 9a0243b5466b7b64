"""Labels and values by their words and order alone: one reading, whatever the markup."""

from __future__ import annotations

import pytest

from regwatch.errors import MissingPart
from regwatch.reading.html import fragment
from regwatch.reading.labels import lines_after, need, values

LABELS = ("Status", "Company", "SMC ID")
FORMS = (
    "<dl><dt>Status:</dt><dd>Accepted</dd><dt>SMC ID</dt><dd>SMC1</dd></dl>",
    "<table><tr><th>Status</th><td>Accepted</td></tr><tr><th>SMC ID</th><td>SMC1</td></tr></table>",
    "<div><div><b>Status</b></div><div>Accepted</div><div><b>SMC ID</b></div><div>SMC1</div></div>",
    "<p>Status: Accepted</p><p>SMC ID: SMC1</p>",
    "<p>Status: Accepted<br>SMC ID: SMC1</p>",
)


@pytest.mark.parametrize("markup", FORMS)
def test_the_same_facts_are_read_from_every_form(markup: str) -> None:
    page = fragment(f"<h2>Details</h2>{markup}<h2>More</h2><p>Company: Other</p>")
    assert values(lines_after(page.h2), LABELS) == {"status": "Accepted", "smc id": "SMC1"}


def test_a_label_that_comes_twice_keeps_its_first_value() -> None:
    assert values(["Status", "Accepted", "Company", "A", "Status", "Refused"], LABELS)["status"] == "Accepted"


def test_what_is_at_the_foot_of_the_page_is_no_value() -> None:
    page = fragment("<h2>Details</h2><p>Status</p><p>Accepted</p><footer><p>Contact us</p></footer>")
    assert values(lines_after(page.h2), LABELS) == {"status": "Accepted"}


def test_words_inside_a_paragraph_keep_their_order() -> None:
    page = fragment("<h2>Details</h2><p>one <b>two</b> three</p><script>four</script>")
    assert lines_after(page.h2) == ["one two three"]


def test_a_value_that_must_be_there_is_asked_for_by_name() -> None:
    with pytest.raises(MissingPart, match="Status"):
        need({"smc id": "SMC1"}, "Status")
