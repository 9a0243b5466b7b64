"""The public application, put together."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter, Depends, FastAPI

from regwatch import __version__
from regwatch.board import api, data, health, html_pages, operator, problems
from regwatch.board.conditional import Conditional
from regwatch.board.forms import plain_query
from regwatch.board.headers import Beneath, SecurityHeaders
from regwatch.board.page_templates import Templates
from regwatch.board.signup_context import SignupContext
from regwatch.board.site import Site


def create_app(site: Site, further: Sequence[APIRouter] = (), desk: SignupContext | None = None) -> FastAPI:
    """The board of a site. `further` are routers of other rooms, such as sign-up; what they answer is never cached.

    The operator's pages are among it only where a token is set: whoever asks must show it. With a `desk` to write with
    they decide, too.
    """
    templates = Templates(site)
    app = FastAPI(
        title="regwatch",
        summary="Where treatments stand at medicines authorities, with the words it rests on.",
        version=__version__,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        servers=[{"url": site.base}],
        license_info={"name": "MIT", "identifier": "MIT"},
        dependencies=[Depends(plain_query)],
    )
    routers = [*further, data.routes(site, templates), api.routes(site), health.routes(site)]
    if token := site.settings.operator_token.get_secret_value():
        routers += operator.routes(site, templates, token, desk)
    routers.append(html_pages.routes(site, templates))
    _install(app, site, templates, routers)
    return app


def create_operator_app(site: Site, desk: SignupContext | None = None) -> FastAPI:
    """The operator's pages and the metrics, without any check of who reads: to be bound to loopback only."""
    templates = Templates(site)
    app = FastAPI(
        title="regwatch operator", openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False,
        dependencies=[Depends(plain_query)],
    )  # fmt: skip
    routers = [data.routes(site, templates), health.routes(site), health.metrics(site)]
    routers += operator.routes(site, templates, None, desk)
    _install(app, site, templates, routers)
    return app


def _install(app: FastAPI, site: Site, templates: Templates, routers: Sequence[APIRouter]) -> None:
    for router in routers:
        app.include_router(router)
    routes = [route for router in routers for route in router.routes]
    problems.install(app, templates)
    app.add_middleware(Conditional, site=site, software=templates.version, routes=routes)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(Beneath, prefix=site.prefix)
