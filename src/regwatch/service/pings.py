"""A sign of life to a monitor elsewhere, which raises the alarm when none comes (https://healthchecks.io/docs/http_api/).

Nobody watches figures at a small charity; a machine that is off cannot mail that it is.
"""

from __future__ import annotations

import httpx

from regwatch.service.logs import logger

_SECONDS = 10.0


class DeadManPing:
    """Tells the address of a monitor that regwatch has started, is well, or is not. Without one it does nothing."""

    def __init__(self, url: str, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._url = url.rstrip("/")
        self._transport = transport

    async def started(self) -> None:
        """The daemon begins."""
        await self._send("/start", "")

    async def well(self, words: str) -> None:
        """A whole round is done."""
        await self._send("", words)

    async def failed(self, words: str) -> None:
        """Something needs a person now."""
        await self._send("/fail", words)

    async def _send(self, ending: str, words: str) -> None:
        """Ask for the address, which is a secret and not logged. That the monitor cannot be reached is no error."""
        if not self._url:
            return
        try:
            async with httpx.AsyncClient(timeout=_SECONDS, transport=self._transport) as client:
                answer = await client.post(f"{self._url}{ending}", content=words[:1000].encode())
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            logger().warning("ping_failed", reason=type(error).__name__)
            return
        if answer.status_code >= 400:
            logger().warning("ping_failed", reason=f"status {answer.status_code}")
