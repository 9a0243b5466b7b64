"""A round of sending: what it reads ahead, in which order it sends, over how many connections, and how fast."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from digest.story import NOW
from mail.relay import Relay, running
from mail.test_delivery import fill, rows, states
from regwatch.clock import DrivenClock
from regwatch.errors import RelayRefused
from regwatch.mail import outbox, outbox_leases, outbox_leaving
from regwatch.mail.delivery import DeliveryTally, deliver, recover
from regwatch.mail.pace import Pace
from regwatch.mail.smtp import SmtpServer, SmtpTransport
from regwatch.mail.transport import Connection
from regwatch.store.database import Database

READERS = [f"reader{n}@example.org" for n in range(120)]


def way(relay: Relay, *, connections: int = 1, pace: Pace | None = None) -> SmtpTransport:
    plain = SmtpServer("127.0.0.1", relay.port, "news@charity.example", tls="none")
    return SmtpTransport(plain, connections=connections, pace=pace)


def send(database: Database, transport: SmtpTransport, clock: DrivenClock | None = None, **more: Any) -> DeliveryTally:
    return asyncio.run(deliver(database, transport, clock or DrivenClock(NOW), **more))


def ahead(database: Database, holder: str, *, after: timedelta = timedelta(0), most: int = 100) -> list[str]:
    with database.session() as session:
        found = outbox_leases.read_ahead(session, holder, NOW + after, most)
    return [mail.recipient for mail in found]


def mine() -> str:
    return outbox_leases.new_holder()


def test_a_decision_that_comes_during_a_long_round_leaves_before_the_digests_that_wait(database: Database) -> None:
    fill(database, *READERS)
    clock = DrivenClock(NOW)

    def decide(_: str) -> str:
        if len(relay.mails) == 4:
            clock.set(NOW + timedelta(seconds=11))
            with database.session() as session:
                outbox.enqueue(
                    session, "urgent@example.org", [500], kind="immediately", subject="s", identity="<u>", raw=b"\r\n",
                    now=NOW,
                )  # fmt: skip
        return "250 OK"

    with running(Relay(data=decide)) as relay:
        assert send(database, way(relay), clock) == DeliveryTally(accepted=121)
    assert relay.to == [*READERS[:5], "urgent@example.org", *READERS[5:]]


def test_a_round_goes_on_with_what_comes_meanwhile(database: Database) -> None:
    fill(database, *READERS[:3])

    def more(_: str) -> str:
        if len(relay.mails) == 2:
            with database.session() as session:
                outbox.enqueue(
                    session, "late@example.org", [9], kind="daily", subject="s", identity="<l>", raw=b"\r\n", now=NOW
                )  # fmt: skip
        return "250 OK"

    with running(Relay(data=more)) as relay:
        assert send(database, way(relay)) == DeliveryTally(accepted=4)


def test_of_each_connection_one_mail_at_most_is_on_its_way(database: Database) -> None:
    fill(database, *READERS)
    on_their_way: list[int] = []

    def look(_: str) -> str:
        on_their_way.append(states(database).count("sending"))
        return "250 OK"

    with running(Relay(data=look)) as relay:
        assert send(database, way(relay, connections=4)) == DeliveryTally(accepted=120)
    assert sorted(relay.to) == sorted(READERS)
    assert max(on_their_way) == 4
    assert relay.connections == 4
    on_their_way.clear()
    fill(database, *(f"again-{one}" for one in READERS[:20]))
    with running(Relay(data=look)) as relay:
        send(database, way(relay))
    assert set(on_their_way) == {1}


def test_a_server_that_takes_fewer_connections_gets_all_mails_over_those(database: Database) -> None:
    fill(database, *READERS)

    class Crowded(SmtpTransport):
        opened = 0

        @asynccontextmanager
        async def open(self) -> AsyncIterator[Connection]:
            if self.opened == 2:
                raise RelayRefused("too many connections", code=421)
            async with super().open() as connection:
                self.opened += 1
                yield connection

    with running(Relay()) as relay:
        crowded = Crowded(SmtpServer("127.0.0.1", relay.port, "news@charity.example", tls="none"), connections=4)
        crowded.batch = 1000
        assert send(database, crowded) == DeliveryTally(accepted=120)
    assert sorted(relay.to) == sorted(READERS)


@pytest.mark.parametrize("stage", ["rcpt", "data"])
@pytest.mark.parametrize("reply", ["550 no", "550 5.1.1 User unknown"])
def test_a_server_that_refuses_everything_over_several_connections_fails_no_mail(
    database: Database, stage: str, reply: str
) -> None:
    fill(database, *READERS)
    with running(Relay(**{stage: lambda _: reply})) as relay:  # type: ignore[arg-type]
        tally = send(database, way(relay, connections=5))
        assert f"refused {outbox.REFUSALS_IN_A_ROW} mails in a row" in tally.relay
        assert (tally.failed, states(database)) == (0, ["pending"] * 120)
    with running(Relay()) as relay:
        assert send(database, way(relay, connections=5), DrivenClock(NOW + timedelta(hours=1))).accepted == 120


def test_one_refusal_of_many_over_several_connections_fails_that_mail_alone(database: Database) -> None:
    fill(database, *READERS)
    with running(Relay(rcpt=lambda to: "550 no" if to == READERS[50] else "250 OK")) as relay:
        assert send(database, way(relay, connections=3)) == DeliveryTally(accepted=119, failed=1)


def test_what_is_read_ahead_is_left_alone_by_others_until_its_lease_is_over(database: Database) -> None:
    fill(database, *READERS[:4])
    assert ahead(database, mine(), most=3) == READERS[:3]
    assert ahead(database, mine()) == READERS[3:4]
    assert ahead(database, mine()) == []
    assert ahead(database, mine(), after=outbox_leases.LEASE) == READERS[:4]
    assert states(database) == ["pending"] * 4


def test_what_another_sender_has_read_ahead_is_claimed_by_nobody_else(database: Database) -> None:
    fill(database, *READERS[:1])
    ahead(database, holder := mine())
    with database.session() as session:
        assert not outbox.claim(session, 1, NOW, holder=mine())
        assert outbox.claim(session, 1, NOW, holder=holder)
        assert not outbox.claim(session, 1, NOW, holder=holder)


def test_a_stopped_round_leaves_what_it_had_read_to_others(database: Database) -> None:
    fill(database, *READERS)
    with running(Relay()) as relay:
        send(database, way(relay), stop=lambda: len(relay.mails) >= 2)
    assert {(row.leased_by, row.leased_until) for row in rows(database)} == {("", None)}
    assert len(ahead(database, mine(), most=1000)) == 118


def test_what_a_killed_process_had_read_ahead_waits_as_before_at_the_next_start(database: Database) -> None:
    fill(database, *READERS[:3])
    ahead(database, holder := mine())
    with database.session() as session:
        assert outbox.claim(session, 1, NOW, holder=holder)
    assert recover(database.session, NOW) == 1
    assert states(database) == ["unknown", "pending", "pending"]
    assert ahead(database, mine()) == READERS[1:3]


def test_what_was_read_ahead_when_the_machine_lost_its_power_counts_as_perhaps_sent(database: Database) -> None:
    if database.engine.dialect.name != "sqlite":
        pytest.skip("a server keeps what was committed")
    fill(database, *READERS[:3])
    ahead(database, "another-start/0123", most=2)
    with database.session() as session:
        assert outbox.recover(session, NOW) == 2
    assert states(database) == ["unknown", "unknown", "pending"]
    assert ahead(database, mine(), after=timedelta(minutes=29)) == READERS[2:3]


def test_who_leaves_after_their_mail_was_read_ahead_gets_none(database: Database) -> None:
    fill(database, *READERS[:6])
    with database.session() as session:
        for row in rows(database):
            row.subscriber = row.id
            session.merge(row)

    def leave(_: str) -> str:
        with database.session() as session:
            outbox_leaving.withdraw(session, 4, "they left", NOW)
        return "250 OK"

    with running(Relay(data=leave)) as relay:
        assert send(database, way(relay)) == DeliveryTally(accepted=5)
    assert READERS[3] not in relay.to


@dataclass
class Seconds:
    """A clock that goes on only while somebody sleeps."""

    now: float = 1000.0
    naps: int = 0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.naps += 1


def test_no_more_mails_a_second_leave_than_the_operator_says(database: Database) -> None:
    fill(database, *READERS[:21])
    seconds = Seconds()
    with running(Relay()) as relay:
        pace = Pace(per_second=0.5, seconds=seconds, sleep=seconds.sleep)
        assert send(database, way(relay, connections=3, pace=pace)).accepted == 21
    assert seconds.now - 1000 == pytest.approx(40)


def test_the_limit_of_one_domain_holds_up_no_other(database: Database) -> None:
    crowd = [f"reader{n}@Crowd.example" for n in range(100)]
    fill(database, *crowd, "ana@example.org", "bob@elsewhere.example")
    seconds = Seconds()
    with running(Relay()) as relay:
        pace = Pace(per_domain=2, seconds=seconds, sleep=seconds.sleep)
        assert send(database, way(relay, pace=pace)).accepted == 102
    assert seconds.now - 1000 == pytest.approx(49.5)
    assert {"ana@example.org", "bob@elsewhere.example"} <= set(relay.to[:3])


def test_whoever_waits_for_their_turn_hears_that_it_is_the_end(database: Database) -> None:
    fill(database, *READERS[:5])
    seconds = Seconds()
    with running(Relay()) as relay:
        pace = Pace(per_second=0.001, seconds=seconds, sleep=seconds.sleep)
        tally = send(database, way(relay, pace=pace), stop=lambda: seconds.naps >= 3)
    assert tally == DeliveryTally(accepted=1)
    assert seconds.now - 1000 == pytest.approx(3)
    assert states(database) == ["accepted"] + ["pending"] * 4


def test_the_pace_of_each_domain_is_its_own() -> None:
    seconds = Seconds()
    pace = Pace(per_second=10, per_domain=1, seconds=seconds)
    pace.take("ana@example.org")
    assert pace.wait("bob@EXAMPLE.org") == pytest.approx(1)
    assert pace.wait("bob@elsewhere.example") == pytest.approx(0.1)
    seconds.now += 5
    assert pace.wait("bob@example.org") == 0
    assert Pace().wait("bob@example.org") == 0
    assert (Pace().within(10, 25), Pace(0.01).within(10, 25), Pace(100).within(10, 25)) == (25, 1, 25)
