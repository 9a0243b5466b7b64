"""What the operator decides in the browser: findings, sources, mails, readers. Each has its command, too.

Only who shows the operator's token may post, also on loopback, where other programs could. A form carries a signed time
that only these pages give out, so that no other site can post in the operator's name: a browser would send the token
along by itself. No script is needed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from fastapi import APIRouter, Depends, HTTPException, Request
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, Response

from regwatch.board.forms import Form, in_time, one, stamp, text_form_of
from regwatch.board.signup_context import SignupContext
from regwatch.digest.sample import post_test
from regwatch.errors import UsageError
from regwatch.ledger.review import Correction, Decision, decide
from regwatch.mail import outbox, outbox_leaving
from regwatch.monitoring.queue import said
from regwatch.store import wishes
from regwatch.subscribers import lifecycle
from regwatch.subscribers.choices import address_of

PURPOSE = "operator"
REST = timedelta(days=7)


def form_stamp(context: SignupContext) -> str:
    """What a form of these pages carries."""
    return stamp(context.links.key, context.clock(), PURPOSE)


def routes(context: SignupContext, allowed: Callable[[Request], None]) -> APIRouter:
    """What the forms post to; `allowed` refuses whoever does not show the token."""
    router = APIRouter(prefix="/operator", include_in_schema=False, dependencies=[Depends(allowed)])

    def action(path: str, work: Callable[[SignupContext, Session, str, Form], str], back: str) -> None:
        @router.post(path)
        async def post(name: str, request: Request) -> Response:
            return await run_in_threadpool(_carried_out, context, work, name, await text_form_of(request), back)

    action("/review/{name}", _review, "/operator/review")
    action("/source/{name}", _source, "/operator")
    action("/mail/{name}", _mail, "/operator/outbox")
    action("/reader/{name}", _reader, "/operator/readers")
    return router


def _carried_out(
    context: SignupContext,
    work: Callable[[SignupContext, Session, str, Form], str],
    name: str,
    form: Form,
    back: str,
) -> HTMLResponse:
    """Do it in one transaction, and say what was done, or why nothing was."""
    if not in_time(context.links.key, one(form, "t"), context.clock(), PURPOSE):
        return _told(
            context, "Nothing was done: the page had been open for too long. Go back and try again.", back, 403
        )
    try:
        with context.database.session() as session:
            told = work(context, session, name, form)
    except (UsageError, ValueError) as error:
        return _told(context, f"Nothing was done: {error}", back, 422)
    return _told(context, told, back, 200)


def _told(context: SignupContext, words: str, back: str, status: int) -> HTMLResponse:
    return HTMLResponse(context.templates.render("operator_done.html", words=words, back=back), status)


def _number(name: str) -> int:
    if not name.isascii() or not name.isdigit() or len(name) > 12:
        raise HTTPException(404)
    return int(name)


def _review(context: SignupContext, session: Session, name: str, form: Form) -> str:
    number, wanted = _number(name), one(form, "do")
    if wanted not in set(Decision):
        raise UsageError("choose accept, reject or correct")
    right = Correction(*(one(form, field).strip() or None for field in ("milestone", "date", "topic")))
    if right.topic and right.topic not in {topic.id for topic in context.mailing().watchlist.topics}:
        raise UsageError(f"no topic is called {right.topic!r}")
    done = decide(session, number, Decision(wanted), context.site.clock.now(), right, one(form, "note").strip())
    if done.route is None:
        return f"Finding {number} is rejected."
    return f"Finding {number} is accepted: {said(done.authority, done.milestone, done.route.value)}, for {done.topic}."


def _source(context: SignupContext, session: Session, name: str, form: Form) -> str:
    if name not in {source.id for source in context.mailing().watchlist.sources}:
        raise UsageError(f"no source is called {name[:60]!r}")
    wanted, now = one(form, "do"), context.site.clock.now()
    if wanted == "poll":
        wishes.look_now(session, name)
        return f"{name} will be looked at within seconds, if regwatch is running."
    if wanted == "pause":
        wishes.rest(session, name, now + REST)
        return f"{name} rests for seven days. Its last good state stands."
    if wanted == "resume":
        wishes.wake(session, name)
        return f"{name} is looked at again."
    raise UsageError("choose what to do with the source")


def _mail(context: SignupContext, session: Session, name: str, form: Form) -> str:
    wanted = one(form, "do")
    if wanted == "test":
        address = address_of(one(form, "address"), international=context.site.settings.smtputf8)
        number = post_test(session, context.mailing(), address, context.site.settings.zone, context.site.clock.now())
        return f"A test digest waits in the outbox as message {number}; a running regwatch sends it within a minute."
    number, now = _number(name), context.site.clock.now()
    acts = {"retry": lambda: outbox.retry(session, number), "drop": lambda: outbox_leaving.drop(session, number, now)}
    if wanted not in acts:
        raise UsageError("choose what to do with the message")
    if why_not := acts[wanted]():
        raise UsageError(f"message {number}: {why_not}")
    return f"Message {number} {'will be sent again' if wanted == 'retry' else 'will not be sent'}."


def _reader(context: SignupContext, session: Session, name: str, form: Form) -> str:
    """Whether somebody gets mail, and what: for who writes that none came. The address is in no address of a page."""
    address = address_of(one(form, "address"), international=context.site.settings.smtputf8)
    person = lifecycle.by_address(session, address)
    if person is None:
        refused = lifecycle.suppressed(session, context.links.key, address)
        return "This address must not be written to." if refused else "Nobody has this address."
    rows = lifecycle.subscriptions(session, person.id or 0, current=True)
    follows = "; ".join(f"{row.topic} ({row.cadence})" for row in rows) or "what sources.yaml names"
    paused = (
        " Their mails are paused." if person.paused_until and person.paused_until > context.site.clock.now() else ""
    )
    why = f" ({person.reason})" if person.reason else ""
    return f"They are {person.standing}{why}, came as {person.origin}, and follow: {follows}.{paused}"
