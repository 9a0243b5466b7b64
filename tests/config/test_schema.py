"""The JSON Schema that editors use says the same as the models that decide."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from regwatch.cli.configuration import schema_text
from regwatch.resources import data_file
from regwatch.yaml_core import load_yaml

BROKEN = Path(__file__).parent / "broken"


@pytest.fixture
def validator() -> Draft7Validator:
    schema = json.loads(data_file("sources.schema.json").read_text("utf-8"))
    Draft7Validator.check_schema(schema)
    return Draft7Validator(schema)


def as_plain_yaml(path: Path) -> Any:
    return load_yaml(path.read_text("utf-8"))


def test_the_committed_schema_is_the_generated_one() -> None:
    assert data_file("sources.schema.json").read_text("utf-8") == schema_text()


def test_an_independent_validator_accepts_the_shipped_watchlist(validator: Draft7Validator) -> None:
    assert list(validator.iter_errors(as_plain_yaml(data_file("sources.yaml")))) == []


@pytest.mark.parametrize(
    "name",
    ["unknown_top_key", "unknown_key_misspelt", "missing_parts", "no_terms", "terms_as_text", "title_as_number",
     "id_with_capitals", "interval_in_words", "authorities", "confirm_out_of_range", "enabled_in_words",
     "unknown_cadence", "time_as_number", "adapter_name_with_hyphen", "identifier_as_number"],
)  # fmt: skip
def test_an_editor_marks_what_the_check_refuses(validator: Draft7Validator, name: str) -> None:
    assert list(validator.iter_errors(as_plain_yaml(BROKEN / f"{name}.yaml")))


def test_every_part_has_help_for_the_person_who_types() -> None:
    schema = json.loads(schema_text())
    for part in schema["$defs"].values():
        described = [key for key, value in part["properties"].items() if "description" in value or "$ref" in value]
        assert described == list(part["properties"])
