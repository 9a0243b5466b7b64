"""Whatever people do and whenever the daemon runs: everybody is told of what they follow, once, and nobody else is.

A machine of Hypothesis plays readers who join, change, pause, leave and come back, news and its retractions, a mail
server that is away, and a daemon that is off for days or starts anew. A model of a few lines says who is owed what.
"""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlmodel import select

from digest.story import ANA, OTHER, TOPIC
from regwatch.digest.due_digests import enrol
from regwatch.errors import RelayRefused
from regwatch.mail.delivery import recover, send_due
from regwatch.mail.outbox_queries import OutgoingMail
from regwatch.mail.pace import Pace
from regwatch.store.subscriber_tables import Subscriber
from regwatch.store.tables import MessageEvent
from regwatch.subscribers import account, lifecycle
from regwatch.subscribers.choices import Choice, Choices
from subscribers.desk import House

MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None
LISTED = "listed@reader.example"
READERS = ("one@reader.example", "two@reader.example", LISTED)
TOPICS = (TOPIC.id, OTHER.id)
who, what = st.sampled_from(READERS), st.sampled_from(TOPICS)
chosen = st.builds(
    lambda topics, cadences, **more: Choices(
        tuple(Choice(topic, cadence=cadence) for topic, cadence in zip(topics, cadences, strict=False)), **more
    ),
    st.sampled_from([TOPICS, TOPICS[:1], TOPICS[1:]]),
    st.tuples(*[st.sampled_from(["immediately", "daily", "weekly"])] * 2),
    zone=st.sampled_from(["Europe/London", "Pacific/Apia", "America/Sao_Paulo"]),
    at=st.sampled_from(["07:00", "08:30", "20:00"]),
    quiet=st.sampled_from(["", "22-7"]),
    alerts=st.booleans(),
)


@dataclass
class Life:
    """What the model knows of somebody: since which event each topic is theirs, and whether mails flow."""

    follows: dict[str, int] = field(default_factory=dict)
    own: set[str] = field(default_factory=set)
    active: bool = False
    paused: bool = False


@dataclass(frozen=True)
class Line:
    """One line of the log."""

    topic: str
    transition: int
    gone: bool


class Server:
    """A mail server that may be away, and which notes whom it was given mail for."""

    batch = 10
    connections = 1

    def __init__(self) -> None:
        self.pace = Pace()
        self.away = False
        self.to: list[str] = []

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Server]:
        """Answer, unless it is away."""
        if self.away:
            raise RelayRefused("away")
        yield self

    async def hand_over(self, parcel: OutgoingMail) -> str:
        """Take it."""
        self.to.append(parcel.recipient)
        return "taken"


class Mailing(RuleBasedStateMachine):
    """The house, and the model of who is owed what."""

    @initialize()
    def begins(self) -> None:
        self.folder = tempfile.TemporaryDirectory(dir=MEMORY)
        self.house = House(Path(self.folder.name), (replace(ANA, address=LISTED),))
        self.server = Server()
        self.log: dict[int, Line] = {}
        self.told: set[tuple[str, int]] = set()
        self.lives = {address: Life() for address in READERS}
        self.lives[LISTED] = Life({TOPIC.id: 0}, set(), active=True)
        self.restart()

    @property
    def last(self) -> int:
        return max(self.log, default=0)

    def person(self, address: str) -> Subscriber | None:
        with self.house.database.session() as session:
            return lifecycle.by_address(session, address)

    @rule(topic=what)
    def news(self, topic: str) -> None:
        milestone = ("approved", "suspended", "validated")[self.last % 3]
        number = self.house.news(topic=topic, milestone=milestone)
        self.log[self.last + 1] = Line(topic, number, gone=False)

    @precondition(lambda self: self.log)
    @rule(data=st.data())
    def retraction(self, data: st.DataObject) -> None:
        known = sorted({line.transition for line in self.log.values()} - self._gone())
        if known:
            of = data.draw(st.sampled_from(known))
            topic = next(line.topic for line in self.log.values() if line.transition == of)
            self.house.news(topic=topic, kind="retracted", of=of)
            self.log[self.last + 1] = Line(topic, of, gone=True)

    def _gone(self) -> set[int]:
        return {line.transition for line in self.log.values() if line.gone}

    @rule(minutes=st.one_of(st.integers(1, 90), st.integers(90, 6000)))
    def tick(self, minutes: int) -> None:
        self.house.compose(timedelta(minutes=minutes))
        self._look()
        before = len(self.server.to)
        send_due(self.house.database, self.server, self.house.clock)
        for address in self.server.to[before:]:
            assert self.lives[address].active, "nobody who left gets anything"

    @rule(address=who, choices=chosen)
    def sign_up(self, address: str, choices: Choices) -> None:
        life, now = self.lives[address], self.house.clock.now()
        with self.house.database.session() as session:
            consent = lifecycle.ask(session, self.house.links.key, address, choices, "web form", now)
            if consent is None or lifecycle.confirm(session, consent, now) is None:
                return
        if not life.active:
            life.follows, life.own, life.paused = {}, set(), False
        life.active = True
        self._follow(life, {one.topic for one in choices.topics} - life.own)

    @rule(address=who, choices=chosen)
    def change(self, address: str, choices: Choices) -> None:
        life, person = self.lives[address], self.person(address)
        if person is None or address == LISTED or not life.active:
            return
        with self.house.database.session() as session:
            account.change(session, session.merge(person), choices, self.house.clock.now())
        wanted = {one.topic for one in choices.topics}
        life.follows = {topic: since for topic, since in life.follows.items() if topic in wanted}
        self._follow(life, wanted)
        life.own = wanted

    def _follow(self, life: Life, topics: set[str]) -> None:
        life.own |= topics
        for topic in topics:
            life.follows.setdefault(topic, self.last)

    @rule(address=who, topic=st.one_of(st.just(""), what))
    def stop(self, address: str, topic: str) -> None:
        life, person = self.lives[address], self.person(address)
        if person is None or not life.active:
            return
        with self.house.database.session() as session:
            lifecycle.stop(session, session.merge(person), topic, "stopped", self.house.clock.now())
        for one in TOPICS if not topic else (topic,):
            life.follows.pop(one, None)
            life.own.discard(one)
        life.active = bool(topic) and (address == LISTED or bool(life.follows))

    @rule(address=who)
    def less(self, address: str) -> None:
        life, person = self.lives[address], self.person(address)
        if person is not None and life.active:
            with self.house.database.session() as session:
                now = self.house.clock.now()
                account.weekly_instead(session, session.merge(person), "", self.house.watchlist, now)
            life.own |= life.follows.keys()

    @rule(address=who, going_on=st.booleans())
    def pause(self, address: str, going_on: bool) -> None:
        person = self.person(address)
        if person is not None and self.lives[address].active:
            with self.house.database.session() as session:
                merged = session.merge(person)
                lifecycle.resume(session, merged) if going_on else lifecycle.pause(session, merged, None)
            self.lives[address].paused = not going_on

    @rule()
    def mail_server_comes_and_goes(self) -> None:
        self.server.away = not self.server.away

    @rule()
    def restart(self) -> None:
        self.house.database.close()
        del self.house.__dict__["database"]
        enrol(self.house.database.session, self.house.watchlist, self.house.clock.now(), self.house.links.key)
        recover(self.house.database.session, self.house.clock.now())

    def _look(self) -> None:
        """Who has been told of what by the last round, and whether it was theirs."""
        with self.house.database.session() as session:
            rows = {(row.recipient, row.event) for row in session.exec(select(MessageEvent))}
        fresh = rows - self.told
        for address, seq in sorted(fresh, key=lambda row: row[1]):
            life, line = self.lives[address], self.log[seq]
            assert life.active, f"{address} has left, and was told of {seq}"
            assert not life.paused, f"{address} is paused, and was told of {seq}"
            assert life.follows.get(line.topic, seq) < seq, f"{seq} was not for {address}"
            if line.gone:
                assert self._knows(address, line.transition, rows), f"{address} had not been told what {seq} takes back"
        self.told = rows

    def _knows(self, address: str, transition: int, rows: set[tuple[str, int]]) -> bool:
        return any(line.transition == transition and not line.gone and (address, seq) in rows
                   for seq, line in self.log.items())  # fmt: skip

    @invariant()
    def nothing_is_told_but_by_a_round(self) -> None:
        with self.house.database.session() as session:
            assert {(row.recipient, row.event) for row in session.exec(select(MessageEvent))} == self.told

    def teardown(self) -> None:
        if "house" not in self.__dict__:
            return
        try:
            self._settle()
        finally:
            self.house.close()
            self.folder.cleanup()

    def _settle(self) -> None:
        """Let everything that is owed go out, and see that it has."""
        self.server.away = False
        for address in READERS:
            self.pause(address, going_on=True)
        for _ in range(9 * 13):
            self.tick(115)  # a digest for 20:00 is sent until 22:00
        for address, life in self.lives.items():
            for seq, line in self.log.items():
                if life.active and life.follows.get(line.topic, seq) < seq:
                    knows = self._knows(address, line.transition, self.told)
                    taken_back = not line.gone and line.transition in self._gone()
                    # What was taken back before it was told is told to nobody, and neither is that it was taken back.
                    owed = knows if line.gone or taken_back else True
                    assert ((address, seq) in self.told) == owed, f"{address} and {seq}, {line}"


Mailing.TestCase.settings = settings(
    max_examples=7, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
TestMailing = Mailing.TestCase
