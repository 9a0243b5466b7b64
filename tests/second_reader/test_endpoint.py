"""A server that answers well, late, never, in broken JSON, redirects, refuses, or does not know an option."""

from __future__ import annotations

import asyncio
import gzip
import json
import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from regwatch.clock import DrivenClock
from regwatch.errors import (
    SecondReaderLate,
    SecondReaderMalformed,
    SecondReaderRefused,
    SecondReaderTrouble,
    SecondReaderUnreachable,
)
from regwatch.model import Treatment
from regwatch.second_reader.endpoint import MOST_BYTES, Endpoint
from regwatch.second_reader.question import Question
from second_reader.server import MODEL, Model, Reply, completion

QUESTION = Question(MODEL, (Treatment("cabozantinib"),), "A text.")
KEY = "sk-very-secret"
CLOCK = DrivenClock(datetime(2025, 6, 1, tzinfo=UTC))


def ask(url: str, *, seconds: float = 5.0, key: str = KEY) -> tuple[str, int]:
    """What the endpoint answers, and how many further requests that took."""

    async def run() -> tuple[str, int]:
        endpoint, further = Endpoint(url, key, CLOCK, seconds), 0

        async def again() -> None:
            nonlocal further
            further += 1

        try:
            return await endpoint.ask(QUESTION, again), further
        finally:
            await endpoint.aclose()

    return asyncio.run(run())


def always(*reply: Any) -> Callable[[dict[str, Any]], Reply]:
    return lambda _: reply  # type: ignore[return-value]


def test_a_good_answer_comes_back_and_exactly_the_question_is_sent(model: Model) -> None:
    model.answer = always(*completion("hello"))
    assert ask(model.url) == ("hello", 0)
    (sent,) = model.asked
    assert sent["model"] == MODEL
    assert sent["messages"] == QUESTION.messages
    assert sent["response_format"]["json_schema"]["schema"] == QUESTION.schema
    assert sent["response_format"]["json_schema"]["strict"] is True
    assert sent["temperature"] == 0
    assert set(sent) == {"model", "messages", "response_format", "temperature", "max_tokens"}
    assert model.headers[0]["authorization"] == f"Bearer {KEY}"


def test_without_a_key_none_is_sent(model: Model) -> None:
    model.answer = always(*completion("hello"))
    ask(model.url, key="")
    assert "authorization" not in model.headers[0]


def complains(*names: str) -> Callable[[dict[str, Any]], Reply]:
    """A server that knows none of these options and says so, one at a time."""

    def answer(asked: dict[str, Any]) -> Reply:
        for name in names:
            if name in asked:
                said = {"error": {"message": f"Unsupported parameter: '{name}'", "param": name}}
                return 400, {}, json.dumps(said).encode()
        return completion("hello")

    return answer


@pytest.mark.parametrize(("declined", "further"), [
    (("response_format",), 1), (("temperature",), 1), (("max_tokens",), 1),
    (("max_tokens", "max_completion_tokens", "temperature", "response_format"), 4),
])  # fmt: skip
def test_a_server_that_does_not_know_an_option_is_asked_without_it(
    model: Model, declined: tuple[str, ...], further: int
) -> None:
    model.answer = complains(*declined)
    assert ask(model.url) == ("hello", further)
    assert not set(declined) & set(model.asked[-1])
    assert ("max_completion_tokens" in model.asked[-1]) == (declined == ("max_tokens",))


def test_a_server_that_complains_without_saying_of_what_is_asked_once_more_without_the_form(model: Model) -> None:
    model.answer = always(422, {}, b"")
    with pytest.raises(SecondReaderRefused, match="it does not say why"):
        ask(model.url)
    assert len(model.asked) == 2


def test_one_that_never_answers_is_late(model: Model) -> None:
    model.answer = model.sleeps
    with pytest.raises(SecondReaderLate):
        ask(model.url, seconds=0.1)


def test_nobody_there_is_unreachable() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        with pytest.raises(SecondReaderUnreachable, match="could not be reached"):
            ask(f"http://127.0.0.1:{closed.getsockname()[1]}/v1")


GOOD = completion("hello")[2]
BAD: dict[str, tuple[Reply, type[SecondReaderTrouble], str]] = {
    "html": ((200, {}, b"<html>hi</html>"), SecondReaderMalformed, "sent no completion"),
    "empty": ((200, {}, b""), SecondReaderMalformed, "sent no completion"),
    "cut": ((200, {"Content-Length": "9999", "Connection": "close"}, GOOD), SecondReaderMalformed, "cut off"),
    "huge": ((200, {}, b" " * (MOST_BYTES + 1)), SecondReaderMalformed, "larger than"),
    "bomb": ((200, {"Content-Encoding": "gzip"}, gzip.compress(b" " * 9_000_000)), SecondReaderMalformed, "larger"),
    "brotli": ((200, {"Content-Encoding": "br"}, GOOD), SecondReaderMalformed, "br"),
    "moved": ((307, {"Location": "http://127.0.0.1:9/"}, b""), SecondReaderRefused, "redirects"),
    "key": ((401, {}, b"no"), SecondReaderRefused, "does not take the key"),
    "forbidden": ((403, {}, b"no"), SecondReaderRefused, "does not take the key"),
    "model": ((404, {}, b'{"error": "no such model"}'), SecondReaderRefused, "no such model"),
    "down": ((500, {}, b"oops"), SecondReaderRefused, "HTTP 500"),
    "too often": ((429, {"Retry-After": "120"}, b""), SecondReaderRefused, "come back later"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_answer_is_one_sentence_and_one_request(model: Model, name: str) -> None:
    reply, kind, piece = BAD[name]
    model.answer = always(*reply)
    with pytest.raises(kind, match=piece) as caught:
        ask(model.url)
    assert len(model.asked) == 1
    assert len(caught.value.message) < 500


def test_when_to_come_back_is_taken_from_the_server(model: Model) -> None:
    model.answer = always(*BAD["too often"][0])
    with pytest.raises(SecondReaderRefused) as caught:
        ask(model.url)
    assert caught.value.after == timedelta(minutes=2)


def test_a_server_that_repeats_the_key_does_not_make_us_show_it(model: Model) -> None:
    model.answer = always(500, {}, f"bad key {KEY}\x1b[31m\nSet-Cookie".encode())
    with pytest.raises(SecondReaderRefused) as caught:
        ask(model.url)
    assert KEY not in caught.value.message
    assert caught.value.message.isprintable()


def models(model: Model) -> frozenset[str] | None:
    async def run() -> frozenset[str] | None:
        endpoint = Endpoint(model.url, KEY, CLOCK, 30)
        try:
            return await endpoint.models()
        finally:
            await endpoint.aclose()

    return asyncio.run(run())


def test_the_models_can_be_listed_without_asking_anything(model: Model) -> None:
    assert models(model) == {MODEL}
    assert model.asked == []


@pytest.mark.parametrize("reply", [(404, {}, b""), (405, {}, b""), (200, {}, b"[]"), (200, {}, b"<html>")])
def test_a_server_that_lists_no_models_is_no_worse_for_it(model: Model, reply: Reply) -> None:
    model.models = reply
    assert models(model) is None


def test_a_list_of_models_behind_a_key_says_so(model: Model) -> None:
    model.models = (401, {}, b"")
    with pytest.raises(SecondReaderRefused, match="key"):
        models(model)
