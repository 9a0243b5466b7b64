"""The answer is read strictly: anything that is not exactly of the form is no answer."""

from __future__ import annotations

import json

import pytest

from regwatch.errors import SecondReaderMalformed
from regwatch.second_reader.model_answer import MOST_EVENTS, content_of, read_answer
from second_reader.server import event

GOOD = event("The European Commission approved it.")


def test_an_answer_of_the_form_is_read() -> None:
    (one,) = read_answer(json.dumps({"events": [GOOD]})).events
    assert (one.authority, one.status, one.quote) == ("EC", "approved", "The European Commission approved it.")
    assert read_answer('{"events": []}').events == ()


@pytest.mark.parametrize("content", [
    "", "none", "I found no events.", "[]", "null", "{}", '{"events": null}', '{"events": {}}', '{"events": [{}]}',
    '```json\n{"events": []}\n```', '{"events": []} That is all.', '{"events": [], "note": "x"}', '{"events": [',
    json.dumps({"events": [{**GOOD, "date": "2025-06-01"}]}),
    json.dumps({"events": [{**GOOD, "quote": None}]}),
    json.dumps({"events": [{**GOOD, "quote": 7}]}),
    json.dumps({"events": [{**GOOD, "quote": "x" * 10_000}]}),
    json.dumps({"events": [GOOD] * (MOST_EVENTS + 1)}),
    '{"events": ' + "[" * 50_000,
    '{"events": [' + '{"a":' * 50_000,
    '{"events": ["\\ud800"]}',
])  # fmt: skip
def test_anything_else_is_none(content: str) -> None:
    with pytest.raises(SecondReaderMalformed, match="is not of the fixed form"):
        read_answer(content)


@pytest.mark.parametrize("body", [
    b"", b"<html>502</html>", b"{}", b'{"choices": []}', b'{"choices": [{"message": {"content": null}}]}',
    b'{"choices": [{"message": {"content": [1]}}]}', b"\xff\xfe", b'{"choices": ' + b"[" * 100_000,
])  # fmt: skip
def test_what_is_no_completion_is_said_without_repeating_it(body: bytes) -> None:
    with pytest.raises(SecondReaderMalformed, match="sent no completion") as caught:
        content_of(body)
    assert "502" not in caught.value.message


def test_what_was_sent_is_not_repeated_in_the_error() -> None:
    with pytest.raises(SecondReaderMalformed) as caught:
        read_answer(json.dumps({"events": [{**GOOD, "mail evil@example.org": "x"}]}))
    assert len(caught.value.message) < 400
