"""Sign-up, its confirmation, and stopping: pages that need no account, no cookie and no script.

GET, HEAD and OPTIONS change nothing, because scanners of mail follow every link (RFC 8058 section 1). A POST to a stop
link changes at once, whoever sends it and whatever its body, and is answered without a redirect. What is answered does
not tell whether an address or a link is known.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import datetime

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from regwatch.board import preferences
from regwatch.board.forms import Form, choices_of, faults_of, form_of, in_time, one, stamp, text_form_of
from regwatch.board.signup_context import SignupContext, authorities_of
from regwatch.board.site import View
from regwatch.errors import StoreError
from regwatch.mail.short_mail import enqueue_short_mail
from regwatch.store.subscriber_tables import Consent, Subscriber
from regwatch.subscribers import account, lifecycle
from regwatch.subscribers.choices import CONSENT, Choices, address_of, from_json, mailbox_of
from regwatch.subscribers.confirmation import addition, confirmation
from regwatch.subscribers.link_handles import Purpose, find


def routes(context: SignupContext) -> APIRouter:
    """The pages of sign-up and of the links in mails."""
    router = APIRouter(include_in_schema=False)
    context.site.signs_up = True

    @router.get("/subscribe")
    def form(topic: str = "", authority: str = "") -> Response:
        """With the topic and the authority ticked whose page linked here; what is not watched is passed over."""
        with context.site.view() as view:
            only = [one.id for one in view.topics if one.id == topic or len(view.topics) == 1]
            asked: Form = {"topic": only}
            if authority in (code for code, _ in authorities_of(view).get(topic, [])):
                asked[f"authority.{topic}"] = [authority]
            return _form(context, view, asked, {})

    @router.post("/subscribe")
    async def subscribe(request: Request) -> Response:
        form, host = await text_form_of(request), request.client.host if request.client else ""
        return await run_in_threadpool(_subscribe, context, form, host)

    _add_links(router, context)
    router.include_router(preferences.routes(context))
    return router


def _add_links(router: APIRouter, context: SignupContext) -> None:
    """The pages that the links in mails lead to."""

    @router.get("/c/{handle}")
    def ask_to_confirm(handle: str) -> Response:
        return context.page("confirm")

    @router.post("/c/{handle}")
    def confirm(handle: str) -> Response:
        return _confirm(context, handle)

    @router.get("/u/{handle}")
    def ask_to_stop(handle: str) -> Response:
        return context.page("stop")

    @router.post("/u/{handle}")
    async def stop(handle: str, request: Request) -> Response:
        return await run_in_threadpool(_stop, context, handle, one(await form_of(request), "what", "this"))


def _form(context: SignupContext, view: View, form: Form, errors: dict[str, str]) -> Response:
    shown = one(form, "t") if errors and "form" not in errors else ""
    return context.page(
        "sign_up", 422 if errors else 200, topics=view.topics, authorities=authorities_of(view),
        form=defaultdict(list, form), errors=errors, stamp=shown or stamp(context.links.key, context.clock()),
        consent=CONSENT,
    )  # fmt: skip


def _subscribe(context: SignupContext, form: Form, host: str) -> Response:
    with context.site.view() as view:
        errors = _faults(context, form, view)
        if errors:
            return _form(context, view, form, errors)
        if not context.buckets.take(host):
            return context.told("Too many at once", "Please try again in an hour.", status=429)
        address, choices = _address(context, form), choices_of(form, view.topics)
        titles, now = {topic.id: topic.title for topic in view.topics}, view.now
    answer = context.told(
        "Please look into your mailbox",
        "If the address can get mail from us, we have sent a message there. Open its link to confirm, within seven "
        "days. Nothing comes? Look into the spam folder; a second message can be had after one day.",
    )
    if not one(form, "website") and context.buckets.take_for(mailbox_of(address)):
        # Behind the answer: how long it takes would tell whether the address is known.
        answer.background = BackgroundTask(_apart, _ask, context, address, choices, titles, now)
    return answer


async def _apart(work: Callable[..., None], *given: object) -> None:
    """Let it be done without the connection, which would close, or answer the next request, the later for it."""
    asyncio.get_running_loop().run_in_executor(None, work, *given)


def _ask(context: SignupContext, address: str, choices: Choices, titles: Mapping[str, str], now: datetime) -> None:
    """Note the sign-up and mail its confirmation. The page has been answered: what fails is only logged."""
    try:
        with context.database.session() as session:
            consent = lifecycle.ask(session, context.links.key, address, choices, "web form", now)
            if consent is not None:
                _send_confirmation(context, session, consent, titles)
    except StoreError as error:
        logging.getLogger("regwatch").error("a sign-up could not be noted: %s", error.message)


def _faults(context: SignupContext, form: Form, view: View) -> dict[str, str]:
    errors = {}
    try:
        _address(context, form)
    except ValueError as error:
        errors["email"] = str(error) if one(form, "email").strip() else "write your mail address"
    errors |= faults_of(form, view.topics)
    if not one(form, "consent"):
        errors["consent"] = "we need your consent, because what you follow can say something about your health"
    if not errors and not in_time(context.links.key, one(form, "t"), context.clock()):
        errors["form"] = "press the button once more: the form was open for too long, or not long enough"
    return errors


def _address(context: SignupContext, form: Form) -> str:
    return address_of(one(form, "email"), international=context.site.settings.smtputf8)


def _send_confirmation(context: SignupContext, session: Session, consent: Consent, titles: Mapping[str, str]) -> None:
    mailing, person = context.mailing(), session.get_one(Subscriber, consent.subscriber)
    handle = context.links.handle(session, Purpose.CONFIRM, consent.subscriber, str(consent.id), consent.at)
    url, choices = context.links.url(Purpose.CONFIRM, handle), from_json(consent.topics)
    if already := lifecycle.followed(session, person):
        manage = context.links.handle(session, Purpose.MANAGE, consent.subscriber, "", consent.at)
        new = [one for one in choices.topics if one.topic not in already]
        letter = addition(new, titles, url, mailing.sender, manage=context.links.url(Purpose.MANAGE, manage))
    else:
        letter = confirmation(choices, titles, url, mailing.sender)
    enqueue_short_mail(
        session, letter,
        sender=mailing.sender, recipient=person.address, subscriber=consent.subscriber, kind="confirmation",
        identity=f"c.{consent.id}.{context.links.key.digest('mail', str(consent.id)).hex()[:16]}", now=consent.at,
        signer=mailing.signer, overrides=mailing.templates,
    )  # fmt: skip


def _confirm(context: SignupContext, handle: str) -> Response:
    with context.database.session() as session:
        row, now = find(session, handle, Purpose.CONFIRM), context.site.clock.now()
        consent = session.get(Consent, int(row.topic)) if row else None
        if consent is not None and consent.confirmed_at is not None:
            # An old mail may lie in a mailbox that others read: it opens nothing.
            return context.told(
                "This link was used already",
                "Nothing has changed now. If you get our emails, each has links to change or stop it. If you want them "
                "and get none, please sign up again.",
            )
        person = lifecycle.confirm(session, consent, now) if consent else None
        if person is None:
            return context.told(
                "This link works no more",
                "It works for seven days, and once. If you get no emails from us and want them, please sign up again.",
            )
        manage = preferences.address_of_page(context, session, person)
    words = "You will get news of what you have chosen. Every email has links to change or stop it."
    return context.told("Thank you, you are signed up", words, manage=manage)


def _stop(context: SignupContext, handle: str, what: str) -> Response:
    with context.site.view() as view, context.database.session() as session:
        row = find(session, handle, Purpose.STOP)
        person = session.get(Subscriber, row.subscriber) if row else None
        if row is not None and person is not None and person.address:
            if what == "weekly":
                account.weekly_instead(session, person, row.topic, view.watchlist, view.now)
            else:
                topic = "" if what == "all" else row.topic
                lifecycle.stop(session, person, topic, "stopped by the subscriber", view.now)
    match what:
        case "weekly":
            return context.told("Done", "These emails now come at most once a week.")
        case "all":
            return context.told("Done", "All emails from us have stopped. You need do nothing more.")
    return context.told("Done", "These emails have stopped. You need do nothing more.")
