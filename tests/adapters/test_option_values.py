"""No option of any adapter takes a value that it would pass over in silence."""

from __future__ import annotations

import pytest

from regwatch.adapters.registry import CATALOGUE

OPTIONS = [(name, option) for name in CATALOGUE for option in CATALOGUE[name].options]


@pytest.mark.parametrize(("name", "option"), OPTIONS)
def test_an_option_refuses_what_is_no_value_of_it_and_says_what_was_given(name: str, option: str) -> None:
    for wrong in ("?!", ",", "..,.."):
        with pytest.raises(ValueError, match=r"^(must be|'.*' is not) ") as caught:
            CATALOGUE[name].option(option, wrong)
        assert wrong in str(caught.value)


@pytest.mark.parametrize(
    ("name", "option", "value"),
    [
        ("json", "items", "result.items"),
        ("json", "items", "."),
        ("json", "fields", "status, procedure.number"),
        ("globenewswire_org", "organization", "abcdefghij-klmnopqr_st=="),
        ("globenewswire_org", "organization", "abcdefghij-klmnopqr_st%3D%3D"),
        ("globenewswire_org", "issuer", "Ipsen, Ipsen Pharma"),
        ("q4_news", "category", "1cb807d2-208f-4bc3-9133-6a9ad45ac3b0"),
        ("wordpress_news", "posts", "press-release"),
        ("page", "identity", "Status of this project:"),
        ("fda_advisory_calendar", "committee", "Oncologic Drugs"),
    ],
)
def test_what_is_meant_is_taken(name: str, option: str, value: str) -> None:
    assert CATALOGUE[name].option(option, value) == value
