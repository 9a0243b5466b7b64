"""The pages of sign-up with what they need: the database to write to, and the mails that they send."""

from __future__ import annotations

from fastapi import APIRouter

from regwatch.board.page_templates import Templates
from regwatch.board.signup_context import SignupContext
from regwatch.board.site import Site
from regwatch.board.subscriptions import routes
from regwatch.digest.posting import Mailing
from regwatch.service.mail_service import mailing_of
from regwatch.store.database import Database
from regwatch.subscribers.link_handles import Links, key_of


def desk_of(site: Site) -> SignupContext:
    """What pages of a site write with. Raises `StoreError` where the database or the key cannot be used."""
    settings = site.settings

    def mailing() -> Mailing:
        with site.view() as view:
            return mailing_of(settings, view.watchlist)

    database = Database(settings.database)
    links = Links(site.base, key_of(settings, database))
    return SignupContext(site, Templates(site), database, mailing, links)


def sign_up(desk: SignupContext) -> APIRouter:
    """The router for sign-up."""
    return routes(desk)
