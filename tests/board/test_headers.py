"""The headers of every route, table by table."""

from __future__ import annotations

import pytest

from board.asking import Client
from board.small import Small
from regwatch.board.export import paths
from regwatch.board.site import Site

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
OTHERS = ["/nothing", "/t/nothing", "/api/v1/nothing", "/healthz/live", "/healthz/fresh", "/?since=x", "/operator"]


def every(site: Site) -> list[str]:
    return [*paths(site), *OTHERS]


def test_every_answer_forbids_scripts_frames_sniffing_and_referrers_and_sets_no_cookie(
    client: Client, site: Site
) -> None:
    for path in every(site):
        for method in ("GET", "HEAD"):
            headers = client.request(method, path).headers
            assert headers["content-security-policy"] == POLICY, path
            assert headers["x-content-type-options"] == "nosniff", path
            assert headers["referrer-policy"] == "no-referrer", path
            assert headers["permissions-policy"].startswith("camera=()"), path
            assert "cache-control" in headers, path
            assert "set-cookie" not in headers, path
            assert "server" not in headers, path


def test_head_gives_the_headers_of_get_and_no_body(client: Client, site: Site) -> None:
    for path in every(site):
        get, head = client.get(path), client.request("HEAD", path)
        assert head.status_code == get.status_code, path
        assert head.content == b"", path
        for name in ("content-type", "content-length", "etag", "cache-control"):
            assert head.headers.get(name) == get.headers.get(name), (path, name)


@pytest.mark.parametrize("path", ["/api/v1/board", "/feeds/all.atom", "/dates.ics", "/badge/cabozantinib-net/nice.svg",
                                  "/t/cabozantinib-net/timeline.svg", "/t/cabozantinib-net.txt",
                                  "/t/cabozantinib-net/dates.ics"])  # fmt: skip
def test_data_is_open_to_other_sites(client: Client, path: str) -> None:
    answer = client.get(path, {"Origin": "https://charity.example.org"})
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    asked = client.request("OPTIONS", path, {"Origin": "https://x.example", "Access-Control-Request-Method": "GET"})
    assert asked.status_code == 204
    assert "If-None-Match" in asked.headers["access-control-allow-headers"]


@pytest.mark.parametrize("path", ["/", "/t/cabozantinib-net", "/transition/5", "/about"])
def test_pages_are_not(client: Client, path: str) -> None:
    headers = client.get(path).headers
    assert "access-control-allow-origin" not in headers
    assert headers["cross-origin-resource-policy"] == "same-origin"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nothing_can_be_written(client: Client, method: str) -> None:
    for path in ("/", "/t/cabozantinib-net", "/api/v1/board", "/dates.ics", "/operator"):
        assert client.request(method, path).status_code in (404, 405)


def test_addresses_come_from_the_settings_and_never_from_the_host_header(client: Client, small: Small) -> None:
    for path in ("/feeds/all.atom", "/dates.ics", "/api/v1/topics", "/t/cabozantinib-net", "/follow"):
        assert "evil.example" not in client.get(path, {"Host": "evil.example"}).text
    small.base = "https://example.org/regwatch"
    assert 'href="/regwatch/about"' in small.page("/")
    assert "https://example.org/regwatch/feeds/all.atom" in small.page("/feeds/all.atom")
