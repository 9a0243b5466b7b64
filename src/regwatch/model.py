"""The nouns of regwatch (DESIGN section 2): immutable values that every room hands to the next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from regwatch.dates import PartialDate
from regwatch.reasons import SecondReading, Weighing
from regwatch.vocabulary import Confidence, Milestone, Mode


@dataclass(frozen=True)
class Treatment:
    """A medicine under all the names it goes by. `inn` is lower case; combinations are joined with `+`."""

    inn: str
    brands: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Every name, the INN first."""
        return (self.inn, *self.brands, *self.codes)


@dataclass(frozen=True)
class Indication:
    """A disease or population. `terms` are the words that mean it; `look_alikes` those that resemble it and do not."""

    name: str
    terms: tuple[str, ...] = ()
    look_alikes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Topic:
    """A treatment in an indication, the thing an advocate follows. `ids` are its identifiers, keyed as adapters ask;
    `links` are titles and addresses for further reading, on which no status rests.
    """

    id: str
    title: str
    treatment: Treatment
    indication: Indication
    ids: Mapping[str, str] = field(default_factory=dict)
    links: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Source:
    """One configured page, feed or API of one publisher.

    `official_for` names the authorities whose own word this source is; empty for a company or a paper. `watch` holds
    every name of the treatments of its topics, for adapters that pick rows out of long lists. `options` are settings
    that only its adapter knows.
    """

    id: str
    adapter: str
    publisher: str
    url: str
    topics: tuple[str, ...]
    ids: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, str] = field(default_factory=dict)
    official_for: tuple[str, ...] = ()
    watch: tuple[str, ...] = ()
    every: timedelta = timedelta(hours=6)
    confirm: int = 0


@dataclass(frozen=True)
class Request:
    """One GET to make. `part` names the page within its source ("" is the root); `accept` is the Accept header."""

    url: str
    part: str = ""
    accept: str = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.1"


@dataclass(frozen=True)
class Document:
    """What one fetch returned: a good body. `fetched_at` is UTC; `hops` are the URLs of the redirects on the way."""

    source: Source
    request: Request
    final_url: str
    body: bytes
    content_type: str
    fetched_at: datetime
    charset: str | None = None
    hops: tuple[str, ...] = ()


@dataclass(frozen=True)
class Claim:
    """One statement that a structured page makes in its publisher's fixed vocabulary: exact and certain.

    `treatment` is a name as the page gives it, "" where the page is about the source's own topics. `indication` is the
    page's wording, "" where the page's identity (a NICE project, a procedure number) already fixes it. `date` is when
    it happened (for an expectation: when it is foreseen), never when it was published; that is `announced`.
    `first` is the day of the medicine's first authorisation, which is this claim's own where none was granted before.
    `known` is what the same page marks as granted already, in words that this claim's take the place of.
    """

    authority: str
    milestone: Milestone
    mode: Mode
    quote: str
    rule: str
    date: PartialDate | None = None
    announced: PartialDate | None = None
    treatment: str = ""
    indication: str = ""
    first: PartialDate | None = None
    known: tuple[str, ...] = ()


@dataclass(frozen=True)
class Record:
    """The unit of a reading. Records are compared by `(kind, key)`; an empty key means: compared as a set by content.

    `fields` are labels and values in page order, `blocks` paragraphs of text, both free of markup and volatile parts.
    `claims` are what a structured page states. `prose` marks an announcement, which the language rules read.
    `mentions` are further texts that name uses without granting them, such as an overview for patients; `signs` what
    the page hints at and leaves open, such as an opinion on a use that only a linked document names: a person looks at
    them. `published` is the publisher's own date of the item.
    """

    kind: str
    key: str = ""
    title: str = ""
    url: str = ""
    published: PartialDate | None = None
    fields: tuple[tuple[str, str], ...] = ()
    blocks: tuple[str, ...] = ()
    claims: tuple[Claim, ...] = ()
    prose: bool = False
    mentions: tuple[str, ...] = ()
    signs: tuple[Claim, ...] = ()

    @property
    def text(self) -> str:
        """Title and blocks as one text, a line each: what the language rules are given."""
        return "\n".join(part for part in (self.title, *self.blocks) if part)


@dataclass(frozen=True)
class Oddity:
    """Something on a page that the adapter did not understand: kept as text for the operator, never guessed."""

    what: str
    text: str
    url: str = ""


@dataclass(frozen=True)
class Follow:
    """A further page that the reading asks for.

    It is fetched when its `version` (whatever the parent page says of its state) differs from the stored one, or when
    `again` has passed since it was last read. `hint` is what the parent says of it (title, teaser): at the baseline
    only pages whose hint names a watched treatment are fetched, unless `hint` is empty.
    """

    request: Request
    version: str = ""
    hint: str = ""
    again: timedelta | None = None


@dataclass(frozen=True)
class Listed:
    """One item of a list or feed, whether it is about anything watched or not: its identity and the publisher's day.

    `page` is where it leads, folded for comparing: some feeds give their items other identities at every look.
    """

    key: str
    published: PartialDate | None = None
    page: str = ""


@dataclass
class Reading:
    """What an adapter makes of one document.

    `listed` is for a list that the adapter picks from: everything on it, so that a list which has turned over between
    two polls is noticed. A list whose items are all followed need not say it. `more` is the list's next page, if any.
    `unread` are records, by kind and key, that are there and could not be read: what was stored of them stands.
    """

    records: list[Record] = field(default_factory=list)
    oddities: list[Oddity] = field(default_factory=list)
    follows: list[Follow] = field(default_factory=list)
    listed: list[Listed] = field(default_factory=list)
    more: Request | None = None
    unread: list[tuple[str, str]] = field(default_factory=list)

    def add(self, record: Record) -> None:
        """Add one record, in page order."""
        self.records.append(record)

    def odd(self, what: str, text: str, url: str = "") -> None:
        """Note something that was not understood. The text is cut at 500 characters."""
        self.oddities.append(Oddity(what, text[:500], url))

    def missed(self, kind: str, key: str, what: str, text: str, url: str = "") -> None:
        """Note a record that is there and could not be read, so that the one stored last stands."""
        self.unread.append((kind, key))
        self.odd(what, text, url)

    def follow(self, follow: Follow) -> None:
        """Ask for a further page of the same source."""
        self.follows.append(follow)


@dataclass(frozen=True)
class Change:
    """The difference of one record between two snapshots. `before` is None for a new one, `after` for one removed."""

    part: str
    before: Record | None
    after: Record | None

    @property
    def record(self) -> Record:
        """The record as it is now, or as it last was."""
        record = self.after or self.before
        assert record is not None
        return record


@dataclass(frozen=True)
class Announcement:
    """A text to classify, as the language rules see it: title first, one paragraph a line.

    `kind` is one of company_press_release, regulator_notice, regulator_status_page, hta_page, trade_news, patient_blog.
    `published` is the publisher's own date, or None.
    """

    id: str
    kind: str
    publisher: str
    url: str
    published: date | None
    text: str


@dataclass(frozen=True)
class Cue:
    """Words that decided one property of a finding: `role` is action, mode, polarity, authority, indication or date."""

    role: str
    text: str
    offset: int


@dataclass(frozen=True)
class Finding:
    """What the classifier says of one change.

    `topic` is the id of the matching topic, "" where the treatment or indication is none of ours. `date` and
    `announced` are as in `Claim`: where only the telling of an act is dated, there is no `date`. `window` keeps a vague
    expectation's own words ("in the coming months") when there is no date; `was` the date that this one replaces on the
    same page. `retracts` marks a statement that the source took back. `offset` is the place of the quote in the
    classified text, in characters. `reason` says first why it is news or not; each further clause, after a semicolon,
    is a doubt for a person. `second` is the second reader's word, `weighing` how it was weighed.
    """

    authority: str
    milestone: Milestone
    mode: Mode
    treatment: str
    indication: str
    quote: str
    rule: str
    confidence: Confidence
    topic: str = ""
    brand: str = ""
    jurisdiction: str = ""
    date: PartialDate | None = None
    announced: PartialDate | None = None
    window: str = ""
    was: PartialDate | None = None
    retracts: bool = False
    offset: int = 0
    cues: tuple[Cue, ...] = ()
    reason: str = ""
    second: SecondReading | None = None
    weighing: Weighing | None = None

    @property
    def day(self) -> PartialDate | None:
        """What orders it: the day of the act, else that of its telling; None if neither is known."""
        return self.date or self.announced
