"""Sign-up, confirmation, choices, stopping: pages that need no account, no cookie and no script.

GET, HEAD and OPTIONS change nothing, because scanners of mail follow every link (RFC 8058 section 1). A POST to a stop
link changes at once, whoever sends it and whatever its body, and is answered without a redirect. What is answered does
not tell whether an address or a link is known.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from sqlmodel import Session, col, select
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, JSONResponse, Response

from regwatch import plain
from regwatch.board.forms import Buckets, Form, choices_of, form_of, in_time, one, stamp
from regwatch.board.rendering import Templates
from regwatch.board.site import Site, View
from regwatch.digest.letters import confirmation, post_letter
from regwatch.digest.posting import Mailing
from regwatch.store.database import Database
from regwatch.store.people import Consent, Subscriber
from regwatch.subscribers import account, people
from regwatch.subscribers.choices import CONSENT, address_of
from regwatch.subscribers.links import Links, Purpose, find

PRIVATE = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"}


_EMPTY: Form = {name: [] for name in ("email", "topic", "cadence", "alerts", "discreet", "at", "zone", "t", "consent")}


@dataclass
class Desk:
    """What the pages work with: where people are kept, how mails to them are made, and the guard of the form."""

    site: Site
    templates: Templates
    database: Database
    mailing: Callable[[], Mailing]
    links: Links
    buckets: Buckets = field(default_factory=Buckets)
    clock: Callable[[], float] = time.time

    def page(self, name: str, status: int = 200, **words: Any) -> HTMLResponse:
        """A page that nobody keeps."""
        return HTMLResponse(self.templates.render(f"subscriptions/{name}.html", **words), status, PRIVATE)


def routes(desk: Desk) -> APIRouter:
    """The pages of sign-up and of the links in mails."""
    router = APIRouter(include_in_schema=False)
    desk.site.signs_up = True

    @router.get("/subscribe")
    def form() -> Response:
        with desk.site.view() as view:
            return _form(desk, view, {}, {}, 200)

    @router.post("/subscribe")
    async def subscribe(request: Request) -> Response:
        form, host = await form_of(request), request.client.host if request.client else ""
        return await run_in_threadpool(_subscribe, desk, form, host)

    _add_links(router, desk)
    return router


def _add_links(router: APIRouter, desk: Desk) -> None:
    """The pages that the links in mails lead to."""

    @router.get("/c/{handle}")
    def ask_to_confirm(handle: str) -> Response:
        return desk.page("confirm")

    @router.post("/c/{handle}")
    def confirm(handle: str) -> Response:
        return _confirm(desk, handle)

    @router.get("/u/{handle}")
    def ask_to_stop(handle: str) -> Response:
        return desk.page("stop")

    @router.post("/u/{handle}")
    async def stop(handle: str, request: Request) -> Response:
        return await run_in_threadpool(_stop, desk, handle, one(await form_of(request), "what", "this"))

    @router.get("/m/{handle}")
    def manage(handle: str) -> Response:
        return _manage(desk, handle, {})

    @router.post("/m/{handle}")
    async def change(handle: str, request: Request) -> Response:
        return await run_in_threadpool(_manage, desk, handle, await form_of(request))

    @router.get("/m/{handle}/data.json")
    def data(handle: str) -> Response:
        with desk.database.session() as session:
            return JSONResponse(json.loads(account.export(session, _owner(session, handle))), headers=PRIVATE)


def _form(desk: Desk, view: View, form: Form, errors: dict[str, str], status: int) -> Response:
    return desk.page(
        "sign_up", status, topics=view.topics, authorities=_authorities(view), form={**_EMPTY, **form}, errors=errors,
        stamp=stamp(desk.links.key, desk.clock()), consent=CONSENT,
    )  # fmt: skip


def _subscribe(desk: Desk, form: Form, host: str) -> Response:
    with desk.site.view() as view:
        errors = _faults(desk, form, view)
        if errors:
            return _form(desk, view, form, errors, 422)
        if not desk.buckets.take(host):
            return desk.page("told", 429, title="Too many at once", words="Please try again in an hour.", manage="")
        address, choices = address_of(one(form, "email")), choices_of(form, view.topics)
        titles = [topic.title for topic in view.topics if topic.id in {chosen.topic for chosen in choices.topics}]
        now = view.now
    if not one(form, "website"):
        with desk.database.session() as session:
            consent = people.ask(session, desk.links.key, address, choices, "web form", now)
            if consent is not None:
                _send_confirmation(desk, session, consent, titles)
    return desk.page(
        "told",
        title="Please look into your mailbox",
        words="If the address can get mail from us, we have sent a message there. Open its link to confirm, within "
        "seven days. Nothing comes? Look into the spam folder; a second message can be had after one day.",
        manage="",
    )


def _faults(desk: Desk, form: Form, view: View) -> dict[str, str]:
    errors = {}
    try:
        address_of(one(form, "email"))
    except ValueError as error:
        errors["email"] = str(error)
    try:
        choices_of(form, view.topics)
    except ValueError as error:
        errors["topic"] = str(error)
    if "consent" not in form:
        errors["consent"] = "We need your consent, because what you follow can say something about your health."
    if not errors and not in_time(desk.links.key, one(form, "t"), desk.clock()):
        errors["form"] = "Please press the button once more."
    return errors


def _send_confirmation(desk: Desk, session: Session, consent: Consent, titles: list[str]) -> None:
    mailing, person = desk.mailing(), session.get_one(Subscriber, consent.subscriber)
    handle = desk.links.handle(session, Purpose.CONFIRM, consent.subscriber, str(consent.id), consent.at)
    post_letter(
        session,
        confirmation(titles, desk.links.url(Purpose.CONFIRM, handle), mailing.sender),
        sender=mailing.sender, recipient=person.address, subscriber=consent.subscriber, kind="confirmation",
        identity=f"c.{consent.id}.{desk.links.key.digest('mail', str(consent.id)).hex()[:16]}", now=consent.at,
        signer=mailing.signer, overrides=mailing.templates,
    )  # fmt: skip


def _confirm(desk: Desk, handle: str) -> Response:
    with desk.database.session() as session:
        row, now = find(session, handle, Purpose.CONFIRM), desk.site.clock.now()
        consent = session.get(Consent, int(row.topic)) if row else None
        person = people.confirm(session, consent, now) if consent else None
        if person is None:
            return desk.page(
                "told", title="This link has run out", manage="",
                words="It worked for seven days. Please sign up again.",
            )  # fmt: skip
        known = desk.links.handle(session, Purpose.MANAGE, person.id or 0, "", now)
        manage = f"{desk.site.prefix}/{Purpose.MANAGE.value}/{known}"
    words = "You will get news of what you have chosen. Every mail has links to change or stop it."
    return desk.page("told", title="Thank you, you are signed up", words=words, manage=manage)


def _stop(desk: Desk, handle: str, what: str) -> Response:
    with desk.database.session() as session:
        row, now = find(session, handle, Purpose.STOP), desk.site.clock.now()
        person = session.get(Subscriber, row.subscriber) if row else None
        if row is not None and person is not None and person.address:
            if what == "weekly":
                account.weekly_instead(session, person, row.topic)
            else:
                people.stop(session, person, "" if what == "all" else row.topic, "stopped by the subscriber", now)
    if what == "weekly":
        return desk.page("told", title="Done", words="These emails now come at most once a week.", manage="")
    return desk.page("told", title="Done", words="These emails have stopped. You need do nothing more.", manage="")


def _owner(session: Session, handle: str) -> Subscriber:
    row = find(session, handle, Purpose.MANAGE)
    person = session.get(Subscriber, row.subscriber) if row else None
    if person is None or not person.address:
        raise HTTPException(404)
    return person


def _manage(desk: Desk, handle: str, form: Form) -> Response:
    with desk.site.view() as view, desk.database.session() as session:
        person, errors, done = _owner(session, handle), {}, ""
        if form:
            try:
                done = _act(desk, session, person, form, view)
            except ValueError as error:
                errors["topic"] = str(error)
        if person.reason == "erased":
            return desk.page("told", title="You are forgotten", words="We have erased your address.", manage="")
        followed = {row.topic: row for row in people.subscriptions(session, person.id or 0, current=True)}
        agreed = session.exec(
            select(Consent).where(Consent.subscriber == person.id).order_by(col(Consent.id).desc())
        ).first()  # fmt: skip
        return desk.page(
            "manage", 422 if errors else 200, person=person, topics=view.topics, authorities=_authorities(view),
            followed=followed, agreed=agreed, errors=errors, done=done, now=view.now,
            data=f"{desk.site.prefix}/{Purpose.MANAGE.value}/{handle}/data.json",
        )  # fmt: skip


def _act(desk: Desk, session: Session, person: Subscriber, form: Form, view: View) -> str:
    match one(form, "do", "save"):
        case "pause":
            people.pause(session, person, None)
            return "Paused. What happens meanwhile is told when you go on."
        case "resume":
            people.resume(session, person)
            return "You will get mails again."
        case "stop":
            people.stop(session, person, "", "stopped by the subscriber", view.now)
            return "All emails have stopped."
        case "erase":
            people.erase(session, desk.links.key, person, view.now)
            return ""
    if person.origin == "configured":
        raise ValueError("your choices are kept by the operator: answer any mail to change them")
    account.change(session, person, choices_of(form, view.topics), view.now)
    return "Your choices are saved."


def _authorities(view: View) -> dict[str, list[tuple[str, str]]]:
    """By topic, the authorities whose own word is watched."""
    found: dict[str, dict[str, str]] = {topic.id: {} for topic in view.topics}
    for source in view.watchlist.sources:
        for topic in source.topics:
            for code in source.official_for:
                found.setdefault(topic, {})[code] = plain.short_name(code)
    return {topic: list(codes.items()) for topic, codes in found.items()}
