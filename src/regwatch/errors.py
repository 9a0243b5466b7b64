"""Every error that regwatch raises on purpose.

    RegwatchError
      ConfigError(faults)                   the settings or sources.yaml; all faults at once
      SourceTrouble(retry)                  one poll fails, the daemon goes on, the old snapshot stands
        FetchFailed                         Unreachable, TimedOut, RateLimited(after), Refused, Gone, Moved,
                                            ServerError, TooLarge, TooManyRedirects, Disallowed
        NotThePage                          BlockedPage, Maintenance, SoftMissing, EmptyBody, Truncated,
                                            WrongIdentity, WrongType
        Unreadable                          MissingPart(what, found), UnknownTerm, BadDate, CountOutOfRange
        Crashed                             what nobody foresaw, with its traceback
      LedgerError                           StaleSnapshot
      MailError(code)                       MailDeferred, MailRefused, RelayRefused (ConnectionEnded),
                                            MailOutcomeUnknown
      SecondReaderTrouble                   no second opinion, and the rules stand: SecondReader...Late, ...Unreachable,
                                            ...Refused(after), ...Malformed, ...Paused, ...OverBudget
      StoreError                            SchemaBehind(found, wanted), StoreUnwritable (StoreDamaged)
      UsageError                            a command cannot do what it was asked

The docstring of a class is its default message; facts are attributes; errors never log themselves.
"""

from __future__ import annotations

import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path


class RegwatchError(Exception):
    """regwatch cannot go on."""

    def __init__(self, message: str | None = None, /) -> None:
        super().__init__(message or (self.__class__.__doc__ or "").strip())

    @property
    def message(self) -> str:
        """One clear sentence: what, where, what to do."""
        return str(self.args[0])


@dataclass(frozen=True)
class Fault:
    """One thing wrong in a configuration file. Lines and columns count from 1; 0 means unknown."""

    file: str
    line: int
    column: int
    path: str
    message: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return f"{where}: {self.path}: {self.message}" if self.path else f"{where}: {self.message}"


class ConfigError(RegwatchError):
    """The configuration is not valid."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


class UsageError(RegwatchError):
    """The command cannot do what it was asked."""


class SourceTrouble(RegwatchError):
    """The source could not be read; the last good snapshot stands."""

    retry: bool = True

    @property
    def kind(self) -> str:
        """The outcome's name in snake case, as stored and shown (`blocked_page`, `timed_out`)."""
        name = self.__class__.__name__
        return "".join("_" + c.lower() if c.isupper() else c for c in name).lstrip("_")


class FetchFailed(SourceTrouble):
    """The document could not be fetched."""


class Unreachable(FetchFailed):
    """The server could not be reached."""


class TimedOut(FetchFailed):
    """The server did not answer in time."""


class RateLimited(FetchFailed):
    """The server asked us to come back later."""

    def __init__(self, message: str | None = None, /, *, after: timedelta | None = None) -> None:
        super().__init__(message)
        self.after = after


class Refused(FetchFailed):
    """The server refused the request."""


class Gone(FetchFailed):
    """The page is not there any more."""


class Moved(FetchFailed):
    """The page redirects to another place that was not expected."""

    def __init__(self, message: str | None = None, /, *, to: str = "") -> None:
        super().__init__(message)
        self.to = to


class ServerError(FetchFailed):
    """The server failed while answering."""


class TooLarge(FetchFailed):
    """The document is larger than the limit."""

    retry = False


class TooManyRedirects(FetchFailed):
    """The server redirects without end."""


class Disallowed(FetchFailed):
    """robots.txt or the address guard forbids this request."""

    retry = False


class NotThePage(SourceTrouble):
    """Something else answered in place of the page."""


class BlockedPage(NotThePage):
    """A bot wall answered in place of the page."""


class Maintenance(NotThePage):
    """A maintenance notice answered in place of the page."""


class SoftMissing(NotThePage):
    """A "not found" page answered with the status of a good one."""


class EmptyBody(NotThePage):
    """The document has no content."""


class Truncated(NotThePage):
    """The document was cut off before its end."""


class WrongIdentity(NotThePage):
    """The page is about something else than the source's configuration says."""


class WrongType(NotThePage):
    """The document is of another type than the adapter reads."""


class Unreadable(SourceTrouble):
    """The adapter does not recognise the page."""


class MissingPart(Unreadable):
    """A part that every such page has is missing: the layout may have changed."""

    def __init__(self, what: str, found: str = "") -> None:
        self.what, self.found = what, found
        seen = f"; seen instead: {found}" if found else ""
        super().__init__(f"the page has no {what}{seen}: the layout may have changed")


class UnknownTerm(Unreadable):
    """A word that decides how to read the page is not in the vocabulary."""


class BadDate(Unreadable):
    """A date could not be read."""


class CountOutOfRange(Unreadable):
    """There are more or fewer records than this page ever has."""


class Crashed(SourceTrouble):
    """regwatch itself failed on this source."""

    @classmethod
    def by(cls, error: Exception) -> Crashed:
        """What nobody foresaw, as trouble of the source: its words, which may be a stranger's, and its traceback."""
        frames = traceback.extract_tb(error.__traceback__)[-10:]
        trace = " > ".join(f"{'/'.join(Path(one.filename).parts[-3:])}:{one.lineno} {one.name}" for one in frames)
        words = " ".join(str(error).split())[:200]
        return cls(f"regwatch itself failed on it, please report this: {type(error).__name__}: {words}; at {trace}")


class LedgerError(RegwatchError):
    """The ledger refuses the entry."""


class StaleSnapshot(LedgerError):
    """Another poll of this source was committed first."""


class MailError(RegwatchError):
    """The mail was not handed over."""

    def __init__(self, message: str | None = None, /, *, code: int = 0) -> None:
        super().__init__(message)
        self.code = code


class MailDeferred(MailError):
    """The mail server asks to try this recipient again later."""


class MailRefused(MailError):
    """The mail server refuses this recipient for good."""


class RelayRefused(MailError):
    """The mail server refuses us: the login, TLS or sender must be put right by the operator."""


class ConnectionEnded(RelayRefused):
    """The mail server takes no more mails over this connection; another one can be opened."""


class MailOutcomeUnknown(MailError):
    """The connection was lost after the message was handed over: it may or may not have been accepted."""


class SecondReaderTrouble(RegwatchError):
    """The second reader gives no opinion; what the rules say stands."""

    @property
    def kind(self) -> str:
        """The trouble in snake case, as counted and shown (`over_budget`)."""
        name = self.__class__.__name__.removeprefix("SecondReader")
        return "".join("_" + c.lower() if c.isupper() else c for c in name).lstrip("_")


class SecondReaderLate(SecondReaderTrouble):
    """The second reader did not answer in time."""


class SecondReaderUnreachable(SecondReaderTrouble):
    """The second reader could not be reached."""


class SecondReaderRefused(SecondReaderTrouble):
    """The second reader refused the question."""

    def __init__(self, message: str | None = None, /, *, after: timedelta | None = None) -> None:
        super().__init__(message)
        self.after = after


class SecondReaderMalformed(SecondReaderTrouble):
    """The second reader's answer is not of the fixed form."""


class SecondReaderPaused(SecondReaderTrouble):
    """The second reader is left alone for a while, because it failed."""


class SecondReaderOverBudget(SecondReaderTrouble):
    """The second reader has been asked as much as a day allows."""


class StoreError(RegwatchError):
    """The database cannot be used."""


class StoreUnwritable(StoreError):
    """The database cannot be written."""


class StoreDamaged(StoreUnwritable):
    """The database is damaged: put a copy in its place with `regwatch db restore`."""


class SchemaBehind(StoreError):
    """The database has an older or newer schema than this version of regwatch."""

    def __init__(self, found: str, wanted: str) -> None:
        self.found, self.wanted = found, wanted
        to_do = "install that version again" if found > wanted else "run `regwatch db upgrade`"
        super().__init__(f"the database has schema {found or 'none'} but this version needs {wanted}: {to_do}")
