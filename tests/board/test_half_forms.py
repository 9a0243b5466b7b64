"""A form of which only half arrives: its sender is gone, and that is no fault of ours."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from fastapi import HTTPException, Request

from regwatch.board.forms import form_of


def test_a_sender_who_leaves_in_the_middle_of_a_form_is_no_crash() -> None:
    arriving: list[dict[str, Any]] = [
        {"type": "http.request", "body": b"email=ana", "more_body": True},
        {"type": "http.disconnect"},
    ]

    async def receive() -> dict[str, Any]:
        return arriving.pop(0)

    with pytest.raises(HTTPException) as refused:
        asyncio.run(form_of(Request({"type": "http", "method": "POST", "headers": []}, receive)))
    assert refused.value.status_code == 400
