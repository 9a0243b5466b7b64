"""Asking an application without a network."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import httpx
from fastapi import FastAPI


class Client:
    """Sends one request at a time; redirects are not followed, cookies not kept. `peer` is where it asks from."""

    def __init__(self, app: FastAPI, base: str, peer: str = "198.51.100.7") -> None:
        self.app = app
        self._base = base
        self._peer = peer

    def request(self, method: str, path: str, headers: Mapping[str, str] | None = None) -> httpx.Response:
        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, raise_app_exceptions=True, client=(self._peer, 50000))
            async with httpx.AsyncClient(transport=transport, base_url=self._base) as client:
                return await client.request(method, path, headers=headers)

        return asyncio.run(ask())

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> httpx.Response:
        return self.request("GET", path, headers)
