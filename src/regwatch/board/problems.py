"""Errors as people and programs see them: a page with a way on, or problem details (RFC 9457)."""

from __future__ import annotations

import json
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response

from regwatch.board.page_templates import Templates
from regwatch.errors import StoreError

PROBLEM = "application/problem+json"
_WORDS = {
    400: ("This cannot be read", "What was sent holds a character that is in no text. Please write it anew."),
    404: ("There is no such page", "The address may be mistyped, or it names something that was never watched here."),
    405: ("This cannot be done here", "Pages of this board can only be read."),
    422: ("This address is not complete", "A part of it, such as a date, could not be understood."),
    503: ("Not ready yet", "The data cannot be read at the moment. Please try again in a few minutes."),
}
_OTHER = ("Something went wrong", "Please try again later.")


def install(app: FastAPI, templates: Templates) -> None:
    """Answer every error in the form that the asker reads."""

    def answer(request: Request, status: int, detail: str, headers: dict[str, str] | None = None) -> Response:
        if request.url.path.startswith("/api"):
            return problem(status, detail, headers)
        title, text = _WORDS.get(status, _OTHER)
        page = templates.render("problem.html", title=title, text=text, status=status)
        return HTMLResponse(page, status, headers)

    async def on_http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        known = HTTPStatus(error.status_code).phrase
        detail = error.detail if error.detail != known else _WORDS.get(error.status_code, _OTHER)[1]
        return answer(request, error.status_code, detail, dict(error.headers or {}))

    async def on_invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        said = "; ".join(f"{one['loc'][-1]}: {one['msg']}" for one in error.errors())
        return answer(request, 422, said)

    async def on_store(request: Request, error: Exception) -> Response:
        return answer(request, 503, _WORDS[503][1], {"Retry-After": "120"})

    app.add_exception_handler(HTTPException, on_http)
    app.add_exception_handler(RequestValidationError, on_invalid)
    app.add_exception_handler(StoreError, on_store)


def problem(status: int, detail: str, headers: dict[str, str] | None = None) -> Response:
    """Problem details."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail[:500]}
    return Response(json.dumps(body), status, headers, PROBLEM)
