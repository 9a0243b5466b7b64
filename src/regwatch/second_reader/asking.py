"""The second reader as a poll knows it: texts in, opinions out, within the time and the budget, whatever fails."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from regwatch.clock import Clock
from regwatch.errors import SecondReaderLate, SecondReaderMalformed, SecondReaderTrouble
from regwatch.model import Treatment
from regwatch.second_reader.endpoint import Endpoint
from regwatch.second_reader.journal import Budget, Journal
from regwatch.second_reader.model_answer import ModelAnswer, read_answer
from regwatch.second_reader.question import Question
from regwatch.second_reader.verification import VerifiedStep, holds_orders, verify
from regwatch.settings import Settings
from regwatch.store.database import Database


@dataclass(frozen=True)
class SecondOpinion:
    """What the second reader says of one text, verified.

    `discounted` is why it makes nothing surer and holds nothing back, "" where it does.
    """

    readings: tuple[VerifiedStep, ...]
    model: str
    discounted: str = ""


@dataclass(frozen=True)
class Asked:
    """The opinions by text, and in one sentence why some are missing, "" if none is."""

    opinions: Mapping[str, SecondOpinion] = field(default_factory=dict)
    trouble: str = ""


ORDERED = "the text speaks to machines that read it"
CONTRARY = "this reader contradicts the rules too often to count"

NOBODY = Asked()
"""No second reader, or nothing to read."""


@dataclass(frozen=True)
class SecondReader:
    """One model at one endpoint. `read` takes `seconds` at most; of a text `longest` characters are sent."""

    endpoint: Endpoint
    journal: Journal
    clock: Clock
    model: str
    seconds: float
    longest: int

    @classmethod
    def of(cls, settings: Settings, database: Database, clock: Clock) -> SecondReader | None:
        """The one of the settings; None where none is set."""
        if not settings.second_reader_url:
            return None
        return cls(
            endpoint=endpoint_of(settings, clock),
            journal=Journal(
                database, name_of(settings), Budget(settings.second_reader_requests, settings.second_reader_characters)
            ),
            clock=clock,
            model=settings.second_reader_model,
            seconds=settings.second_reader_timeout,
            longest=settings.second_reader_document,
        )

    async def read(self, texts: Iterable[str], treatments: Sequence[Treatment]) -> Asked:
        """An opinion of each text, as far as they can be had in time. Raises no `SecondReaderTrouble`."""
        opinions: dict[str, SecondOpinion] = {}
        waiting, missing = deque(dict.fromkeys(texts)), ""
        try:
            async with asyncio.timeout(self.seconds):
                while waiting:
                    try:
                        opinions[waiting[0]] = await self._opinion(waiting[0], tuple(treatments))
                    except SecondReaderMalformed as trouble:  # of one text: the next may do better
                        missing = await self._note(trouble, 1)
                    waiting.popleft()
        except TimeoutError:
            missing = await self._note(SecondReaderLate(f"it did not answer within {self.seconds:g} s"), len(waiting))
        except SecondReaderTrouble as trouble:
            missing = await self._note(trouble, len(waiting))
        return Asked(opinions, missing)

    async def aclose(self) -> None:
        """Close all connections."""
        await self.endpoint.aclose()

    async def _opinion(self, text: str, treatments: tuple[Treatment, ...]) -> SecondOpinion:
        question = Question(self.model, treatments, text[: self.longest])
        known = await asyncio.to_thread(self.journal.admit, question.key, question.characters, self.clock.now())
        if known is not None:
            return await asyncio.to_thread(self._weighed, read_answer(known), question)

        async def again() -> None:
            await asyncio.to_thread(self.journal.pay, question.characters, self.clock.now())

        answer = read_answer(await self.endpoint.ask(question, again))
        return await asyncio.to_thread(self._kept, answer, question)

    def _kept(self, answer: ModelAnswer, question: Question) -> SecondOpinion:
        opinion = self._weighed(answer, question)
        unverified = len(answer.events) - len(opinion.readings)
        self.journal.answered(question.key, answer.model_dump_json(), unverified, self.clock.now())
        return opinion

    def _weighed(self, answer: ModelAnswer, question: Question) -> SecondOpinion:
        readings = verify(answer, question.text, question.medicines)
        discounted = ORDERED if holds_orders(question.text) else "" if self.journal.believes(self.model) else CONTRARY
        return SecondOpinion(readings, self.model, discounted)

    async def _note(self, trouble: SecondReaderTrouble, documents: int) -> str:
        await asyncio.to_thread(self.journal.troubled, trouble, documents, self.clock.now())
        return f"the second reader was not heard on {documents} of the texts: {trouble.message}"


def endpoint_of(settings: Settings, clock: Clock) -> Endpoint:
    """The way to the reader of the settings."""
    key = settings.second_reader_key.get_secret_value()
    return Endpoint(settings.second_reader_url, key, clock, settings.second_reader_timeout)


def name_of(settings: Settings) -> str:
    """What tells the reader of these settings from others, "" where none is set."""
    return f"{settings.second_reader_url} {settings.second_reader_model}" if settings.second_reader_url else ""
