"""Mails of every size and shape, made the way the service makes them: composed, rendered, written, signed."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from digest.story import ANA, NOW, SENDER, TOPIC, TOPICS, board, event, evidence, expectation, transition, whole_story
from mail.dkim_key import signing_key
from mail.kept import KeptMail
from regwatch.classify.background_kinds import BackgroundKind
from regwatch.digest.beside import Beside
from regwatch.digest.compose import compose
from regwatch.digest.outages import Silence
from regwatch.digest.posting import Mailing
from regwatch.digest.render import render
from regwatch.ledger.background import BackgroundItem
from regwatch.ledger.entries import Event, EventKind
from regwatch.ledger.notes import Note, NoteKind
from regwatch.mail.message import domain, message_id, write
from regwatch.mail.sender import Sender
from regwatch.mail.signing import Signer
from regwatch.model import Topic
from regwatch.monitoring.rounds import tell_operator
from regwatch.store.tables import AlertRow
from regwatch.subscribers import lifecycle
from regwatch.subscribers.choices import Choice, Choices
from regwatch.vocabulary import Milestone, Standing
from subscribers.desk import MARK, House

LINKED = replace(SENDER, web="https://news.charity.example", links=True)
HANDLES = ("AbCdEfGhIjKlMnOpQrStUv", "0123456789_-0123456789")
LONG_HOST = f"{('neuroendocrine-' * 5)[:63]}.org"
LONGER_HOST = f"{('tumours-' * 8)[:63]}.{('of-patients-' * 6)[:63]}.{LONG_HOST}"
FAR = Sender("regwatch", f"news@{LONG_HOST}", f"{'c' * 60}@{LONG_HOST}", web=f"https://{LONG_HOST}/board", links=True)
COUNTS = (1, 5, 60, 200)
WORDS = {
    "plain": "Commission Implementing Decision on the change of use",
    "long": "Decision " * 700,
    "hostile": "</p></h3><script>alert(1)</script><img src=https://evil.example/x onerror=alert(1)>\r\nBcc: x@y.example"
    "\r\n\r\n\u202e\u2028\x00\x1b {{ 7 * 7 }} {% raw %} ${7*7} <%= 7 %> javascript:alert(1) <a href='https://evil.example'>",
    "scripts": "قرار اللجنة · החלטת הנציבות · 委員會的決定 · Απόφαση της Επιτροπής · 🧬👩\u200d⚕️ · ą̊ǫ́",
    "unbroken": "x" * 900,
}
_PLACES = (
    ("EC", Milestone.APPROVED, Standing.CONFIRMED),
    ("NICE", Milestone.HTA_DRAFT_NOT_RECOMMENDED, Standing.CONFIRMED),
    ("MHRA", Milestone.APPROVED, Standing.REPORTED),
    ("FDA", Milestone.VALIDATED, Standing.CONFIRMED),
)


@dataclass(frozen=True)
class Made:
    """One mail. `changes` is how many it must tell or count, 0 for a letter; `hosts` are those it may link to."""

    name: str
    raw: bytes
    changes: int = 0
    hosts: tuple[str, ...] = ("news.charity.example",)

    @property
    def parsed(self) -> EmailMessage:
        found = message_from_bytes(self.raw, policy=default)
        assert isinstance(found, EmailMessage)
        return found

    def part(self, kind: str) -> str:
        """The text or the HTML, decoded."""
        body = self.parsed.get_body((kind,))
        assert body is not None
        return str(body.get_content())


def items(count: int, words: str, host: str = "ec.example") -> list[Event]:
    """So many transitions, each with this quote, of a publisher of this name, at a page of its own."""
    found = []
    for n in range(1, count + 1):
        authority, milestone, standing = _PLACES[n % len(_PLACES)]
        page = evidence(words, publisher=words[:200], url=f"https://{host}/page/{n}")
        trap = evidence(words, url="javascript:alert(1)")
        moved = transition(n, authority, milestone, None, standing=standing, proof=(page, trap))
        found.append(event(n, moved=replace(moved, indication=words)))
    return found


def mail(events: list[Event], topics: dict[str, Topic], sender: Sender = LINKED) -> bytes:
    """The whole mail, signed; with the reader's own links if the sender has any."""
    late = expectation(6, date="2025-07-02")
    silence = Silence("MHRA", "https://www.gov.uk/mhra", NOW - timedelta(days=4), (TOPIC.id,), ("MHRA",))
    words, at, since = topics[TOPIC.id].title, NOW - timedelta(hours=9), NOW - timedelta(days=1)
    notes = tuple(Note(n, TOPIC.id, code, 0, at, (words * 9)[:900]) for n, code in enumerate(("NICE", "EC", "MHRA"), 1))
    access = Note(4, TOPIC.id, "NICE", 0, since, (words * 9)[:900], NoteKind.ACCESS)
    item = BackgroundItem(1, TOPIC.id, BackgroundKind.TRIAL, words, words, "https://ec.example/trial", words, None, at)
    beside = Beside((*notes, access), tuple(replace(item, id=n) for n in range(1, 12)))
    digest = compose(
        events, topics, board(late, moved=transition()), NOW, ANA, [silence], since, beside=beside
    )  # fmt: skip
    assert digest is not None
    rendered = render(digest, sender).linked(*HANDLES)
    stop = f"{sender.web}/u/{HANDLES[0]}" if sender.links else ""
    identity = message_id(ANA.address, digest.events, sender)
    return write(rendered, sender, ANA.address, identity, NOW, stop=stop, signer=_signer(sender))


def _signer(sender: Sender) -> Signer:
    return Signer(domain(sender), "regwatch", signing_key()[0])


def made() -> Iterator[Made]:
    """All of them."""
    known = ("news.charity.example", "ec.example", "www.gov.uk")
    for kind, words in WORDS.items():
        topic = replace(TOPIC, title=words)
        for count in COUNTS:
            yield Made(f"{kind}-{count}", mail(items(count, words), {**TOPICS, TOPIC.id: topic}), count, known)
    yield Made("plain-600", mail(items(600, WORDS["plain"]), TOPICS), 600, known)
    hosts = (*known, LONG_HOST, LONGER_HOST)
    yield Made("long-hosts", mail(items(5, WORDS["plain"], LONGER_HOST), TOPICS, FAR), 5, hosts)
    story = whole_story()
    story.append(event(19, EventKind.CORRECTED, moved=transition(1), note="the date was misread"))
    sources = (*known, "nice.example", "www.ipsen.com")
    yield Made("story", mail(story, TOPICS), 0, sources)
    yield Made("story-without-links", mail(story, TOPICS, SENDER), 0, sources)
    with tempfile.TemporaryDirectory() as folder:
        yield from _from_the_service(Path(folder))


class Signing(House):
    """A service that signs."""

    @property
    def mailing(self) -> Mailing:
        plain = super().mailing
        return replace(plain, signer=_signer(plain.sender))


def _from_the_service(folder: Path) -> Iterator[Made]:
    """Out of a real outbox: a discreet digest and a retraction of it, and the letters."""
    house = Signing(folder)
    hosts = ("news.charity.example", "agency.example.org")
    house.sign_up("new@reader.example")
    yield Made("letter-confirmation", house.mails()[-1].raw, 0, hosts)
    with house.database.session() as session:
        chosen = Choices((Choice(TOPIC.id),), alerts=False, discreet=True, monthly=True)
        lifecycle.add(session, MARK, chosen, "test", house.clock.now())
    number = house.news()
    yield Made("discreet", house.compose_next()[-1].raw, 1, hosts)
    house.news(kind="retracted", of=number)
    yield Made("discreet-retraction", house.compose_next()[-1].raw, 1, hosts)
    yield Made("letter-monthly", house.compose_next(timedelta(days=31))[-1].raw, 0, hosts)
    yield Made("letter-operator", _to_the_operator(house).raw, 0, hosts)
    house.close()


def _to_the_operator(house: House) -> KeptMail:
    now = house.clock.now()
    with house.database.session() as session:
        for kind in ("layout", "vocabulary"):
            evidence = f"status: {WORDS['hostile']} at https://agency.example.org/page"
            session.add(AlertRow(source="ec", kind=kind, evidence=evidence, since=now, latest_at=now))
    tell_operator(house.database.session, "operator@charity.example", house.mailing, now)
    return house.mails()[-1]
