"""The way out: a connection is made only to an address that was checked, so no page can send us into a private network.

The name is resolved once, its addresses are checked, and the connection goes to one of those: a name that answers
differently the second time (DNS rebinding) gains nothing. Host header, SNI and certificate check keep the name.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import httpcore
import httpx

from regwatch.errors import Disallowed, Unreachable
from regwatch.fetch.policy import Policy

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_MOST_ADDRESSES = 4
_MOST_POOLS = 64
_KEPT_ALIVE = 5.0


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the open Internet.

    Not: private, loopback, link-local, carrier-grade, documentation, multicast, reserved and unspecified addresses,
    nor an IPv6 address that carries such an IPv4 address (mapped, NAT64, 6to4, Teredo, compatible).
    """
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = _embedded(ip)
        if inner is not None:
            return is_public(str(inner))
        if ip.is_site_local:
            return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_loopback or ip.is_link_local)


def _embedded(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if ip in _NAT64:
        return ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)
    teredo = ip.teredo[1] if ip.teredo else None
    return ip.ipv4_mapped or ip.sixtofour or teredo


class CheckedBackend(httpcore.AsyncNetworkBackend):
    """Opens TCP connections to checked addresses only."""

    def __init__(self, allow_private: bool) -> None:
        self._allow_private = allow_private
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first address of the host that answers, within `timeout` seconds over all.

        Raises `Disallowed` if none of them is public, `Unreachable` if there is none.
        """
        try:
            async with asyncio.timeout(timeout):
                addresses = await self._addresses(host, port)
        except TimeoutError as error:
            raise httpcore.ConnectTimeout(f"the name {host} could not be looked up in time") from error
        share = None if timeout is None else timeout / len(addresses)
        for address in addresses[:-1]:
            try:
                return await self._inner.connect_tcp(address, port, share, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return await self._inner.connect_tcp(addresses[-1], port, share, local_address, socket_options)

    async def sleep(self, seconds: float) -> None:
        """Wait, for the connection pool."""
        await self._inner.sleep(seconds)

    async def _addresses(self, host: str, port: int) -> Sequence[str]:
        loop = asyncio.get_running_loop()
        try:
            found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (socket.gaierror, UnicodeError) as error:
            raise Unreachable(f"the name {host} could not be looked up ({error})") from error
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        allowed = [address for address in addresses if self._allow_private or is_public(address)]
        if not allowed:
            seen = ", ".join(addresses[:3]) or "no address"
            raise Disallowed(
                f"{host} is at {seen}, which is not on the open Internet: it is not asked unless private addresses are"
                " allowed in the settings"
            )
        return allowed[:_MOST_ADDRESSES]


class CheckedTransport(httpx.AsyncBaseTransport):
    """An httpx transport over HTTP/1.1 with one TLS context, a connection pool for each origin, and no proxies.

    Proxies of the environment are ignored: behind one, the address that is connected to could not be checked. One pool
    for all origins would look through all its connections for every request.
    """

    def __init__(self, policy: Policy) -> None:
        self._tls: ssl.SSLContext | None = None
        self._backend = CheckedBackend(policy.allow_private)
        self._pools: dict[tuple[bytes, bytes, int | None], _Pool] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request. Raises the errors of httpcore, `Disallowed` or `Unreachable`."""
        url = request.url
        key = (url.raw_scheme, url.raw_host, url.port)
        pool = self._pools.get(key)
        if pool is None:
            await self._make_room()
            pool = self._pools.setdefault(key, self._new_pool(secure=url.scheme == "https"))
        asked = httpcore.Request(
            method=request.method,
            url=httpcore.URL(scheme=key[0], host=key[1], port=key[2], target=url.raw_path),
            headers=request.headers.raw,
            content=request.stream,
            extensions=request.extensions,
        )
        pool.users += 1
        try:
            answer = await pool.connections.handle_async_request(asked)
        except BaseException:  # also one that is cancelled uses the pool no more: it would be kept for ever
            pool.users -= 1
            raise
        return httpx.Response(answer.status, headers=answer.headers, stream=_Stream(answer.stream, pool))

    @property
    def hosts_kept(self) -> int:
        """For how many origins connections are kept."""
        return len(self._pools)

    async def aclose(self) -> None:
        """Close all connections."""
        while self._pools:
            await self._pools.popitem()[1].connections.aclose()

    def _new_pool(self, *, secure: bool) -> _Pool:
        if secure and self._tls is None:
            self._tls = httpx.create_ssl_context()
        return _Pool(
            httpcore.AsyncConnectionPool(
                ssl_context=self._tls, max_connections=None, keepalive_expiry=_KEPT_ALIVE, network_backend=self._backend
            )
        )

    async def _make_room(self) -> None:
        """Close the pools that are not in use once there are many, so that idle connections do not pile up."""
        if len(self._pools) < _MOST_POOLS:
            return
        for key, pool in list(self._pools.items()):
            if pool.users == 0 and self._pools.get(key) is pool:
                del self._pools[key]
                await pool.connections.aclose()


@dataclass
class _Pool:
    """The connections to one origin, and how many answers are still being read from them."""

    connections: httpcore.AsyncConnectionPool
    users: int = 0


class _Stream(httpx.AsyncByteStream):
    """The body as httpx wants it; whoever closes it stops using the pool."""

    def __init__(self, inner: Any, pool: _Pool) -> None:
        self._inner = inner
        self._pool: _Pool | None = pool

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._inner.__aiter__()  # type: ignore[no-any-return]

    async def aclose(self) -> None:
        if self._pool is not None:
            self._pool.users -= 1
            self._pool = None
        await self._inner.aclose()
