"""The answer in its fixed form, read strictly: another word, part or type makes it no answer at all."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from regwatch.errors import SecondReaderMalformed

MOST_EVENTS = 20
"""More steps than any announcement tells of; a reader that lists more is out of hand."""

Short = Annotated[str, Field(max_length=200)]
Long = Annotated[str, Field(max_length=4000)]


class NamedStep(BaseModel):
    """One step as the second reader names it; nothing of it is believed yet."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    medicine: Short
    authority: Short
    status: Short
    mode: Short
    indication: Long
    quote: Long


class ModelAnswer(BaseModel):
    """Everything that the second reader says of one text."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    events: Annotated[tuple[NamedStep, ...], Field(max_length=MOST_EVENTS)]


class _Message(BaseModel):
    content: str


class _Choice(BaseModel):
    message: _Message


class _Completion(BaseModel):
    choices: Annotated[tuple[_Choice, ...], Field(min_length=1)]


def content_of(body: bytes) -> str:
    """The text of a completion (`choices[0].message.content`). Raises `SecondReaderMalformed`."""
    try:
        return _Completion.model_validate_json(body).choices[0].message.content
    except ValidationError as error:
        raise SecondReaderMalformed(f"the second reader's server sent no completion: {_why(error)}") from error


def read_answer(content: str) -> ModelAnswer:
    """The answer. Raises `SecondReaderMalformed` for everything that is not exactly of the form."""
    try:
        return ModelAnswer.model_validate_json(content)
    except ValidationError as error:
        raise SecondReaderMalformed(f"the second reader's answer is not of the fixed form: {_why(error)}") from error


def _why(error: ValidationError) -> str:
    """The first fault, without what was sent: that is a stranger's text."""
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    where = ".".join(map(str, first["loc"]))
    return f"{where}: {first['msg']}"[:200] if where else first["msg"][:200]
