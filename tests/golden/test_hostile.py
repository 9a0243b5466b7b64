"""Every installed adapter, on what a server may send in place of its page: the typed error and no reading.

Each kind of document is put in the place of every page that the adapter's good examples show, root pages and followed
ones alike. The right page of the wrong medicine is each good example itself, asked for under another identifier.
"""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from golden.cases import Case, cases
from regwatch.adapters import registry
from regwatch.errors import NotThePage, SourceTrouble, Unreadable
from regwatch.model import Claim, Document, Reading

GOOD = [case for case in cases() if case.kind == "good"]
NAMES = registry.names()
OTHERS = {
    "nice_gid": "GID-TA99998",
    "ema_product_number": "EMEA/H/C/999998",
    "ec_register": "EU/1/99/9998",
    "fda_application": "NDA999998",
    "nct": "NCT99999998",
}
"""Identifiers of no medicine, in the form that the adapters ask for; others get a form of their own making."""


def page(title: str, *lines: str, language: str = "en") -> bytes:
    text = "".join(f"<p>{line}</p>" for line in lines)
    return (
        f'<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title></head>'
        f"<body><main><h1>{title}</h1>{text}</main></body></html>"
    ).encode()


HOSTILE: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "text/html"),
    "blank": (b" \r\n\t ", "application/json"),
    "other language": (
        page(
            "Zulassung von Arzneimitteln",
            "Diese Seite steht nur in deutscher Sprache zur Verfügung.",
            "Das Arzneimittel ist zugelassen zur Behandlung von Erwachsenen.",
            language="de",
        ),
        "text/html; charset=utf-8",
    ),
    "login wall": (
        page(
            "Sign in",
            "You must sign in to see this page.",
            '<form action="/login"><input name="user"><input name="password" type="password"></form>',
        ),
        "text/html; charset=utf-8",
    ),
    "maintenance": (
        page("We will be back soon", "This service is down for planned maintenance. Please try again later."),
        "text/html; charset=utf-8",
    ),
    "headings only": (
        b'<!DOCTYPE html><html lang="en"><head><title>Redesigned</title></head><body><main><h1>Medicine</h1>'
        b"<h2>Status</h2><h2>Approved</h2><h2>Recommended</h2><h3>Timeline</h3><h2>Indications</h2></main></body>"
        b"</html>",
        "text/html; charset=utf-8",
    ),
    "JSON error body": (
        json.dumps({"error": {"code": "NOT_FOUND", "message": "No matches found!"}, "status": 200}).encode(),
        "application/json",
    ),
    "JSON list": (b"[]", "application/json"),
    "JSON words": (b'"approved"', "application/json"),
    "plain words": (b"Service temporarily unavailable: approved, recommended, authorised.", "text/plain"),
    "zip of nothing": (b"PK\x05\x06" + b"\0" * 18, "application/zip"),
}


def pages(name: str) -> list[Case]:
    """One good example of every kind of page that the adapter reads, root first."""
    found: dict[str, Case] = {}
    for case in sorted(GOOD, key=lambda case: (case.meta.get("part", ""), case.name)):
        if case.adapter_name == name and readable(case):
            kind = f"{case.meta.get('part', '').split('/')[0]}{case.page.suffix}"
            found.setdefault(kind, case)
    return list(found.values())


def readable(case: Case) -> bool:
    """Whether the example says what its page must be: a page of any publisher is known only by its selector and
    identity, and an article behind any feed by nothing (it is left to the language rules, and makes no claims).
    """
    if case.adapter_name == "feed":
        return not case.meta.get("part")
    return case.adapter_name != "page" or {"select", "identity"} <= set(case.meta.get("options", {}))


def read(case: Case, document: Document) -> Reading | SourceTrouble:
    try:
        reading = case.adapter.read(document)
        if not document.request.part:
            case.adapter.limits.check(reading)
    except SourceTrouble as trouble:
        return trouble
    return reading


@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.parametrize("name", NAMES)
def test_what_is_not_the_page_is_trouble_and_never_a_reading(name: str, kind: str) -> None:
    body, content_type = HOSTILE[kind]
    assert pages(name), f"{name} has no good example"
    for case in pages(name):
        document = replace(case.document(body), content_type=content_type, charset=None)
        found = read(case, document)
        assert isinstance(found, NotThePage | Unreadable), f"{case}: {found}"


@pytest.mark.parametrize("case", [case for name in NAMES for case in pages(name)], ids=str)
def test_a_page_that_is_cut_off_is_trouble(case: Case) -> None:
    body = case.page.read_bytes().rstrip()
    for length in (len(body) // 2, len(body) * 9 // 10):
        found = read(case, case.document(body[:length]))
        assert isinstance(found, NotThePage | Unreadable), f"{case} cut at {length} of {len(body)}: {found}"


@pytest.mark.parametrize("case", GOOD, ids=str)
def test_the_right_page_of_the_wrong_medicine_is_trouble_or_says_nothing_of_ours(case: Case) -> None:
    """A page that is bound to an identifier is refused; a list of many medicines has nothing for another watch."""
    document = case.document()
    ids = {name: OTHERS.get(name, f"{value[:-1]}{_other(value[-1:])}") for name, value in document.source.ids.items()}
    other = replace(document.source, ids=ids, watch=("examplinib-of-nobody",))
    try:
        found = read(case, replace(document, source=other))
    except ValueError:
        return
    if case.adapter.needs and not document.request.part:
        assert isinstance(found, SourceTrouble) or not claims(found), f"{case}: {found}"
    elif isinstance(found, Reading) and document.source.watch:
        assert all(claim.treatment for claim in claims(found)), f"{case}: {claims(found)}"


def claims(reading: Reading) -> list[Claim]:
    return [claim for record in reading.records for claim in record.claims]


def _other(last: str) -> str:
    """Another character of the same sort."""
    return "8" if last != "8" else "7"
