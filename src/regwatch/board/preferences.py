"""The page of somebody's own choices, to which every mail links: change, pause, stop, see, erase.

Who holds the link is the owner: there is no account. A link that is unknown and one whose owner was erased get the
same page, which is also what erasing answers: it tells nobody that somebody was here.
"""

from __future__ import annotations

import json
from collections import defaultdict

from fastapi import APIRouter, Request
from sqlmodel import Session, col, select
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from regwatch.board.forms import Form, choices_of, faults_of, form_with, one, text_form_of
from regwatch.board.signup_context import SignupContext, authorities_of
from regwatch.board.site import View
from regwatch.store.subscriber_tables import ENDED, Consent, Subscriber
from regwatch.subscribers import account, lifecycle
from regwatch.subscribers.link_handles import Purpose, find

_CONFIGURED = "configured"
_OWN_WISH = ("stopped by the subscriber", "changed by the subscriber")


def routes(context: SignupContext) -> APIRouter:
    """The page and the download of all that is kept."""
    router = APIRouter(include_in_schema=False)

    @router.get("/m/{handle}")
    def manage(handle: str) -> Response:
        return _manage(context, handle, {})

    @router.post("/m/{handle}")
    async def change(handle: str, request: Request) -> Response:
        return await run_in_threadpool(_change, context, handle, await text_form_of(request))

    @router.get("/m/{handle}/data.json")
    def data(handle: str) -> Response:
        with context.database.session() as session:
            person = _owner(session, handle)
            if person is None:
                return _nobody(context, 404)
            kept = json.loads(account.export(session, person))
        return JSONResponse(kept, headers={"Content-Disposition": 'attachment; filename="regwatch-about-me.json"'})

    return router


def address_of_page(context: SignupContext, session: Session, person: Subscriber) -> str:
    """The path of somebody's page."""
    handle = context.links.handle(session, Purpose.MANAGE, person.id or 0, "", context.site.clock.now())
    return f"{context.site.prefix}/{Purpose.MANAGE.value}/{handle}"


def _change(context: SignupContext, handle: str, form: Form) -> Response:
    page = _manage(context, handle, form)
    if one(form, "do") == "erase":
        context.database.wipe()
    return page


def _manage(context: SignupContext, handle: str, form: Form) -> Response:
    with context.site.view() as view, context.database.session() as session:
        person = _owner(session, handle)
        if person is None:
            return _nobody(context)
        errors, done = _act(context, session, person, form, view) if form else ({}, "")
        if not person.address:
            return _nobody(context)
        chosen = form if errors else form_with(person, lifecycle.subscriptions(session, person.id or 0, current=True))
        return context.page(
            "manage", 422 if errors else 200, topics=view.topics, authorities=authorities_of(view),
            form=defaultdict(list, chosen), errors=errors, done=done, ended=person.standing == ENDED,
            configured=person.origin == _CONFIGURED, agreed=_agreed(session, person),
            reason="" if person.reason in _OWN_WISH else person.reason,
            paused=person.paused_until is not None and person.paused_until > view.now,
            data=f"{context.site.prefix}/{Purpose.MANAGE.value}/{handle}/data.json",
        )  # fmt: skip


def _owner(session: Session, handle: str) -> Subscriber | None:
    row = find(session, handle, Purpose.MANAGE)
    person = session.get(Subscriber, row.subscriber) if row else None
    return person if person is not None and person.address else None


def _nobody(context: SignupContext, status: int = 200) -> Response:
    return context.told(
        "Nothing is kept about you",
        "No mail address goes with this link: it has been erased, or the link is not complete. "
        "No emails will come because of it.",
        status=status,
    )


def _agreed(session: Session, person: Subscriber) -> Consent | None:
    query = select(Consent).where(Consent.subscriber == person.id).order_by(col(Consent.id).desc())
    return session.exec(query).first()


def _act(
    context: SignupContext, session: Session, person: Subscriber, form: Form, view: View
) -> tuple[dict[str, str], str]:
    """Do what was asked. Returns what is wrong with it, by field, and else what has been done."""
    configured = person.origin == _CONFIGURED
    match one(form, "do", "save"):
        case "pause":
            lifecycle.pause(session, person, None)
            return {}, "Your emails are paused. What happens meanwhile is told when you go on."
        case "resume":
            lifecycle.resume(session, person)
            return {}, "You will get emails again."
        case "stop":
            lifecycle.stop(session, person, "", _OWN_WISH[0], view.now)
            return {}, "All emails have stopped."
        case "erase":
            # An operator's list goes on naming those it names: without a trace of them, mails would begin again.
            lifecycle.erase(session, context.links.key, person, view.now, never_again=configured)
            return {}, ""
    if configured:
        return {
            "topic": "your choices are kept by the people who run this service: answer any email to change them"
        }, ""
    errors = faults_of(form, view.topics)
    if not errors:
        account.change(session, person, choices_of(form, view.topics), view.now)
    return errors, "" if errors else "Your choices are saved."
