"""What answered in place of the page: bot walls, maintenance notices, soft 404s, consent walls, wrong types.

Precision counts both ways. A page is judged by what it says that it is (title, headings), by its status, and by
several marks together in a short text; never by words deep in a long one. Sources of the marks: the block pages of
Akamai, Cloudflare, Imperva, AWS WAF, F5 and others as they are served; www.fda.gov sends refused clients to
`/apology_objects/`, an address that then answers 404.
"""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from regwatch.errors import (
    BlockedPage,
    EmptyBody,
    Gone,
    Maintenance,
    Moved,
    RateLimited,
    Refused,
    ServerError,
    SoftMissing,
    SourceTrouble,
    Truncated,
)
from regwatch.fetch import interstitials
from regwatch.fetch.accept import wrong_type
from regwatch.fetch.answer import Answer
from regwatch.fetch.page_traits import PageTraits, family_of, folded, quoted
from regwatch.fetch.politeness import retry_after
from regwatch.reading.links import same_place, web_link

_BRIEF = 600
_SHORT = 1500
_LONGER = 4000
_TINY = 200


def is_wall_address(url: str) -> bool:
    """Whether this is where a bot wall sends the clients that it turns away."""
    return interstitials.WALL_PATH in url.lower()


def recognise(answer: Answer, accept: str, now: datetime) -> SourceTrouble | None:
    """The trouble with this answer, or None if it can be the page that was asked for.

    `accept` is the Accept header of the request, `now` the instant against which a Retry-After date counts.
    """
    if is_wall_address(answer.url):
        return BlockedPage(f"{answer.asked} was turned away by a bot wall: it was sent to {answer.url}")
    if answer.status in (200, 203):
        return _recognise_good(answer, accept)
    return _recognise_failed(answer, now)


def _recognise_good(answer: Answer, accept: str) -> SourceTrouble | None:
    """Judge an answer that says of itself that it is good."""
    if not answer.body.strip(b" \t\r\n\0\xef\xbb\xbf\xfe\xff"):
        return EmptyBody(f"{answer.asked} answered with an empty body")
    family = family_of(answer.body)
    if family in ("html", "text"):
        traits = PageTraits(answer.body, answer.charset)
        trouble = (
            _moved_to_nothing(answer)
            or _wall(answer, traits)
            or _notice(answer, traits)
            or _missing(answer, traits)
            or _sent_on(answer, traits)
        )
        if trouble is not None:
            return trouble
        if family == "html" and not traits.names and not traits.text and len(answer.body) < _SHORT:
            return EmptyBody(f"{answer.asked} answered with a page without a word")
    return wrong_type(answer, family, accept)


def _recognise_failed(answer: Answer, now: datetime) -> SourceTrouble:
    """Judge an answer by its status, and by its text where that says more."""
    status, url = answer.status, answer.asked
    traits = PageTraits(answer.body, answer.charset)
    after = retry_after(answer.raw_header(b"retry-after"), now)
    if status == 429:
        return RateLimited(f"{url} asked us to come back later (HTTP 429)", after=after)
    if (blocked := _wall(answer, traits)) is not None:
        return blocked
    if status in (404, 410):
        return _gone(answer)
    if status >= 500:
        if any(interstitials.UPKEEP.search(words) for words in (*traits.names, traits.text[:_SHORT])):
            return Maintenance(f"{url} is down for maintenance (HTTP {status})")
        if status == 503 and after is not None:
            return RateLimited(f"{url} is overloaded and asked us to come back later (HTTP 503)", after=after)
        return ServerError(f"{url} failed on the server's side (HTTP {status})")
    if status >= 400:
        return Refused(f"{url} was refused by the server (HTTP {status})")
    if status == 206:
        return Truncated(f"{url} answered with a part of the page only (HTTP 206)")
    if status in (204, 205):
        return EmptyBody(f"{url} answered that it has no content (HTTP {status})")
    return ServerError(f"{url} gave an answer that is no page (HTTP {status})")


def _wall(answer: Answer, traits: PageTraits) -> BlockedPage | None:
    """A bot wall, by its headers, by its title on a short page, or by several of its marks in a short text."""
    headers, failed = answer.headers, answer.status >= 400
    says = f"{answer.asked} answered with a bot wall in place of the page (HTTP {answer.status}"
    if headers.get("cf-mitigated") == "challenge" or "x-amzn-waf-action" in headers:
        return BlockedPage(f"{says}, a challenge)")
    if answer.status == 403 and headers.get("server", "").lower() == "akamaighost":
        return BlockedPage(f"{says}, Akamai)")
    length = len(traits.text)
    if length > _LONGER:
        return None
    whole = {folded(name) for name in traits.names} or ({folded(traits.text)} if length <= _TINY else set())
    titled = any(interstitials.WALL_NAMES.fullmatch(name) for name in whole)
    partly = any(
        interstitials.WALL_NAMES.fullmatch(part) or interstitials.VAGUE_WALL_NAMES.fullmatch(part)
        for part in traits.parts
    )
    said = sum(1 for words in interstitials.WALL_WORDS if words.search(traits.text))
    carried = interstitials.WALL_PARTS.search(traits.markup) is not None
    nameless = length <= _TINY and not traits.names
    if (
        (titled and (failed or length <= _BRIEF))
        or (partly and (failed or said or carried))
        or (length <= _SHORT and said + carried > 1)
        or (nameless and carried)
    ):
        return BlockedPage(f"{says}, it says {quoted(traits.title or traits.text)})")
    return None


def _notice(answer: Answer, traits: PageTraits) -> SourceTrouble | None:
    """A maintenance notice, an error or a consent wall that came with the status of a good page."""
    if len(traits.text) > _SHORT:
        return None
    says = f"{answer.asked} answered with {quoted(traits.title or traits.text)} in place of the page"
    for part in traits.parts:
        if interstitials.MAINTENANCE_NAMES.fullmatch(part) and interstitials.MAINTENANCE_WORDS.search(traits.text):
            return Maintenance(f"{says}: it is down for maintenance")
        if interstitials.BROKEN_NAMES.fullmatch(part):
            return ServerError(f"{says}: it failed on the server's side")
        if interstitials.CONSENT_NAMES.fullmatch(part) and "cookie" in traits.text:
            return BlockedPage(f"{says}: it asks for consent first")
    return None


def _missing(answer: Answer, traits: PageTraits) -> SoftMissing | None:
    """A "not found" page that came with the status of a good one."""
    title = folded(traits.title)
    if title in interstitials.MISSING_TITLES or any(
        interstitials.MISSING_NAMES.fullmatch(part) for part in traits.parts
    ):
        return SoftMissing(f"{answer.asked} answered with {quoted(' / '.join(traits.names))} and a good status")
    return None


def _moved_to_nothing(answer: Answer) -> SourceTrouble | None:
    """A redirect to an error page, a login or the front page, whose status is a good one."""
    if not answer.hops:
        return None
    asked, final = urlsplit(answer.asked), urlsplit(answer.url)
    steps = [step for step in final.path.lower().split("/") if step]
    if interstitials.MISSING_STEPS.intersection(steps):
        return SoftMissing(f"{answer.asked} was sent on to {answer.url}, a page for what is not found")
    if interstitials.LOGIN_STEPS.intersection(steps):
        return Refused(f"{answer.asked} was sent on to {answer.url}, which asks for a login")
    if not steps and not final.query and len([step for step in asked.path.split("/") if step]) > 1:
        return SoftMissing(f"{answer.asked} was sent on to the front page {answer.url}")
    if (final.hostname or "").startswith("consent.") and final.hostname != asked.hostname:
        return BlockedPage(f"{answer.asked} was sent on to {answer.url}, which asks for consent first")
    return None


def _sent_on(answer: Answer, traits: PageTraits) -> Moved | None:
    """A page that says nothing itself and sends browsers on. It is not followed: what is at the other end is for the
    operator to see.
    """
    there = web_link(answer.url, traits.sends_on) if len(traits.text) <= _BRIEF and traits.sends_on else ""
    if not there or same_place(there) == same_place(answer.url):
        return None
    text = (
        f"{answer.asked} answered with a page that sends browsers on to {there}: if that is the page, put it as `url`"
    )
    return Moved(text, to=there)


def _gone(answer: Answer) -> SourceTrouble:
    """404 and 410 mean gone only where the page was asked for; after a redirect elsewhere they say nothing of it."""
    if answer.hops and _place(answer.asked) != _place(answer.url):
        text = f"{answer.asked} was sent on to {answer.url}, where there is nothing (HTTP {answer.status})"
        return Moved(text, to=answer.url)
    return Gone(f"{answer.asked} is not there (HTTP {answer.status})")


def _place(url: str) -> tuple[str, str, str]:
    """An address without scheme, `www.`, case and a last slash: what redirects between spellings leave alone."""
    parts = urlsplit(url)
    return (parts.hostname or "").removeprefix("www."), parts.path.rstrip("/").lower(), parts.query
